"""The thin front: any solver, one `Solution`."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from toytoy.numeric.minimize import Solver, minimize

PROBLEM = tt.Problem.toy(2, density=0.5)


class Ansatz:
    """A solver of one's own is anything with a `minimize`."""

    def minimize(self, problem: tt.Problem) -> tt.Solution:
        return tt.ansatz("antipodal", problem)


def test_any_solver_is_taken() -> None:
    assert isinstance(Ansatz(), Solver)
    assert minimize(PROBLEM, Ansatz()).kind == "ansatz"
    assert minimize(PROBLEM, tt.Multistart(n_starts=1)).kind == "optimum"
    assert tt.minimize is minimize


@pytest.mark.parametrize("solver", [None, "bfgs", tt.Multistart, Ansatz, 3])
def test_what_is_no_solver(solver: Any) -> None:
    with pytest.raises(TypeError, match=r"solver must be Multistart\(\.\.\.\) or Trained\(\.\.\.\)"):
        minimize(PROBLEM, solver)


@pytest.mark.parametrize("problem", [None, {"n_features": 2}, tt.Problem])
def test_what_is_no_problem(problem: Any) -> None:
    with pytest.raises(TypeError, match="problem must be a Problem"):
        minimize(problem, tt.Multistart(n_starts=1))


def test_arguments_the_wrong_way_round() -> None:
    with pytest.raises(TypeError, match="problem must be a Problem"):
        minimize(tt.Multistart(), PROBLEM)  # type: ignore[arg-type]
