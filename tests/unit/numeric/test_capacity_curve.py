"""One feature's loss by its capacity: closed forms at the ends and of the linear model, slopes against differences."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.capacity_value import row_model
from toytoy.analytic.stability import threshold
from toytoy.numeric.capacity_curve import alone, curve_point, last_value


def variance(p: float) -> float:
    return p / 3 - p * p / 4


@pytest.mark.equation("capacity-linear")
@pytest.mark.parametrize("density", [0.1, 0.6, 1.0])
@pytest.mark.parametrize("capacity", [0.05, 0.5, 0.9])
def test_linear_features_value_every_bit_alike(density: float, capacity: float) -> None:
    problem = tt.Problem(n_features=3, n_hidden=1, density=density, importance=(0.5, 1, 1), activation="linear")
    point = curve_point(problem, 0, capacity, np.array([1.0, -0.5, 0.3]), 0.1)
    v = 0.5 * variance(density)
    assert point.loss == pytest.approx(v * (1 - capacity), rel=1e-12)
    assert point.value == pytest.approx(v, rel=1e-5)  # the slope is of first order in the minimizer's error


@pytest.mark.equation("capacity-curve")
@pytest.mark.parametrize("density", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("capacity", [0.3, 0.6, 0.95])
def test_no_model_of_the_same_capacity_nearby_does_better(density: float, capacity: float) -> None:
    problem, rng = tt.Problem(n_features=3, n_hidden=1, density=density, importance=(1, 0, 0)), np.random.default_rng(5)
    point = curve_point(problem, 0, capacity, np.array([1.0, -1.0, -0.1]), 0.0)
    assert tt.capacity(point.row[None])[0] == pytest.approx(capacity, abs=1e-14)
    others, size = point.row[1:], np.linalg.norm(point.row[1:])
    for _ in range(200):
        step = rng.choice([1e-1, 1e-3, 1e-5])
        turned = others + step * rng.normal(size=2)
        row = np.concatenate([point.row[:1], turned * size / np.linalg.norm(turned)]) * (1 + step * rng.normal())
        bias = np.array([point.bias + step * rng.normal(), 0.0, 0.0])
        assert tt.loss(problem, row[None], bias) >= point.loss - 1e-15


@pytest.mark.equation("capacity-curve")
def test_slopes_are_those_of_the_minima_and_errors_say_so() -> None:
    problem = tt.Problem.toy(2, importance=0.58, density=0.5)
    best = tt.minimize(problem, tt.Multistart(n_starts=8))
    for j in range(2):
        least, value, error = alone(problem, best.weights, best.bias, j)
        c, h = tt.capacity(best.weights)[j], 0.01
        row, bias = row_model(best.weights, j), best.bias[j]
        lower, upper = (curve_point(problem, j, c + s * h, row, bias).loss for s in (-1, 1))
        assert error < 1e-6
        assert value == pytest.approx((lower - upper) / (2 * h), rel=1e-3)  # second order in h
        assert (lower + upper) / 2 == pytest.approx(least, rel=1e-3)


@pytest.mark.equation("capacity-last")
@pytest.mark.parametrize("density", [0.01, 0.1, 0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("n", [2, 3])
def test_the_last_bit_is_worth_the_stability_threshold(density: float, n: int) -> None:
    problem = tt.Problem(n_features=n, n_hidden=1, density=density, importance=(0.7, *(1.0,) * (n - 1)))
    value, error = last_value(problem, 0)
    expected = 0.7 * variance(density) * threshold(density)
    assert abs(value - expected) <= error < 1e-5 * expected
    assert value == pytest.approx(expected, rel=1e-9)  # the error is a bound on rounding, and generous


@pytest.mark.equation("capacity-last")
def test_near_its_end_the_curve_costs_what_the_last_bit_is_worth() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    point = curve_point(problem, 0, 1 - 1e-8, np.array([1.0, -1e-4]), 1e-5)
    assert point.loss / 1e-8 == pytest.approx(last_value(problem, 0)[0], rel=1e-3)  # next order: 1e-4


def test_the_last_bit_goes_to_the_rarest() -> None:
    """Of two features that may interfere, the one that does so less often costs less."""
    problem = tt.Problem(n_features=3, n_hidden=1, density=(0.5, 0.5, 0.1))
    rarest, _ = last_value(problem, 0)
    assert rarest == pytest.approx(last_value(problem.replace(density=(0.5, 0.1, 0.1)), 0)[0], rel=1e-6)
    assert rarest < last_value(problem.replace(density=0.5), 0)[0]


def test_out_of_range() -> None:
    problem, row = tt.Problem.toy(2, density=0.5), np.array([1.0, -1.0])
    for capacity in (0.0, 1.0, 1.5):
        with pytest.raises(ValueError, match=r"capacity must lie in \(0, 1\), got capacity=.*last_value"):
            curve_point(problem, 0, capacity, row, 0.0)
    with pytest.raises(ValueError, match="row must let another feature interfere with 0"):
        curve_point(problem, 0, 0.5, np.array([1.0, 0.0]), 0.0)
    with pytest.raises(ValueError, match="n_features must be at least 2"):
        last_value(tt.Problem(n_features=1, n_hidden=1, density=0.5), 0)
