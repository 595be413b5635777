"""The compiled quasi-Newton method: its gradient, its pins, and its end points beside scipy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from scipy.optimize import minimize
from toytoy.analytic.cube import scratch
from toytoy.analytic.gram import superposition
from toytoy.analytic.tables import tables
from toytoy.numeric.descent import decode, descend_batch, largest, value_and_gradient

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
PIN = 0.01
SHAPES = [(2, 1), (3, 2), (4, 2)]


def evaluate(problem: tt.Problem, theta: Array, free: Array | None = None, pin: float = 0.0) -> tuple[float, Array]:
    n, m = problem.n_features, problem.n_hidden
    gradient, mask = np.empty_like(theta), np.ones(theta.size, bool) if free is None else free
    model = (np.empty((m, n)), np.empty(n), np.empty((m, n)), np.empty(n), np.empty((n, 5)))
    return value_and_gradient(theta, gradient, mask, pin, model, tuple(tables(problem)), *scratch(n)), gradient


def descended(
    problem: tt.Problem,
    thetas: Array,
    free: Array | None = None,
    pin: float = 0.0,
    max_steps: int = 500,
    tolerance: float = 3e-13,
) -> tuple[Array, Array]:
    k, table = len(thetas), tables(problem)
    ends, out = np.array(thetas), np.empty((k, 3))
    descend_batch(
        ends,
        np.ones(thetas.shape[1], bool) if free is None else free,
        pin,
        problem.n_hidden,
        np.tile(table.importance, (k, 1)),
        table.masks,
        np.tile(table.probabilities, (k, 1)),
        table.activation,
        max_steps,
        np.full(k, tolerance * problem.null_loss),
        out,
        *scratch(problem.n_features),
    )
    return ends, out


def difference(problem: tt.Problem, theta: Array, i: int, pin: float) -> tuple[float, float]:
    """Central difference along coordinate i, and a bound on its error: truncation, from two steps, and rounding."""
    slopes = []
    for step in (2e-4, 1e-4):
        ends = [evaluate(problem, theta + sign * step * np.eye(theta.size)[i], pin=pin)[0] for sign in (1, -1)]
        slopes.append((ends[0] - ends[1]) / (2 * step))
    # a kink within the step makes the truncation first order: then it is as large as the two slopes' difference
    return slopes[1], 2 * abs(slopes[1] - slopes[0]) + 64 * EPS * problem.null_loss / 1e-4


def start(problem: tt.Problem, seed: int) -> Array:
    rng = np.random.default_rng(seed)
    n, m = problem.n_features, problem.n_hidden
    return np.concatenate([0.7 * rng.normal(size=m * n), rng.uniform(-0.1, 0.4, n)])


def problem_of(n: int, m: int) -> tt.Problem:
    return tt.Problem(n_features=n, n_hidden=m, density=0.4, importance=tuple(1.0 + 0.3 * i for i in range(n)))


@pytest.mark.parametrize(("n", "m"), SHAPES)
@pytest.mark.parametrize("pin", [0.0, PIN])
@pytest.mark.parametrize("seed", range(1, 6))
def test_the_gradient_is_that_of_the_loss(n: int, m: int, pin: float, seed: int) -> None:
    problem = problem_of(n, m)
    theta = start(problem, seed)
    _, gradient = evaluate(problem, theta, pin=pin)
    assert np.abs(gradient).max() > 0.01
    for i in range(theta.size):
        slope, error = difference(problem, theta, i, pin)
        assert error < 1e-4
        assert abs(gradient[i] - slope) <= error


def test_without_a_pin_it_is_the_library_s_loss() -> None:
    problem = problem_of(3, 2)
    theta = start(problem, 0)
    value, gradient = evaluate(problem, theta)
    loss, d_weights, d_bias = tt.loss_and_grad(problem, theta[:6].reshape(2, 3), theta[6:])
    assert value == loss
    assert np.array_equal(gradient, np.concatenate([d_weights.ravel(), d_bias]))


@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_a_pin_holds_the_superposition_of_the_last_feature(n: int, m: int) -> None:
    problem = problem_of(n, m)
    free = np.ones(m * n + n, bool)
    free[[k * n + n - 1 for k in range(1, m)]] = False
    thetas = np.array([start(problem, seed) for seed in range(8)])
    thetas[:, ~free] = 0.0
    ends, out = descended(problem, thetas, free=free, pin=PIN)
    assert np.array_equal(ends[:, ~free], thetas[:, ~free])
    for end, (loss, gradient, _) in zip(ends, out, strict=True):
        weights, bias = np.empty((m, n)), np.empty(n)
        decode(end, PIN, weights, bias)
        assert abs(superposition(weights)[-1] - PIN) <= 20 * EPS * PIN  # a scale, n products and a sum
        assert abs(loss - tt.loss(problem, weights, bias)) <= 4 * EPS * problem.null_loss
        assert gradient <= 1e-7 * problem.null_loss


def test_a_pinned_direction_has_no_slope_along_itself() -> None:
    theta = start(problem_of(3, 2), 1)
    _, gradient = evaluate(problem_of(3, 2), theta, pin=PIN)
    assert abs(gradient[:2] @ theta[:2]) <= 20 * EPS * np.abs(gradient).max() * np.abs(theta).max()


def test_frozen_coordinates_stay_and_have_no_gradient() -> None:
    problem = problem_of(3, 2)
    free = np.array([True, False, True, True, False, True, False, True, True])
    theta = start(problem, 3)
    assert (evaluate(problem, theta, free)[1][~free] == 0.0).all()
    ends, out = descended(problem, theta[None], free=free)
    assert np.array_equal(ends[0, ~free], theta[~free])
    assert (ends[0, free] != theta[free]).all()
    assert out[0, 0] < evaluate(problem, theta)[0]


CHANGES: list[dict[str, Any]] = [
    {},
    {"importance": (1e3, 0.6e3)},
    {"importance": (1e-3, 0.6e-3)},
    {"importance": (0.6, 1.0)},
    {"density": (0.3, 0.8)},
    {"density": 0.02},
    {"activation": tt.LeakyReLU(0.2)},
    {"activation": "abs"},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B"])
def test_end_points_are_scipy_s(change: dict[str, Any], method: str) -> None:
    """From the same point, near a minimum; scipy is told the scale, which it does not find by itself."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.3, importance=(1.0, 0.6)).replace(**change)
    near, _ = descended(problem, np.array([[0.9, -0.8, 0.05, 0.05]]))
    theta = near[0] + 0.01 * np.array([1.0, -1.0, 0.5, -0.5])
    scale = problem.null_loss

    def scaled(point: Array) -> tuple[float, Array]:
        value, d_weights, d_bias = tt.loss_and_grad(problem, point[:2].reshape(1, 2), point[2:])
        return value / scale, np.concatenate([d_weights.ravel(), d_bias]) / scale

    theirs = minimize(scaled, theta, jac=True, method=method, options={"gtol": 1e-10})
    ends, out = descended(problem, theta[None])
    rounding = 64 * EPS  # of losses in units of the null loss
    assert out[0, 0] / scale <= theirs.fun + rounding
    curvature = 0.05  # the least seen at these minima, in units of the null loss
    reach = np.sqrt(2 * max(theirs.fun - out[0, 0] / scale, 0.0) / curvature) + np.linalg.norm(theirs.jac) / curvature
    assert np.abs(ends[0] - theirs.x).max() <= reach + 1e-9
    assert out[0, 1] <= 1e-10 * scale


