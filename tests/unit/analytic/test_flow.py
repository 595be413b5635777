"""The closed gradient flow against integration of the exact gradient, fifty digits, and its laws."""

from __future__ import annotations

import dataclasses
from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from toytoy.analytic import linear
from toytoy.analytic.linear_parts import moments

EPS = float(np.finfo(float).eps)
Array = Any
TIMES = np.array([0.0, 0.5, 3.0, 8.0, 20.0, 60.0])
FIVE = tt.Problem(n_features=5, n_hidden=3, density=0.5, activation="linear")
RELATIVE = 1e-10  # of the integration, a step
INTEGRATED = 1e-8  # a hundred steps, each amplified by what follows: errors seen were below 1e-9


def random_weights(m: int, n: int, seed: int, size: float = 0.3) -> Array:
    return size * np.random.default_rng(seed).normal(size=(m, n))


def blockwise() -> tuple[tt.Problem, Array]:
    """Make features 0 and 3 share a plane, 1 and 4 a line, each pair alike; feature 2 is dropped."""
    problem = FIVE.replace(density=(0.5, 0.2, 0.5, 5 / 6, 0.2), importance=(1.0, 3.0, 0.5, 1.0, 3.0))
    basis = np.linalg.qr(random_weights(3, 3, 0))[0]
    weights = np.zeros((3, 5))
    weights[:, [0, 3]] = basis[:, :2] @ random_weights(2, 2, 1)
    weights[:, [1, 4]] = np.outer(basis[:, 2], [0.2, -0.1])
    return problem, weights


STARTS: dict[str, tuple[tt.Problem, Array]] = {
    "aligned, importances differ": (
        FIVE.replace(importance=tuple(0.7**i for i in range(5)), density=(0.9, 0.3, 0.5, 0.2, 1.0)),
        np.linalg.qr(random_weights(3, 3, 2))[0] @ np.eye(3, 5)[:, [0, 3, 1, 2, 4]] * 0.2,
    ),
    "general, all equal": (FIVE.replace(importance=0.7), random_weights(3, 5, 3)),
    "general and large": (FIVE, random_weights(3, 5, 4, size=1.5)),
    "blocks": blockwise(),
}


def integrate(problem: tt.Problem, weights: Array, times: Array) -> Array:
    """Follow -∂L/∂W by the exact kernel, the bias solved for anew at every step from E x̂ = E x."""
    from scipy.integrate import solve_ivp

    mean = np.array(problem.densities) / 2

    def slope(_: float, flat: Array) -> Array:
        moving = flat.reshape(weights.shape)
        return -tt.loss_and_grad(problem, moving, mean - moving.T @ (moving @ mean))[1].ravel()

    span = (0.0, times[-1])
    path = solve_ivp(slope, span, weights.ravel(), "DOP853", t_eval=times, rtol=RELATIVE, atol=1e-3 * RELATIVE)
    return path.y.T.reshape(len(times), *weights.shape)


@pytest.mark.equation("saxe-weights", "saxe-logistic", "saxe-loss")
@pytest.mark.parametrize("name", STARTS)
def test_integration_of_the_exact_gradient_agrees(name: str) -> None:
    problem, weights = STARTS[name]
    path, integrated = linear.trajectory(problem, weights, TIMES), integrate(problem, weights, TIMES)
    gram = np.swapaxes(integrated, 1, 2) @ integrated
    assert np.abs(path.weights - integrated).max() <= INTEGRATED
    assert np.abs(path.gram - gram).max() <= INTEGRATED
    assert np.abs(np.sort(path.eigenvalues) - np.linalg.eigvalsh(gram)).max() <= INTEGRATED
    assert np.abs(path.loss - tt.loss(problem, integrated, path.bias)).max() <= INTEGRATED


@pytest.mark.equation("saxe-flow")
@pytest.mark.parametrize("seed", range(5))
def test_the_flow_before_any_condition_is_the_kernels_gradient(seed: int) -> None:
    """dW/dt = 2 W (V E D + D E V), E = 1 - G, for any importances, densities and weights."""
    rng = np.random.default_rng(seed)
    problem = FIVE.replace(density=tuple(rng.uniform(0.01, 1, 5)), importance=tuple(rng.uniform(0, 3, 5)))
    weights = random_weights(3, 5, seed, size=1.0)
    importance, _, variance = moments(problem)
    missing = variance[:, None] * (np.eye(5) - weights.T @ weights) * importance
    d_weights = tt.loss_and_grad(problem, weights, linear.best_bias(problem, weights))[1]
    scale = max(1.0, np.abs(d_weights).max())
    assert np.abs(d_weights + 2 * weights @ (missing + missing.T)).max() <= 1e-12 * scale  # the kernel's promise


