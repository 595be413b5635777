"""Any number of active features, in the scratch: every active set of rows of four, in exact fractions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.activation import resolve
from toytoy.analytic.cube import GRADIENT, ORDER, ROW, scratch
from toytoy.analytic.many import WIDE, many_error, wide_rise
from toytoy.analytic.tables import activation_table

from tests.reference.bends import BENDS
from tests.reference.draws import ACTIVATIONS, pieces
from tests.reference.exact import Row

EPS = float(np.finfo(float).eps)
N = 4
ROUNDING = 512 * EPS  # of the largest value that the error takes: up to 2^4 vertices of some thirty operations each
ENTRIES = (1.0, -1.0, 0.7, -0.45, 1e-3, -1e-9, 1e-25, 0.0)
Given = tuple[NDArray[np.float64], float, float, float]


def rows(activation: str, count: int = 20) -> Iterator[Given]:
    """Yield a row of G, its bias, the activation's parameter and a weight; every third row is large."""
    rng = np.random.default_rng(2)
    for number in range(count):
        row = rng.choice(ENTRIES, N) * (100.0 if number % 3 == 0 else 1.0)
        bias = float(rng.choice([0.0, -row[0], 0.3, -0.2, -0.5 * row.sum()]))
        yield row, bias, float(rng.choice(ACTIVATIONS[activation])), float(rng.random())


def run(j: int, mask: int, row: NDArray[np.float64], bias: float, weight: float, act: NDArray[np.float64]):
    """Error and weighted gradient (by bias, then by the row's entries) of one active set."""
    work, stack = scratch(N)
    work[:], stack[:] = 3.0, 3  # whatever another row has left
    work[GRADIENT] = 0.0
    work[ROW, :N], stack[ORDER, :N] = row, np.argsort(-abs(row))
    return many_error(j, N, weight, mask, bias, act, work, stack), work[GRADIENT, : N + 1]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_error_and_gradient_of_every_set_are_exact_to_rounding(activation: str) -> None:
    classes = {"leaky": tt.LeakyReLU, "clipped": tt.ClippedReLU}
    for number, (row, bias, parameter, weight) in enumerate(rows(activation)):
        sigma = classes[activation](parameter) if activation in classes else activation
        act, j = activation_table(resolve(sigma)), number % N
        exact = Row(j, [Fraction(float(a)) for a in row], Fraction(bias), pieces(activation, parameter))
        allowed = ROUNDING * (1.0 + abs(bias) + float(abs(row).sum())) ** 2
        for mask in range(1 << N):
            members = tuple(i for i in range(N) if mask >> i & 1)
            wanted = exact.error(members)
            error, gradient = run(j, mask, row, bias, weight, act)
            assert abs(error - float(wanted.value)) <= allowed, (row, bias, parameter, mask)
            slopes = [wanted.d_bias, *(wanted.d_row.get(i, Fraction(0)) for i in range(N))]
            assert abs(gradient - weight * np.array([float(g) for g in slopes])).max() <= allowed, (row, bias, mask)


def test_hinges_are_taken_together_past_a_wide_range_alone() -> None:
    act, beside = activation_table(resolve(tt.ClippedReLU(0.5))), 1.0 + 4 * EPS
    assert wide_rise(0.5 * WIDE * beside - 0.25, -0.25, act) == 0.5
    assert wide_rise(0.5 * WIDE / beside - 0.25, -0.25, act) == 0.0  # not wide
    assert wide_rise(0.4, -2.0 * WIDE, act) == 0.0  # the upper hinge is out of reach
    assert wide_rise(2.0 * WIDE, 0.1, act) == 0.0  # the lower one is


@pytest.mark.parametrize("name", BENDS)
def test_a_first_hinge_away_from_zero_counts_with_its_level(name: str) -> None:
    bends, act = BENDS[name]
    for number, (row, bias, _, weight) in enumerate(rows("clipped", 9)):
        j = number % N
        exact = Row(j, [Fraction(float(a)) for a in row], Fraction(bias), bends)
        allowed = 4 * ROUNDING * (1.0 + abs(bias) + float(abs(row).sum())) ** 2  # slopes up to 2
        for members in ((0, 1, 2), (0, 1, 2, 3), (1, 3)):
            wanted = exact.error(members)
            error, gradient = run(j, sum(1 << i for i in members), row, bias, weight, act)
            assert abs(error - float(wanted.value)) <= allowed, (row, bias, members)
            slopes = [wanted.d_bias, *(wanted.d_row.get(i, Fraction(0)) for i in range(N))]
            assert abs(gradient - weight * np.array([float(g) for g in slopes])).max() <= allowed, (row, bias)


def test_the_seam_of_two_hinges_lies_at_their_distance() -> None:
    _, act = BENDS["ramp"]
    assert wide_rise(-0.25 + 0.76 * WIDE, -0.26, act) == 0.75
    assert wide_rise(-0.25 + 0.74 * WIDE, -0.26, act) == 0.0
    assert wide_rise(0.51, -0.25 - 0.76 * WIDE, act) == 0.75
    assert wide_rise(0.49, -0.25 - 0.76 * WIDE, act) == 0.0
    assert wide_rise(9.0, -9.0, BENDS["bent"][1]) == 0.0  # its outer pieces are not flat
