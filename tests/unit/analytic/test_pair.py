"""At most two active features, in scalars: moments of the cut square, errors and derivatives, in exact fractions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.activation import resolve
from toytoy.analytic.pair import pair_error, square_moments
from toytoy.analytic.tables import activation_table

from tests.reference.bends import BENDS
from tests.reference.draws import ACTIVATIONS, pieces
from tests.reference.exact import Cube, Row

EPS = float(np.finfo(float).eps)
MOMENT_ROUNDING = 16 * EPS  # relative to E[h^q]: a dozen operations, of positive terms but for v - q
ERROR_ROUNDING = (
    64 * EPS
)  # of the largest value that the error takes on the square: some thirty operations on such terms
MOMENTS: tuple[tuple[tuple[int, ...], int], ...] = (  # ∫ w^… G_q(h): the variables, and q
    *(((), 0), ((), 1), ((), 2), ((0,), 0), ((0,), 1), ((1,), 0), ((1,), 1)),
    *(((0, 0), 0), ((0, 1), 0), ((1, 1), 0)),
)
RATIOS = (1.0, 0.999, 0.5, 1e-2, 1e-9, 1e-17, 0.0)
ENTRIES = (1.0, -1.0, 0.7, -0.45, 1e-3, -1e-9, 1e-25, 0.0)


def cuts() -> Iterator[tuple[float, float]]:
    """Yield q and v in (0, (1 + q) / 2], on both sides of q and just on it."""
    rng = np.random.default_rng(0)
    for q in (*RATIOS, *rng.random(20)):
        half = 0.5 * (1.0 + q)
        yield from ((float(q), float(v)) for v in (*(half * rng.random(8)), half, min(q, half)) if v > 0.0)


def test_moments_of_the_square_are_exact_to_rounding() -> None:
    for q, v in cuts():
        cube = Cube([Fraction(-1), -Fraction(q)], Fraction(v))
        powers = (
            ((), 0),
            ((), 1),
            ((), 2),
            ((0,), 0),
            ((0,), 1),
            ((1,), 0),
            ((1,), 1),
            ((0, 0), 0),
            ((0, 1), 0),
            ((1, 1), 0),
        )
        for found, (variables, order) in zip(square_moments(v, q), powers, strict=True):
            wanted, scale = (float(cube.moment(3, x, order)) for x in (variables, ()))
            assert abs(found - wanted) <= MOMENT_ROUNDING * scale, (q, v, variables, order)


def rows(activation: str, count: int = 60) -> Iterator[tuple[tuple[float, float], tuple[float, float], float, float]]:
    """Yield targets, entries with the larger first, bias, and the activation's parameter."""
    rng = np.random.default_rng(1)
    for _ in range(count):
        first, second = sorted((float(a) for a in rng.choice(ENTRIES, 2)), key=abs, reverse=True)
        bias = float(rng.choice([0.0, -first, -second, 0.3, -0.2, 2.0 * rng.normal()]))
        targets = ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0))[rng.integers(3)]
        yield targets, (first, second), bias, float(rng.choice(ACTIVATIONS[activation]))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_error_and_derivatives_are_exact_to_rounding(activation: str) -> None:
    classes = {"leaky": tt.LeakyReLU, "clipped": tt.ClippedReLU}
    for targets, entries, bias, parameter in rows(activation):
        sigma = classes[activation](parameter) if activation in classes else activation
        found = pair_error(*targets, *entries, bias, activation_table(resolve(sigma)))
        j = targets.index(1.0) if 1.0 in targets else 2
        row = Row(j, [Fraction(a) for a in (*entries, 0.0)], Fraction(bias), pieces(activation, parameter))
        exact = row.error((0, 1))
        wanted = (exact.value, exact.d_bias / 2, exact.d_row[0] / 2, exact.d_row[1] / 2)
        size = 1.0 + abs(bias) + abs(entries[0]) + abs(entries[1])  # bounds |x_j - σ(z)|, slopes being at most 1
        for x, y in zip(found, wanted, strict=True):
            assert abs(x - float(y)) <= ERROR_ROUNDING * size * size, (targets, entries, bias, parameter)


def test_a_silent_feature_is_one_with_neither_entry_nor_target() -> None:
    """E[(x - z₊)²] with z = x - 1/2: z² below, x² above: 1/24 + 1/8, and z for the bias, by hand."""
    error, by_bias, by_entry, none = pair_error(1.0, 0.0, 1.0, 0.0, -0.5, activation_table(resolve("relu")))
    assert error == pytest.approx(1 / 24 + 1 / 8, rel=4 * EPS)  # ∫₀^½ x² + ∫_½¹ ½²
    assert (by_bias, by_entry) == pytest.approx((-1 / 4, -3 / 16), rel=4 * EPS)  # -∫_½¹ ½, -∫_½¹ x/2
    assert none == pytest.approx(by_bias / 2, rel=4 * EPS)  # it would be active half of the way


@pytest.mark.parametrize("name", BENDS)
def test_a_first_hinge_away_from_zero_counts_with_its_level(name: str) -> None:
    bends, act = BENDS[name]
    for targets, entries, bias, _ in rows("clipped", 30):
        found = pair_error(*targets, *entries, bias, act)
        row = Row(
            targets.index(1.0) if 1.0 in targets else 2, [Fraction(a) for a in (*entries, 0.0)], Fraction(bias), bends
        )
        exact = row.error((0, 1))
        wanted = (exact.value, exact.d_bias / 2, exact.d_row[0] / 2, exact.d_row[1] / 2)
        size = 1.0 + 2.0 * (abs(bias) + abs(entries[0]) + abs(entries[1]))  # slopes up to 2
        for x, y in zip(found, wanted, strict=True):
            assert abs(x - float(y)) <= 2 * ERROR_ROUNDING * size * size, (targets, entries, bias)
