"""Marginal values drawn: heights are the values, markers the regimes, and refusals name the way out."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.figures.marginal_value import MARKERS, marginal_value
from toytoy.numeric.marginal_value import MarginalValues, marginal_values

DENSITY = 0.3
VARIANCE = DENSITY / 3 - DENSITY**2 / 4


@cache
def toy(importance: float, n: int = 3) -> MarginalValues:
    problem = tt.Problem.toy(n, importance=importance, density=DENSITY)
    return marginal_values(tt.minimize(problem, tt.Multistart(n_starts=8)))


def points(ax: Any) -> dict[tuple[int, str], tuple[float, float]]:
    """Read x, y of every marked point, by feature and regime."""
    found = {}
    for container in ax.containers:
        feature, regime = container.get_label().split(":")
        found[int(feature), regime] = (container[0].get_xdata()[0], container[0].get_ydata()[0])
        assert container[0].get_marker() == MARKERS[tt.Regime(regime)]
    return found


def test_points_stand_at_capacity_and_value() -> None:
    shown = toy(2.0)
    found = points(marginal_value(shown))
    assert sorted(found) == [(0, "superposed"), (1, "superposed"), (2, "dedicated")]
    for (j, _), (x, y) in found.items():
        assert x == shown.capacity[j]
        assert y == pytest.approx(shown.values[j] / VARIANCE, rel=1e-14)


def test_along_a_line_each_feature_is_a_curve() -> None:
    models, along = [toy(0.1), toy(0.5), toy(2.0)], [0.1, 0.5, 2.0]
    ax = marginal_value(models, along=along)
    curves = [line for line in ax.lines if line.get_linestyle() == "-"]
    assert len(curves) == 3
    for j, curve in enumerate(curves):
        assert list(np.asarray(curve.get_xdata())) == along
        expected = [model.values[j] / VARIANCE for model in models]
        assert list(np.asarray(curve.get_ydata())) == pytest.approx(expected, rel=1e-14)


def test_refusals() -> None:
    with pytest.raises(TypeError, match="found must be MarginalValues, got a int"):
        marginal_value([3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"along must have one number a model, got shape \(2,\) with 1 models"):
        marginal_value(toy(2.0), along=[1.0, 2.0])
    with pytest.raises(ValueError, match=r"models of one size, got n_features of \[2, 3\]"):
        marginal_value([toy(2.0), toy(2.0, 2)])