@pytest.mark.equation("saxe-gram")
@pytest.mark.parametrize("name", ["general, all equal", "general and large"])
def test_the_gram_matrix_obeys_its_own_equation(name: str) -> None:
    """dG/dt = 8 I v (G - G²), with dG/dt = -(∂L/∂Wᵀ W + Wᵀ ∂L/∂W) by the kernel."""
    problem, weights = STARTS[name]
    gram, importance = weights.T @ weights, problem.importances[0]
    half = -weights.T @ tt.loss_and_grad(problem, weights, linear.best_bias(problem, weights))[1]
    expected = 8 * float(importance) * (0.5 / 3 - 0.5**2 / 4) * (gram - gram @ gram)
    assert np.abs(half + half.T - expected).max() <= 1e-12 * max(1.0, np.abs(expected).max())  # the kernel's promise


@pytest.mark.equation("saxe-logistic")
@pytest.mark.parametrize("weight", [1e-150, 1e-15, 1e-3, 0.5, 1 - 1e-9, 1.0, 1.5, 1e3, 1e70])
@pytest.mark.parametrize("time", [0.0, 1e-9, 0.3, 7.0, 82.0, 900.0, 1e6, 1e300])
def test_the_logistic_in_many_digits(weight: float, time: float) -> None:
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.5, importance=0.7, activation="linear")
    path = linear.trajectory(problem, [[weight]], time)
    with mpmath.workdps(400):  # 1e140 and e^{-900} stand side by side
        g, rate = mpmath.mpf(weight) ** 2, mpmath.mpf(0.7) * (mpmath.mpf(4) / 3 - mpmath.mpf(1) / 2)
        grown = mpmath.exp(rate * mpmath.mpf(time)) if time < 1e5 else mpmath.inf
        expected = g * grown / (1 - g + g * grown) if time < 1e5 else mpmath.mpf(1)
        error = abs(float(mpmath.mpf(float(path.eigenvalues[0])) / expected - 1))
    age = min(0.6 * time, 700.0)  # a rounded exponent, rounded again in e^{-age}: eps × age each
    assert error <= (10 + 4 * age) * EPS
    assert abs(path.weights[0, 0] / float(mpmath.sqrt(expected)) - 1) <= (10 + 2 * age) * EPS


@pytest.mark.equation("saxe-loss")
@pytest.mark.parametrize("time", [0.1, 10.0, 60.0, 300.0])
def test_the_loss_keeps_its_digits_down_to_the_last(time: float) -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=0.5, importance=(1.0, 0.4), activation="linear")
    path = linear.trajectory(problem, [[0.1, 0.0], [0.0, 1.2]], time)
    with mpmath.workdps(400):
        expected, variance = mpmath.mpf(0), mpmath.mpf(5) / 48
        for importance, weight in ((1.0, 0.1), (0.4, 1.2)):
            g, grown = mpmath.mpf(weight) ** 2, mpmath.exp(8 * mpmath.mpf(importance) * variance * mpmath.mpf(time))
            expected += importance * variance * (1 - g * grown / (1 - g + g * grown)) ** 2
        error = abs(float(mpmath.mpf(float(path.loss)) / expected - 1))
    assert error <= (40 + 8 * 0.85 * time) * EPS  # as above, squared; 40: 1 - 1.44 is rounded, and its weight 1.2


@pytest.mark.equation("saxe-half-time")
def test_at_its_half_time_a_mode_has_half_its_strength() -> None:
    problem, weights = blockwise()
    half_times = linear.modes(problem, weights).half_times
    for k in np.flatnonzero(np.isfinite(half_times) & (half_times >= 0)):
        path = linear.trajectory(problem, weights, half_times[k])
        assert abs(path.eigenvalues[k] - 0.5) <= 50 * EPS  # an age of about 5, rounded
    assert np.isfinite(half_times).sum() == 3