@pytest.mark.parametrize("factor", [2.0**-20, 16.0, 2.0**20])
def test_scaling_the_loss_scales_the_answer(factor: float) -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.3, importance=(1.0, 0.5, 2.0))
    larger = problem.replace(importance=tuple(factor * float(i) for i in problem.importances))
    thetas = np.array([start(problem, seed) for seed in range(1, 9)])
    (_, before), (_, scaled) = (descended(p, thetas, max_steps=0) for p in (problem, larger))
    assert np.array_equal(scaled[:, :2], factor * before[:, :2])  # a power of two: to the last bit
    (_, ends), (_, far) = (descended(p, thetas) for p in (problem, larger))
    # the first step depends on the scale, so that starts may go elsewhere: the best of them does not
    assert abs(ends[:, 0].min() - far[:, 0].min() / factor) <= 64 * EPS * problem.null_loss


def test_it_converges_onto_a_kink() -> None:
    """The optimum at small r is dedicated: zero bias, zero Gram entries, where the loss is only once differentiable."""
    problem = tt.Problem.toy(2, importance=0.1, density=0.5)
    ends, out = descended(problem, np.array([[0.8, 0.1, 0.05, 0.2], [1.2, -0.1, -0.05, 0.3]]))
    variance = 0.5 / 3 - 0.25 / 4
    assert np.abs(out[:, 0] - 0.1 * variance).max() <= 1e-12 * problem.null_loss
    assert np.abs(np.abs(ends[:, :2]) - [1.0, 0.0]).max() <= 1e-5  # flat of fourth order there


def test_no_step_is_taken_at_a_minimum_or_when_none_is_allowed() -> None:
    problem = problem_of(2, 1)
    ends, out = descended(problem, start(problem, 0)[None], max_steps=0)
    assert np.array_equal(ends[0], start(problem, 0))
    assert out[0, 2] == 1.0
    ends, _ = descended(problem, ends)
    again, out = descended(problem, ends, tolerance=1e-10)
    assert np.array_equal(again, ends)
    assert out[0, 2] == 1.0


def test_a_start_that_is_not_finite_ends_at_once() -> None:
    problem = problem_of(2, 1)
    _, out = descended(problem, np.array([[np.nan, 1.0, 0.0, 0.0]]))
    assert np.isnan(out[0, 0])
    assert np.isnan(largest(np.array([1.0, np.nan, 2.0])))


def test_items_of_a_batch_do_not_touch_each_other() -> None:
    problem = problem_of(3, 2)
    thetas = np.array([start(problem, seed) for seed in range(5)])
    together = descended(problem, thetas)
    for i in range(5):
        alone = descended(problem, thetas[i : i + 1])
        assert np.array_equal(alone[0][0], together[0][i])
        assert np.array_equal(alone[1][0], together[1][i])
