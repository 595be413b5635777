"""Descent at a moving density: the same as plain steps one by one, on an independent gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.ramp import ramp

TOYS = {2: ([[1.0, -0.4]], [0.0, 0.1]), 3: ([[1.0, 0.1, -0.4], [0.0, 0.9, 0.2]], [0.0, 0.1, 0.2])}


def step_by_step(
    n: int, importance: float, ends: tuple[float, float], steps: int, lr: float
) -> tuple[np.ndarray, np.ndarray]:
    weights, bias = (np.array(part) for part in TOYS[n])
    norms, places = [], []
    for step in range(steps + 1):
        density = ends[0] + (ends[1] - ends[0]) * step / steps
        places.append(density)
        norms.append(np.linalg.norm(weights[:, -1]))
        problem = tt.Problem.toy(n, importance=importance, density=density)
        _, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
        weights, bias = weights - lr * d_weights, bias - lr * d_bias
    return np.array(norms), np.array(places)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("ends", [(0.3, 1.0), (0.5, 0.2)])
def test_a_ramp_is_plain_descent_with_a_density_a_step(n: int, ends: tuple[float, float]) -> None:
    steps, lr = 60, 0.2
    rate = abs(ends[1] - ends[0]) / (steps * lr) * (1 + 1e-12)
    problem = tt.Problem.toy(n, importance=0.3, density=0.5)
    found = ramp(problem, *TOYS[n], ends, (rate,), level=0.0, lr=lr, points=steps + 1)
    norms, places = step_by_step(n, 0.3, ends, steps, lr)
    np.testing.assert_allclose(found.norm[0], norms, rtol=1e-11)
    np.testing.assert_allclose(found.density, places, rtol=1e-12)


def test_the_crossing_is_where_the_norm_passes_the_level() -> None:
    problem, ends, steps = tt.Problem.toy(2, importance=0.3, density=0.5), (0.5, 0.9), 400
    rate = 0.4 / (steps * 0.2) * (1 + 1e-12)
    norms, places = step_by_step(2, 0.3, ends, steps, 0.2)
    level = 0.9 * norms[0]
    assert norms[-1] < level < norms[0]
    k = int(np.argmax(norms < level))
    found = ramp(problem, *TOYS[2], ends, (rate, 10 * rate), level=level)
    assert places[k - 1] <= found.crossing[0] <= places[k]
    assert found.crossing[1] > found.crossing[0]
    assert np.isnan(ramp(problem, *TOYS[2], ends, (rate,), level=5.0).crossing[0])


def test_a_feature_that_is_gone_is_found_again_by_the_lag_of_its_bias() -> None:
    problem = tt.Problem.toy(2, importance=0.3, density=0.5)
    start = [[1.0, 0.0]], [0.0, 0.2]
    moved = ramp(problem, *start, (0.4, 0.1), (2e-4,), level=0.1)
    assert moved.norm[0, 0] == 0.0
    assert moved.norm[0, -1] > 0.3
    assert 0.1 < moved.crossing[0] < 0.2832  # after it became unstable
    assert moved.weights[0, -1, 0, 1] < 0  # opposite to the other


def test_kept_models_do_not_depend_on_what_is_swept_beside() -> None:
    problem = tt.Problem.toy(2, importance=0.3, density=0.5)
    both = ramp(problem, *TOYS[2], (0.3, 0.6), (1e-2, 1e-3), level=0.3, points=7)
    alone = ramp(problem, *TOYS[2], (0.3, 0.6), (1e-3,), level=0.3, points=7)
    np.testing.assert_array_equal(both.weights[1], alone.weights[0])
    np.testing.assert_array_equal(both.bias[1], alone.bias[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends": (0.3, 0.3)}, "two different densities"),
        ({"ends": (0.3,)}, "two different densities"),
        ({"ends": (0.0, 0.3)}, r"\(0, 1\]"),
        ({"ends": (0.3, 1.5)}, "density"),
        ({"rates": (0.0,)}, "rates must lie in"),
        ({"rates": (np.nan,)}, "rates must lie in"),
        ({"rates": (-0.1,)}, "`ends` gives the direction"),
        ({"rates": ()}, "at least one"),
        ({"rates": 0.1}, "at least one"),
        ({"rates": (1e-12,)}, "faster"),
        ({"lr": 0.0}, "lr"),
        ({"lr": np.nan}, "lr"),
        ({"lr": 100.0, "rates": (1e-4,)}, "lr must be small enough"),
        ({"level": -0.1}, "level"),
        ({"level": np.nan}, "level"),
        ({"points": 1}, "points"),
        ({"points": 2.5}, "points"),
        ({"weights": [[1.0, -0.4, 0.1]]}, "weights must have shape"),
        ({"weights": [1.0, -0.4]}, "weights must have shape"),
        ({"weights": [[[1.0, -0.4]]]}, "one start"),
        ({"weights": [[np.nan, -0.4]]}, "finite"),
        ({"bias": [0.0]}, "bias must have shape"),
        ({"bias": [0.0, 0.1, 0.2]}, "bias must have shape"),
        ({"problem": tt.Problem(n_features=2, n_hidden=1, support=tt.OneHot())}, "independent"),
    ],
)
def test_what_makes_no_sweep_is_refused(change: dict[str, Any], said: str) -> None:
    weights, bias = TOYS[2]
    given: dict[str, Any] = {"problem": tt.Problem.toy(2, density=0.5), "ends": (0.3, 0.6), "rates": (0.1,)}
    given |= {"weights": weights, "bias": bias, "level": 0.1} | change
    with pytest.raises((TypeError, ValueError), match=said) as caught:
        ramp(**given)
    assert "\n" not in str(caught.value)


def test_a_smooth_activation_is_swept_as_well() -> None:
    problem, (weights, bias) = tt.Problem.toy(2, density=0.5, activation="gelu"), (np.array(part) for part in TOYS[2])
    found = ramp(problem, weights, bias, (0.3, 0.4), (0.1 / (20 * 0.2) * (1 + 1e-12),), level=0.1, points=21)
    for step in range(20):
        _, d_weights, d_bias = tt.loss_and_grad(problem.replace(density=0.3 + 0.1 * step / 20), weights, bias)
        weights, bias = weights - 0.2 * d_weights, bias - 0.2 * d_bias
    np.testing.assert_allclose(found.weights[0, -1], weights, rtol=1e-12)