@st.composite
def starts(draw: Any) -> tuple[tt.Problem, Array]:
    """Draw two blocks of features, in any order, with singular values of order 1, and a problem that allows them."""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    sizes = draw(st.tuples(st.integers(1, 3), st.integers(0, 3)))
    strong = [draw(st.integers(0, size)) for size in sizes]
    m = max(1, sum(strong))
    basis, weights, first = np.linalg.qr(rng.normal(size=(m, m)))[0], np.zeros((m, sum(sizes))), 0
    for size, rank, columns in zip(sizes, strong, np.split(np.arange(sum(sizes)), sizes[:1]), strict=True):
        right = np.linalg.qr(rng.normal(size=(size, size)))[0][:rank]
        weights[:, columns] = basis[:, first : first + rank] @ (rng.uniform(0.3, 1.4, (rank, 1)) * right)
        first += rank
    each = [np.repeat(rng.uniform(0.1, 1.0, 2), sizes) for _ in range(2)]
    order = draw(st.permutations(range(sum(sizes))))
    density, importance = (tuple(values[order].tolist()) for values in each)
    problem = tt.Problem(n_features=sum(sizes), n_hidden=m, density=density, importance=importance, activation="linear")
    return problem, weights[:, order]


times = st.floats(0.0, 20.0)
FEW = 1e3 * EPS  # ages up to 20 × 8/9, rounded, and products of matrices of size 6


@given(starts(), times, times)
def test_to_go_on_is_to_have_gone_further(start: Any, first: float, second: float) -> None:
    problem, weights = start
    half_way = linear.trajectory(problem, weights, first).weights
    there, straight = linear.trajectory(problem, half_way, second), linear.trajectory(problem, weights, first + second)
    assert np.abs(there.weights - straight.weights).max() <= FEW
    assert np.abs(there.loss - straight.loss) <= FEW


@given(starts(), times)
def test_its_fields_fit_each_other(start: Any, time: float) -> None:
    problem, weights = start
    path = linear.trajectory(problem, weights, [0.0, time])
    assert np.abs(path.weights[0] - weights).max() <= FEW
    assert np.abs(np.swapaxes(path.weights, 1, 2) @ path.weights - path.gram).max() <= FEW
    assert np.abs(path.bias - linear.best_bias(problem, path.weights)).max() <= FEW
    assert np.abs(path.loss - linear.linear_loss(problem, path.weights, path.bias)).max() <= FEW
    assert np.abs(path.gram[1] @ path.gram[0] - path.gram[0] @ path.gram[1]).max() <= FEW  # eigenvectors stay


@given(starts())
def test_the_loss_falls_to_what_the_span_of_the_start_leaves(start: Any) -> None:
    problem, weights = start
    path = linear.trajectory(problem, weights, [*np.linspace(0, 50, 101), 1e6])
    assert (np.diff(path.loss) <= FEW).all()
    importance, _, variance = moments(problem)
    projector = np.linalg.pinv(weights) @ weights
    assert np.abs(path.gram[-1] - projector).max() <= FEW
    assert abs(path.loss[-1] - importance * variance @ (1 - np.diag(projector))) <= FEW
    assert path.loss[-1] >= linear.least_loss(problem) - FEW


@given(starts(), times, st.integers(0, 100))
def test_a_rotated_start_has_a_rotated_path(start: Any, time: float, seed: int) -> None:
    problem, weights = start
    m = problem.n_hidden
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(m, m)))[0]
    turned = linear.trajectory(problem, rotation @ weights, time).weights
    assert np.abs(turned - rotation @ linear.trajectory(problem, weights, time).weights).max() <= FEW


@given(starts(), times, st.integers(-3, 3))
def test_importance_is_speed(start: Any, time: float, power: int) -> None:
    problem, weights = start
    faster = problem.replace(importance=tuple(2.0**power * float(i) for i in problem.importances))
    slow, fast = linear.trajectory(problem, weights, time), linear.trajectory(faster, weights, time / 2.0**power)
    assert np.array_equal(slow.weights, fast.weights)
    assert fast.loss == slow.loss * 2.0**power


def test_from_a_general_start_with_equal_importances_the_flow_ends_in_a_principal_component_analysis() -> None:
    problem, weights = STARTS["general, all equal"]
    path = linear.trajectory(problem, weights, 1e9)
    assert abs(float(path.loss) - linear.least_loss(problem)) <= 10 * EPS
    assert np.abs(path.gram @ path.gram - path.gram).max() <= 10 * EPS


