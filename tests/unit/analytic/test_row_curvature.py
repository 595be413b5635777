"""One output's derivatives, given the active set: equal to exact fractions on both sides of every hinge."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.row_curvature import add_curvature, wide_rise
from toytoy.analytic.slices import THETA, scratch
from toytoy.analytic.tables import activation_table

from tests.reference.bends import BENDS
from tests.reference.draws import pieces
from tests.reference.second import BentRow, row_derivatives

F = Fraction
EPS = float(np.finfo(float).eps)
DEMAND = 1e2 * EPS  # of the largest derivative
ACTIVATIONS: dict[str, tuple[Any, float]] = {
    "linear": ("linear", 0.0),
    "relu": ("relu", 0.0),
    "abs": ("abs", 0.0),
    "leaky": (tt.LeakyReLU(-0.25), -0.25),
    "clipped": (tt.ClippedReLU(0.5), 0.5),
}


def derivatives(name: str, j: int, row: Any, b: float, active: tuple[int, ...], weight: float = 1.0) -> tuple[Any, Any]:
    """Call the kernel for one active set."""
    n = len(row)
    if name in BENDS:
        act = BENDS[name][1]
    else:
        act = activation_table(tt.Problem.toy(2, density=1, activation=ACTIVATIONS[name][0]).sigma)
    arrays = scratch(n)
    arrays[0][:], arrays[1][:], arrays[2][:] = 3.0, 3, 3.0  # whatever another row has left
    first, second, mask = np.zeros(n + 1), np.zeros((n + 1, n + 1)), np.int64(sum(1 << i for i in active))
    add_curvature(j, b, row, np.argsort(-np.abs(row)), weight, mask, act, *arrays, first, second)
    return first, second


def sets(n: int) -> list[tuple[int, ...]]:
    return [tuple(i for i in range(n) if mask >> i & 1) for mask in range(1 << n)]


def check(name: str, j: int, row: Any, b: float) -> None:
    bends = BENDS[name][0] if name in BENDS else pieces(name, ACTIVATIONS[name][1])
    exact_row = BentRow(j, [F(float(x)) for x in row], F(float(b)), bends)
    for active in sets(len(row)):
        found = derivatives(name, j, row, b, active)
        for array, fractions in zip(found, row_derivatives(exact_row, [(active, F(1))]), strict=True):
            wanted = np.array(fractions, dtype=float)
            scale = max(np.abs(wanted).max(), 1.0)  # the square of an input of order one
            assert np.abs(array - wanted).max() <= DEMAND * scale, (name, j, row, b, active)


@pytest.mark.equation("curvature-row")
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_it_is_the_reference_given_every_active_set(name: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(25):
        row = rng.normal(size=3) * rng.choice([1.0, 1.0, 1e-4, 1e-9, 0.0, 3.0], size=3)
        check(name, int(rng.integers(3)), row, float(rng.normal() / 2))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("b", [0.0, 0.5, -1.0, -0.5])
def test_on_hinges_it_is_the_one_for_a_larger_bias(name: str, b: float) -> None:
    for row in (np.array([1.0, -0.5, 0.0]), np.array([1.0, 0.0, 0.0]), np.zeros(3), np.array([0.0, -0.5, 0.5])):
        for j in range(3):
            check(name, j, row, b)


def test_the_weight_multiplies() -> None:
    row = np.array([0.9, -0.4])
    whole, half = (derivatives("relu", 0, row, 0.1, (0, 1), weight) for weight in (1.0, 0.5))
    for once, part in zip(whole, half, strict=True):
        assert np.array_equal(once, 2 * part)


def test_a_span_far_wider_than_the_rise_keeps_its_digits() -> None:
    """Past each hinge moments are of order one, between them of order rise / span, and slices cancel most of these."""
    row, rise = np.array([3e4, -2e4]), 0.5
    for b in (-20.0, 1.99e4, -2.99e4):  # the strip amid the cube, and near either corner
        exact_row = BentRow(0, [F(float(x)) for x in row], F(b), pieces("clipped", rise))
        _, fractions = row_derivatives(exact_row, [((0, 1), F(1))])
        wanted = np.array(fractions, dtype=float)
        _, found = derivatives("clipped", 0, row, b, (0, 1))
        assert np.abs(found - wanted).max() <= DEMAND * rise / np.abs(row).sum()


@pytest.mark.parametrize("name", BENDS)
def test_a_first_hinge_away_from_zero_counts_with_its_level(name: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(8):
        check(name, int(rng.integers(3)), rng.normal(size=3), float(rng.normal() / 2))


def test_two_hinges_are_taken_together_about_their_middle() -> None:
    """Of a row that spans far more than the rise, the flat piece that holds the middle is continued."""
    row = np.array([3.0, -2.0, 1.0])
    for b in (-1.0, -0.9, -0.85, 0.0, 0.5, -2.5):
        for j in range(3):
            check("ramp", j, row, b)
    for span in (2.99, 3.01):  # just narrow, just wide: four times the rise of 3/4
        check("ramp", 0, np.array([0.5, -0.25, -0.25]) * span, -0.1)


@pytest.mark.parametrize("rise", [0.5, 3.0])
def test_a_row_is_wide_where_it_spans_more_than_four_rises(rise: float) -> None:
    """All active entries count, either way; the pieces outside must be flat, or there is nothing to take together."""
    table = activation_table(tt.Problem.toy(2, density=1, activation=tt.ClippedReLU(rise)).sigma)
    work = np.full((7, 8), 99.0)
    for last, wide in ((0.99, 0.0), (1.0, 0.0), (1.01, rise)):
        work[THETA, 1:4] = 2 * rise, -rise, last * rise
        assert wide_rise(np.int64(3), np.int64(2), table, work) == wide
    for place in (0, 2):
        bent = table.copy()
        bent[1, place] = 0.25  # a slope outside
        assert wide_rise(np.int64(3), np.int64(2), bent, work) == 0.0
    assert wide_rise(np.int64(3), np.int64(1), table, work) == 0.0
    shifted = table.copy()
    shifted[0, :2] += 1.0  # both hinges
    assert wide_rise(np.int64(3), np.int64(2), shifted, work) == rise
