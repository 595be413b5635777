"""The integrated flow against Saxe's closed form, twenty digits, a plain fixed-step rule, and its own tighter runs."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import linear
from toytoy.numeric.gradient_flow import Flow, gradient_flow

Array = Any
PAIR = tt.Problem.toy(2, importance=0.6, density=0.4)
TRIPLE = tt.Problem.toy(3, importance=0.8, density=0.6)
STARTS: dict[str, tuple[tt.Problem, Array]] = {
    "pair": (PAIR, np.array([[0.7, -0.3]])),
    "pair that grows from little": (PAIR, np.array([[0.05, 0.02]])),
    "triple": (TRIPLE, np.array([[0.5, -0.4, 0.1], [0.2, 0.6, -0.9]])),
    "clipped": (PAIR.replace(activation=tt.ClippedReLU()), np.array([[0.7, 0.3]])),
}


def runge_kutta(problem: tt.Problem, weights: Array, end: float, steps: int) -> Array:
    """Follow the flow by the classical rule of order four with equal steps."""
    shape, h = weights.shape, end / steps

    def slope(theta: Array) -> Array:
        _, d_weights, d_bias = tt.loss_and_grad(problem, theta[: weights.size].reshape(shape), theta[weights.size :])
        return -np.concatenate([d_weights.ravel(), d_bias])

    theta = np.concatenate([weights.ravel(), np.zeros(shape[1])])
    for _ in range(steps):
        a = slope(theta)
        b = slope(theta + h / 2 * a)
        c = slope(theta + h / 2 * b)
        theta = theta + h / 6 * (a + 2 * b + 2 * c + slope(theta + h * c))
    return theta


def end_of(flow: Flow) -> Array:
    return np.concatenate([flow.weights[-1].ravel(), flow.bias[-1]])


@pytest.mark.parametrize("tolerance", [1e-5, 1e-7, 1e-9])
def test_saxe_s_closed_form_is_met_within_the_claim(tolerance: float) -> None:
    problem = tt.Problem(n_features=5, n_hidden=3, density=0.5, activation="linear")
    start = 0.2 * np.random.default_rng(0).normal(size=(3, 5))
    times = np.linspace(0, 40, 21)
    flow = gradient_flow(problem, start, None, times, tolerance=tolerance)
    path = linear.trajectory(problem, start, times)
    gaps = np.abs(flow.weights - path.weights).max(axis=(1, 2)), np.abs(flow.bias - path.bias).max(axis=1)
    assert (np.maximum(*gaps) <= flow.errors).all()
    assert (np.abs(flow.losses - path.loss) <= flow.loss_errors).all()
    assert flow.errors.max() < 1e4 * tolerance


def test_a_flowing_bias_is_followed_to_twenty_digits() -> None:
    """Linear, one feature: L = v (1 - w²)² + (b - μ (1 - w²))², a polynomial that mpmath's Taylor method integrates."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.5, activation="linear")
    v, mean = mpmath.mpf(5) / 48, mpmath.mpf(1) / 4  # p/3 - p²/4 and p/2

    def slope(_: Any, y: Any) -> list[Any]:
        misfit, short = y[1] - mean * (1 - y[0] ** 2), 1 - y[0] ** 2
        return [4 * v * y[0] * short - 4 * mean * y[0] * misfit, -2 * misfit]

    with mpmath.workdps(20):
        exact = mpmath.odefun(slope, 0, [mpmath.mpf("0.3"), 0])(4)
    flow = gradient_flow(problem, [[0.3]], [0.0], [4.0], tolerance=1e-10)
    gap = np.abs(end_of(flow) - [float(value) for value in exact]).max()
    assert gap <= flow.errors[-1] < 1e-6


@pytest.mark.parametrize("name", STARTS)
def test_a_rule_of_equal_steps_agrees(name: str) -> None:
    problem, start = STARTS[name]
    flow = gradient_flow(problem, start, np.zeros(start.shape[1]), [3.0, 12.0])
    coarse, fine = (runge_kutta(problem, start, 12.0, steps) for steps in (600, 1200))
    assert np.abs(end_of(flow) - fine).max() <= flow.errors[-1] + np.abs(fine - coarse).max()


@pytest.mark.parametrize("name", STARTS)
def test_each_tolerance_keeps_its_claim(name: str) -> None:
    problem, start = STARTS[name]
    times = np.linspace(0, 100, 51)
    best = gradient_flow(problem, start, np.zeros(start.shape[1]), times, tolerance=1e-11)
    before = np.inf
    for tolerance in (1e-4, 1e-6, 1e-8):
        flow = gradient_flow(problem, start, np.zeros(start.shape[1]), times, tolerance=tolerance)
        gap = np.abs(flow.weights - best.weights).max(axis=(1, 2))
        assert (gap <= flow.errors + best.errors).all()
        assert (np.abs(flow.losses - best.losses) <= flow.loss_errors + best.loss_errors).all()
        assert flow.errors.max() < before / 5  # a hundred times tighter: at least five times better
        before = flow.errors.max()