@pytest.mark.equation("saxe-saddle")
def test_a_dropped_feature_grows_along_a_kept_one_at_the_rate_of_the_expansion() -> None:
    """By the kernel's gradient at a small overlap; what is left out is of third order."""
    problem = FIVE.replace(density=(0.9, 0.3, 0.5, 0.2, 0.6), importance=(1.0, 2.0, 0.5, 3.0, 0.7))
    importance, _, variance = moments(problem)
    kept, dropped, small = [0, 1, 2], [3, 4], 1e-4
    weights = np.eye(3, 5)
    weights[:, dropped] = small * random_weights(3, 2, 0, size=1.0)
    towards = -tt.loss_and_grad(problem, weights, linear.best_bias(problem, weights))[1]
    mixed = np.outer(importance, variance)
    rates = 2 * (2 * (importance * variance)[dropped] - (mixed + mixed.T)[np.ix_(kept, dropped)])
    assert np.abs(towards[:, dropped] - rates * weights[:, dropped]).max() <= 100 * small**3


@pytest.mark.equation("saxe-saddle")
@pytest.mark.parametrize(("importance", "escapes"), [((10.0, 1.0), False), ((2.0, 0.5), False), ((100.0, 0.1), True)])
def test_keeping_the_lesser_feature_can_be_a_local_minimum(importance: Any, escapes: bool) -> None:
    """Where importance and variance pull in opposite ways; I v is larger for the feature that is left out."""
    density = (0.1, 0.5) if not escapes else (0.3, 0.5)
    problem = tt.Problem(n_features=2, n_hidden=1, density=density, importance=importance, activation="linear")
    end = integrate(problem, np.array([[0.01, 0.99]]), np.array([0.0, 400.0]))[-1]
    assert np.abs(np.abs(end) - [[float(escapes), float(not escapes)]]).max() <= INTEGRATED
    kept = linear.linear_loss(problem, [[0.0, 1.0]], linear.best_bias(problem, [[0.0, 1.0]]))
    assert kept > linear.least_loss(problem)


def test_leading_axes_are_those_of_the_times_and_features_may_be_many() -> None:
    problem = tt.Problem(n_features=40, n_hidden=8, density=0.1, activation="linear")
    path = linear.trajectory(problem, random_weights(8, 40, 0), np.ones((2, 3)))
    shapes = [getattr(path, name).shape for name in ("weights", "bias", "gram", "eigenvalues", "loss", "times")]
    assert shapes == [(2, 3, 8, 40), (2, 3, 40), (2, 3, 40, 40), (2, 3, 40), (2, 3), (2, 3)]
    assert np.linalg.matrix_rank(path.gram[0, 0]) == 8


def test_nothing_grows_out_of_zero() -> None:
    path = linear.trajectory(FIVE, np.zeros((3, 5)), [0.0, 1e300])
    assert (path.gram == 0).all()
    assert np.abs(path.loss - 5 * 5 / 48).max() <= 10 * EPS


@pytest.mark.parametrize("times", [-1.0, [0.0, -1e-300], [np.nan], [np.inf]])
def test_times_before_the_start_and_after_the_end_are_refused(times: Any) -> None:
    with pytest.raises(ValueError, match=r"times must lie in \[0, inf\), got times=.*starts at t = 0"):
        linear.trajectory(FIVE, np.zeros((3, 5)), times)


@pytest.mark.parametrize("times", ["soon", None, [True], [1j]])
def test_times_that_are_no_numbers_are_refused(times: Any) -> None:
    with pytest.raises(TypeError, match="times must lie in"):
        linear.trajectory(FIVE, np.zeros((3, 5)), times)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1e100, 1e200])
def test_weights_without_a_finite_loss_are_refused(size: float) -> None:
    with pytest.raises(ValueError, match="small enough for a finite loss"):
        linear.trajectory(FIVE, size * np.eye(3, 5), [0.0, 1.0])


def test_what_was_found_stays_as_it_is() -> None:
    """Its arrays are compared by whoever asks: two of them are equal only if they are one."""
    one, other = (linear.trajectory(FIVE, np.zeros((3, 5)), 1.0) for _ in range(2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.loss = None  # type: ignore[misc, assignment]
    assert one != other
    assert len({one, other, one}) == 2
