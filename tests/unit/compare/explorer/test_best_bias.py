"""The best bias of an output is found wherever it lies, and its error is the library's exact one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from hypothesis import example, given
from hypothesis import strategies as st
from toytoy.compare.explorer.best_bias import RELU, best_biases, corner, least_error, output_error, surface

DENSITIES = st.floats(1e-3, 1.0)
WEIGHTS = st.floats(-1.6, 1.6)
SCANNED = np.linspace(-6, 4, 2001)
ROUNDING = 2e-15  # of an error of order one
NARROWED = 1e-11  # golden sections leave this of an error of order one, see NARROWINGS


def scan(weights: np.ndarray, density: float) -> np.ndarray:
    """Give the first output's exact error at each bias scanned, by the library's decomposition."""
    problem = tt.Problem.toy(2, density=density, importance=1.0)
    bias = np.stack([SCANNED, SCANNED], axis=1)
    parts = tt.decompose(problem, np.broadcast_to(weights, (len(SCANNED), 1, 2)), bias)
    return np.asarray(sum(part[:, 0] for part in parts.parts().values()))


@pytest.mark.parametrize("bias", [Fraction(-1, 3), Fraction(0), Fraction(1, 7)])
@pytest.mark.parametrize("weights", [(1, -1), (Fraction(3, 4), Fraction(1, 2)), (Fraction(-1, 5), 1), (0, 1), (0, 0)])
def test_both_outputs_errors_are_the_loss_in_exact_fractions(
    bias: Fraction, weights: tuple[Fraction, Fraction]
) -> None:
    problem = tt.Problem.toy(2, density=Fraction(2, 5), importance=Fraction(3, 4))
    exact = tt.loss(problem, np.array([[Fraction(w) for w in weights]]), np.array([bias, -bias]), method="fraction")
    w = [float(x) for x in weights]
    first = output_error(w[0] ** 2, w[0] * w[1], 0.4, float(bias), RELU)
    second = output_error(w[1] ** 2, w[0] * w[1], 0.4, -float(bias), RELU)
    assert first + 0.75 * second == pytest.approx(float(exact), rel=1e-14, abs=1e-16)


@given(WEIGHTS, WEIGHTS, DENSITIES)
@example(-0.26054616, -1.39915807, 0.01)  # a narrow minimum beside b = 0, which an even scan misses
@example(1.0, 0.0, 1.0)
@example(0.0, 0.0, 0.5)
def test_no_bias_is_better(first: float, second: float, density: float) -> None:
    weights = np.array([first, second])
    error, bias = least_error(first**2, first * second, density, RELU)
    assert error <= scan(weights, density).min() + NARROWED
    assert error == pytest.approx(output_error(first**2, first * second, density, bias, RELU), abs=ROUNDING)
    assert 0 <= error <= density / 3 + ROUNDING  # an output that is shut loses E x²


@given(WEIGHTS, WEIGHTS)
def test_corners_ascend_and_are_where_a_corner_of_the_square_turns_on(first: float, second: float) -> None:
    a, c = first**2, first * second
    corners = [corner(k, a, c) for k in range(5)]
    assert corners == sorted(corners)
    inner = {-(x * a + y * c) + 0.0 for x in (0, 1) for y in (0, 1)}
    assert inner <= {x + 0.0 for x in corners} | {corners[4] - 1.0}


def test_the_first_output_of_all_models_at_once() -> None:
    grid = np.linspace(-1.2, 1.2, 9)
    errors = surface(0.3, grid)
    for i, first in enumerate(grid):
        for j, second in enumerate(grid):
            alone = best_biases(0.3, np.array([first, second]))[1]
            assert errors[i, j] == pytest.approx(alone[0], abs=1e-12)
            assert errors[j, i] == pytest.approx(alone[1], abs=1e-12)


def test_the_pair_of_equal_features_has_its_known_bias() -> None:
    """(2,1), p = 0.5, r = 1: a check value known to 18 digits, docs of the library's mathematics."""
    length, bias, loss = 0.96896999130512516, 0.09768268141120346, 0.0762824469895635733818
    weights = length / np.sqrt(2) * np.array([1.0, -1.0]) * np.sqrt(2)
    found, errors = best_biases(0.5, weights)
    np.testing.assert_allclose(found, bias, atol=1e-5)
    assert errors.sum() == pytest.approx(loss, abs=1e-11)
