"""Linear and ReLU models of many features: what is kept, and the settings of the paper."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.demonstration import DENSITIES, demonstration


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
