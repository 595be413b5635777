"""Modes of the gradient flow: which starts have them, what is refused, and when each is half learned."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.linear_parts import best_bias, moments
from toytoy.analytic.modes import EPS, ROUNDING, modes

Array = Any
PAIRS = tt.Problem(
    n_features=4, n_hidden=3, density=(0.5, 0.2, 0.5, 0.2), importance=(1.0, 0.4, 1.0, 0.4), activation="linear"
)


def relative(found: Array, expected: Any) -> float:
    return float(np.abs(found / np.array(expected) - 1).max())


def start() -> Array:
    """Draw weights in which features 0 and 2 share a plane that is orthogonal to the line of 1 and 3."""
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    weights = np.empty((3, 4))
    weights[:, [0, 2]] = basis[:, :2] @ rng.normal(size=(2, 2))
    weights[:, [1, 3]] = np.outer(basis[:, 2], [0.3, -0.6])
    return weights


def test_modes_diagonalize_the_start() -> None:
    weights = start()
    found = modes(PAIRS, weights)
    few_roundings = 20 * EPS
    rebuilt = found.images * np.sqrt(found.strengths) @ found.directions.T
    assert np.abs(rebuilt - weights).max() <= few_roundings
    assert np.abs(found.directions.T @ found.directions - np.eye(4)).max() <= few_roundings
    assert np.abs(np.sort(found.strengths) - np.linalg.eigvalsh(weights.T @ weights)).max() <= few_roundings


def test_modes_stay_inside_their_block_and_have_its_rate() -> None:
    found = modes(PAIRS, start())
    importance, _, variance = moments(PAIRS)
    mixed = (found.directions[:, None, :] * found.directions != 0).any(-1)
    assert np.array_equal(mixed, [[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1]])
    assert np.array_equal(found.rates, 8 * importance * variance)
    assert found.strengths[3] == 0.0  # columns 1 and 3 lie on one line: rounding gives no second mode


def test_aligned_modes_are_the_features_in_their_order() -> None:
    importance = (0.1, 2.0, 1.0)
    problem = tt.Problem(n_features=3, n_hidden=3, density=0.5, importance=importance, activation="linear")
    found = modes(problem, np.diag([0.1, -0.2, 0.3])[:, [2, 0, 1]])
    assert relative(found.strengths, [0.09, 0.01, 0.04]) <= 4 * EPS
    assert np.array_equal(np.abs(found.directions), np.eye(3))


@pytest.mark.equation("saxe-condition")
def test_where_c_is_constant_the_flow_of_each_block_is_a_function_of_its_own_gram_matrix() -> None:
    """The kernel's gradient gives dG/dt; in a block it must be rate (G - G²), elsewhere zero."""
    weights = start()
    gram = weights.T @ weights
    towards = weights.T @ -tt.loss_and_grad(PAIRS, weights, best_bias(PAIRS, weights))[1]
    expected = modes(PAIRS, weights).rates[:, None] * (gram - gram @ gram)
    assert np.abs(towards + towards.T - expected).max() <= 1e-13  # kernel errors of 1e-14, and sums of four terms


UNEQUAL: list[Any] = [
    ((1.0, 0.9), 0.5),
    (1.0, (0.5, 0.6)),
    ((0.0, 1.0), 0.5),
    ((0.4, 1.0), (0.5, 0.139620)),  # I v is equal, but not I and v: c₀₁ is not
]


@pytest.mark.equation("saxe-condition")
@pytest.mark.parametrize(("importance", "density"), UNEQUAL)
def test_overlapping_features_that_differ_turn_the_eigenvectors_and_are_refused(importance: Any, density: Any) -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=density, importance=importance, activation="linear")
    weights = np.array([[0.4, 0.3], [0.1, 0.5]])
    gram = weights.T @ weights
    towards = weights.T @ -tt.loss_and_grad(problem, weights, best_bias(problem, weights))[1]
    turning = gram @ (towards + towards.T) - (towards + towards.T) @ gram
    assert np.abs(turning).max() > 1e-5  # rounding leaves 1e-17 where they stay
    with pytest.raises(ValueError, match=r"orthogonal columns.*between features 0 and 1 of.*solve_ivp") as caught:
        modes(problem, weights)
    assert "\n" not in str(caught.value)


