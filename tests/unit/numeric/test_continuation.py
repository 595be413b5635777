"""Warm continuation in density: never above independent searches, in any order, and phases spread from where met."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.solution import Solution
from toytoy.numeric.continuation import continue_density
from toytoy.numeric.multistart import search_for, solution

DENSITIES = (1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05)


def errors(*solutions: Solution) -> float:
    """Rounding, and what a gradient at its tolerance leaves."""
    return sum(s.loss.error for s in solutions) + 1e-12 * solutions[0].problem.null_loss


@pytest.mark.parametrize(("n", "m", "ratio"), [(2, 1, 0.6), (3, 2, 1.0), (4, 2, 0.8), (5, 2, 1.0)])
def test_never_above_independent_searches(n: int, m: int, ratio: float) -> None:
    problem = tt.Problem(n_features=n, n_hidden=m, density=1.0, importance=tuple(ratio**i for i in range(n)))
    solutions = continue_density(problem, DENSITIES, tt.Multistart(n_starts=2))
    for density, found in zip(DENSITIES, solutions, strict=True):
        alone = tt.minimize(problem.replace(density=density), tt.Multistart(n_starts=32))
        assert found.loss.value <= alone.loss.value + errors(found, alone), density
        assert found.problem.density == density
        assert (found.kind, found.status) == ("optimum", "converged")


def test_neither_order_nor_repeats_change_what_is_found() -> None:
    problem = tt.Problem(n_features=5, n_hidden=2, density=1.0)
    solver = tt.Multistart(n_starts=1)
    down = continue_density(problem, (0.5, 0.2, 0.1), solver)
    mixed = continue_density(problem, (0.2, 0.1, 0.5, 0.2), solver)
    for i, j in ((0, 2), (1, 0), (1, 3), (2, 1)):
        assert np.array_equal(down[i].weights, mixed[j].weights)
        assert down[i].loss == mixed[j].loss


def test_what_one_density_met_spreads_to_those_where_it_is_best() -> None:
    """Only the sparsest search is given the best model; it must get to the denser ones, which one way it cannot."""
    problem = tt.Problem(n_features=6, n_hidden=2, density=0.1, importance=tuple(0.8**i for i in range(6)))
    best = tt.minimize(problem, tt.Multistart(n_starts=60, seed=3))

    class Poor(tt.Multistart):
        """Meets one poor local minimum, but at density 0.1 the best."""

        def minimize(self, problem: tt.Problem, progress: Any = None) -> Solution:
            given = (best.weights, best.bias) if problem.density == 0.1 else (np.eye(1, 12).reshape(2, 6), np.zeros(6))
            found = search_for(problem).descend(given[0][None], given[1][None])
            return solution(search_for(problem), found, "poor", 0)

    densities = (0.102, 0.101, 0.1)
    one_way = continue_density(problem, densities, Poor(), both_ways=False)
    both = continue_density(problem, densities, Poor())
    for poor, good, density in zip(one_way[:2], both[:2], densities[:2], strict=True):
        assert good.loss.value < poor.loss.value - 1e-4 * problem.null_loss
        alone = tt.minimize(problem.replace(density=density), tt.Multistart(n_starts=60, seed=3))
        assert abs(good.loss.value - alone.loss.value) <= errors(good, alone)
    assert both[0].n_evaluations > one_way[0].n_evaluations
    assert len(both[0].runs) > len(one_way[0].runs)


def test_an_interrupted_sweep_hands_over_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(tt.Multistart):
        """Is interrupted at the second density."""

        def minimize(self, problem: tt.Problem, progress: Any = None) -> Solution:
            found = search_for(problem).descend(np.ones((1, 1, 2)), np.zeros((1, 2)))
            trouble = "interrupted" if problem.density == 0.3 else ""
            return solution(search_for(problem), found._replace(trouble=trouble), "interrupted", 0)

    solutions = continue_density(tt.Problem.toy(2, density=1.0), (0.1, 0.5, 0.3), Interrupted())
    assert [s.problem.density for s in solutions] == [0.5, 0.3]
    assert solutions[1].status.startswith("interrupted")


def test_progress_and_one_density_a_feature() -> None:
    calls: list[tuple[int, int]] = []
    problem = tt.Problem.toy(2, density=0.5)
    solutions = continue_density(problem, [(0.2, 0.3), 0.5], progress=lambda *at: calls.append(at))
    assert calls == [(1, 2), (2, 2)]
    assert solutions[0].problem.densities == (0.2, 0.3)


def test_bad_input() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    with pytest.raises(ValueError, match="densities must hold at least one"):
        continue_density(problem, [])
    with pytest.raises(ValueError, match="density must lie in"):
        continue_density(problem, [0.5, 1.2])
    with pytest.raises(TypeError, match="solver must be a Multistart, got solver=Trained"):
        continue_density(problem, [0.5], tt.Trained())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="problem must be a Problem"):
        continue_density("toy", [0.5])  # type: ignore[arg-type]