@pytest.mark.parametrize("name", STARTS)
def test_loss_falls_and_the_flow_is_descent_s_limit(name: str) -> None:
    problem, start = STARTS[name]
    flow = gradient_flow(problem, start, np.zeros(start.shape[1]), [0.0, 1.0, 2.0, 5.0, 10.0, 50.0])
    assert (np.diff(flow.losses) < 0).all()
    gaps = []
    for steps in (100, 200, 400):
        weights, bias = start.copy(), np.zeros(start.shape[1])
        for _ in range(steps):
            _, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
            weights, bias = weights - 5 / steps * d_weights, bias - 5 / steps * d_bias
        gaps.append(np.abs(weights - flow.weights[3]).max())
    assert gaps[1] / gaps[0] == pytest.approx(0.5, abs=0.08)  # first order in the step
    assert gaps[2] / gaps[1] == pytest.approx(0.5, abs=0.04)


def test_it_ends_where_the_gradient_is_small() -> None:
    flow = gradient_flow(PAIR, [[0.7, -0.3]], [0.0, 0.0], [1.0, 10.0, 1e5], stop=1e-9)
    assert flow.stationary
    assert flow.gradient_norm == pytest.approx(1e-9, rel=0.05)
    assert flow.times[:2].tolist() == [1.0, 10.0]
    assert 10 < flow.times[2] < 1e5
    assert len(flow.times) == len(flow.weights) == len(flow.bias) == len(flow.losses) == len(flow.errors) == 3
    best = tt.minimize(PAIR, tt.Multistart(n_starts=8))
    assert float(flow.losses[-1]) == pytest.approx(float(best.loss), rel=1e-12)
    later = gradient_flow(PAIR, flow.weights[-1], flow.bias[-1], [5.0], stop=2e-9)
    assert later.stationary
    assert later.times.tolist() == [0.0]
    going = gradient_flow(PAIR, [[0.7, -0.3]], [0.0, 0.0], [1.0, 2.0], stop=1e-9)
    assert not going.stationary
    assert going.times.tolist() == [1.0, 2.0]


def test_a_stop_before_the_first_time_gives_the_stop_alone() -> None:
    flow = gradient_flow(PAIR, [[0.7, -0.3]], [0.0, 0.0], [1e5], stop=1e-6)
    assert flow.stationary
    assert len(flow.times) == 1
    assert 0 < flow.times[0] < 1e5


def test_rotations_turn_the_flow() -> None:
    start = STARTS["triple"][1]
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    one, other = (gradient_flow(TRIPLE, w, np.zeros(3), [2.0, 20.0]) for w in (start, turn @ start))
    gap = np.abs(turn @ one.weights - other.weights).max(axis=(1, 2))
    assert (gap <= 2 * (one.errors + other.errors)).all()


def test_a_saddle_is_not_left() -> None:
    flow = gradient_flow(PAIR, np.zeros((1, 2)), [0.0, 0.0], [1e3])
    assert not flow.weights.any()


def test_many_features_go_by_the_line() -> None:
    problem = tt.Problem(n_features=12, n_hidden=2, density=0.1)
    start = 0.4 * np.random.default_rng(0).normal(size=(2, 12))
    flow = gradient_flow(problem, start, np.zeros(12), [0.0, 0.5], tolerance=1e-4)
    assert flow.losses[1] < flow.losses[0]
    assert np.abs(end_of(flow) - runge_kutta(problem, start, 0.5, 5)).max() <= flow.errors[-1] + 1e-5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"times": [2.0, 1.0]}, "ascends"),
        ({"times": []}, "ascends"),
        ({"times": 3.0}, "ascends"),
        ({"times": [-1.0]}, "times must lie in"),
        ({"stop": -1.0}, "stop must lie in"),
        ({"tolerance": 0.0}, "tolerance must lie in"),
        ({"bias": None}, "linear"),
        ({"weights": np.ones((2, 1, 2))}, "one start"),
        ({"weights": np.ones((3, 2))}, "shape"),
    ],
)
def test_bad_input_is_refused(change: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"weights": [[0.7, -0.3]], "bias": [0.0, 0.0], "times": [1.0], **change}
    with pytest.raises(ValueError, match=message):
        gradient_flow(PAIR, **given)