@pytest.mark.equation("saxe-condition")
@pytest.mark.parametrize(("importance", "density"), [(2.0, (0.5, 5 / 6)), (0.0, (0.5, 0.1)), (1.0, 0.3)])
def test_equal_variances_and_features_without_importance_may_overlap(importance: Any, density: Any) -> None:
    """p/3 - p²/4 is the same at p = 1/2 and at 5/6."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=density, importance=importance, activation="linear")
    strong, absent = modes(problem, [[0.3, 0.4]]).strengths
    assert relative(strong, 0.25) <= 4 * EPS
    assert absent == 0.0


def test_the_refusal_names_the_worst_pair() -> None:
    weights = start()
    weights[:, 1] += 0.01 * weights[:, 2]
    cosine = weights[:, 1] @ weights[:, 2] / np.linalg.norm(weights[:, 1]) / np.linalg.norm(weights[:, 2])
    with pytest.raises(ValueError, match=f"cosine {abs(cosine):.3g} between features 1 and 2"):
        modes(PAIRS, weights)


@pytest.mark.parametrize("n", [2, 10, 100])
def test_columns_of_a_computed_rotation_count_as_orthogonal(n: int) -> None:
    problem = tt.Problem(
        n_features=n, n_hidden=n, density=0.5, importance=tuple(0.9**i for i in range(n)), activation="linear"
    )
    rng = np.random.default_rng(n)
    for _ in range(10):
        rotation = np.linalg.qr(rng.normal(size=(n, n)))[0]
        size = 10.0 ** rng.uniform(-9, 0, n)
        assert relative(modes(problem, rotation * size).strengths, size**2) <= ROUNDING * n * EPS


def test_angles_above_rounding_are_seen_whatever_the_lengths() -> None:
    problem = PAIRS.replace(n_features=2, n_hidden=2, density=0.5, importance=(1.0, 0.4))
    for length in (1e-150, 1e-200, 1e100):
        with pytest.raises(ValueError, match="cosine 1e-12"):
            modes(problem, [[length, 1e-12], [0.0, 1.0]])


def test_weights_are_checked() -> None:
    with pytest.raises(ValueError, match="one model here, got leading axes"):
        modes(PAIRS, np.zeros((5, 3, 4)))
    with pytest.raises(ValueError, match="transpose it"):
        modes(PAIRS, np.zeros((4, 3)))
    with pytest.raises(ValueError, match=re.escape('problem.replace(activation="linear")')):
        modes(tt.Problem.toy(2, density=0.5), [[1.0, 0.0]])


@pytest.mark.equation("saxe-half-time")
@pytest.mark.parametrize("weight", [1e-15, 1e-3, 0.5, 0.7071, 0.9, 1 - 1e-9])
def test_half_times_in_fifty_digits(weight: float) -> None:
    """Solve g₀ e^{ct} = 1 - g₀ for t."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=0.5, importance=0.7, activation="linear")
    found = modes(problem, [[weight]])
    with mpmath.workdps(50):
        g, rate = mpmath.mpf(float(found.strengths[0])), mpmath.mpf(float(found.rates[0]))
        expected = mpmath.log((1 - g) / g) / rate
        error = abs(mpmath.mpf(float(found.half_times[0])) - expected)
    logarithms = abs(np.log(weight**2)) + abs(np.log1p(-(weight**2)))  # each rounded, before their difference
    assert error <= 2 * EPS * (float(abs(expected)) + logarithms / found.rates[0])


@pytest.mark.equation("saxe-half-time")
def test_modes_that_never_pass_a_half_have_an_infinite_half_time() -> None:
    problem = PAIRS.replace(importance=(1.0, 1.0, 1.0, 0.0))
    assert (modes(problem, np.eye(3, 4)[[0, 1, 2]] * [1.0, 1.5, 0.0, 0.0]).half_times == np.inf).all()
    for weight in (0.1, 0.9):  # without a rate neither one below a half comes, nor was one above it there before
        assert modes(problem, weight * np.eye(4)[1:]).half_times[3] == np.inf


