"""Linear and ReLU models of many features: what is kept, and the settings of the paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper import demonstration as module
from toytoy.compare.paper.demonstration import DENSITIES, demonstration
from toytoy.compare.paper.intro import intro
from toytoy.compare.paper.settings import search


def represented(solution: tt.Solution) -> int:
    return sum(str(regime) != "not_represented" for regime in solution.regimes)


def test_the_linear_model_keeps_the_most_important_and_relu_more_as_they_get_sparser() -> None:
    found = demonstration(7, 3, densities=(1.0, 0.1, 0.001), starts=16, trained=None)
    linear, *relu = found.optimum
    importance = 0.7 ** np.arange(7)
    np.testing.assert_allclose(linear.weights.T @ linear.weights, np.diag([1.0] * 3 + [0.0] * 4), atol=1e-15)
    assert float(linear.loss) == pytest.approx(importance[3:].sum() / 12, rel=1e-14)
    assert float(relu[0].loss) <= float(linear.loss) + 1e-14
    assert [represented(solution) for solution in found.optimum] == [3, 3, 6, 7]


def test_settings_are_the_paper_s() -> None:
    assert DENSITIES == (1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
    found = demonstration(4, 2, decay=0.9, densities=(0.1,), starts=2, trained=tt.Trained(steps=2, batch=4))
    assert found.labels == ("linear", "ReLU, p = 0.1")
    assert [s.problem.activation for s in found.trained] == ["linear", "relu"]
    assert found.optimum[1].problem.importances == tuple(0.9**i for i in range(4))


def test_a_model_worse_than_its_neighbor_s_is_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = demonstration(4, 2, densities=(0.12, 0.1), starts=16, trained=None).optimum[1:]
    lost = tt.minimize(found[1].problem.replace(importance=(0, 0, 0, 1)), tt.Multistart(n_starts=1))
    value = tt.loss(found[1].problem, lost.weights, lost.bias)
    poor = replace(found[1], weights=lost.weights, bias=lost.bias, loss=replace(found[1].loss, value=float(value)))
    searched = []

    def noted(problem: tt.Problem, starts: int, seed: int, warm: tuple[tt.Solution, ...]) -> tt.Solution:
        searched.append((problem.density, warm[0].problem.density))
        return search(problem, starts, seed, warm)

    monkeypatch.setattr(module, "search", noted)
    best = module._from_neighbors((found[0], poor), 0)
    assert searched == [(0.1, 0.12), (0.12, 0.1)]
    assert float(best[0].loss) <= float(found[0].loss)
    assert float(best[1].loss) == pytest.approx(float(found[1].loss), rel=1e-9)
    assert float(best[1].loss) < value


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"densities": ()}, r"^densities must be one or more numbers in \(0, 1\]"),
        ({"densities": 0.5}, r"^densities must be a sequence of numbers, got densities=0.5"),
        ({"decay": 1e200}, r"^decay must have finite powers up to 3"),
        ({"decay": -1.0}, r"^decay must lie in \(0, inf\)"),
    ],
)
def test_bad_input_is_refused(options: Any, says: str) -> None:
    for make in (demonstration, lambda n, m, **given: intro(n_features=n, n_hidden=m, **given)):
        with pytest.raises((TypeError, ValueError), match=says):
            make(4, 2, **options)