@pytest.mark.filterwarnings("error")
def test_columns_of_zero_and_half_times_that_never_come_warn_of_nothing() -> None:
    """No logarithm of 0 and no 0/0 on the way, whose NaN would be thrown away."""
    problem = PAIRS.replace(importance=(1.0, 1.0, 1.0, 0.0))
    found = modes(problem, [[0.0, 0.5, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    assert found.strengths.tolist() == [0.0, 0.25, 1.0, 0.0]
    rate = found.rates[1]
    assert found.half_times.tolist() == [np.inf, np.log(3.0) / rate, np.inf, np.inf]
    assert np.array_equal(found.directions, np.eye(4))


def test_strengths_below_the_smallest_normal_number_are_zero() -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=0.5, importance=(1.0, 0.5), activation="linear")
    found = modes(problem, [[2.0**-511, 0.0], [0.0, 0.999 * 2.0**-511]])
    assert found.strengths.tolist() == [2.0**-1022, 0.0]  # the smallest normal number itself is one
    assert found.images.tolist() in ([[1.0, 0.0], [0.0, 0.0]], [[-1.0, 0.0], [0.0, 0.0]])


def test_a_singular_value_of_rounding_is_no_mode() -> None:
    """Of n = 4 features the second value of a block counts from 4 eps of the first on."""
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.5, importance=(1.0, 1.0, 0.5, 0.25), activation="linear")
    for times, kept in ((2.0, False), (3.5, False), (4.5, True), (6.0, True)):
        second = times * EPS
        weights = np.array([[1.0, 1.0, 0.0, 0.0], [second, -second, 0.0, 0.0]]) / np.sqrt(2)
        assert (modes(problem, weights).strengths[1] > 0) == kept


def test_angles_count_from_eight_roundings_a_feature_on() -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=0.5, importance=(1.0, 0.5), activation="linear")
    modes(problem, [[1.0, 15.9 * EPS], [0.0, 1.0]])
    modes(problem, [[1.0, 16.0 * EPS], [0.0, 1.0]])  # 8 n eps, for n = 2: still rounding
    with pytest.raises(ValueError, match=r"got an angle of cosine 3\.57e-15"):
        modes(problem, [[1.0, 16.1 * EPS], [0.0, 1.0]])


def test_features_connected_through_others_are_one_block() -> None:
    """A chain 0-2-1, whose ends are orthogonal: its modes mix all three, and its first is the strongest."""
    problem = tt.Problem(n_features=4, n_hidden=3, density=0.5, importance=(1.0, 1.0, 1.0, 0.5), activation="linear")
    weights = np.array([[0.5, 0.0, 0.3, 0.0], [0.0, 0.4, 0.2, 0.0], [0.0, 0.0, 0.1, 0.0]])
    found = modes(problem, weights)
    assert (found.directions[:3, :3] != 0).all()
    assert (np.diff(found.strengths[:3]) < 0).all()
    rebuilt = found.images * np.sqrt(found.strengths) @ found.directions.T
    assert np.abs(rebuilt - weights).max() <= 20 * EPS
    assert found.strengths[3] == 0
    assert found.directions[3, 3] == 1


def test_variances_equal_up_to_rounding_may_overlap_and_no_others() -> None:
    """p/3 - p²/4 is flat at p = 2/3: densities around it tell how much variances may differ, 8 eps of them."""
    for apart, fits in ((1e-8, True), (1e-7, False)):
        density = (2 / 3, 2 / 3 + apart)  # of variances that differ by apart² / 4, of 1/9
        problem = tt.Problem(n_features=2, n_hidden=1, density=density, importance=0.7, activation="linear")
        if fits:
            assert modes(problem, [[0.3, 0.4]]).strengths[1] == 0
        else:
            with pytest.raises(ValueError, match=r"variance 0\.111111 and 0\.111111"):
                modes(problem, [[0.3, 0.4]])


def test_modes_are_values_that_stand_for_themselves() -> None:
    """Frozen, and compared by identity: arrays have no one answer to ==, and no hash."""
    one, other = modes(PAIRS, start()), modes(PAIRS, start())
    assert len({one, other}) == 2
    assert one != other
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.rates = other.rates  # type: ignore[misc]
