"""Open boxes integrated as polynomials, against exact fractions, with small, zero and equal entries."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
from toytoy.analytic.cube import (
    ALPHA,
    COEFFICIENTS,
    E_W,
    E_WH,
    E_WW,
    GRADIENT,
    INVERSE,
    MEMBERS,
    SUFFIX,
    add_box,
    box_polynomial,
    lay_powers,
    scratch,
    set_sides,
)

from tests.reference.exact import Cube

EPS = float(np.finfo(float).eps)
BOX_ROUNDING = 64 * EPS  # relative: a sum of positive terms, each a product of up to 20 rounded factors


@pytest.mark.parametrize("weighed", [(-1, -1), (1, -1), (2, -1), (1, 2), (1, 1), (0, 0)])
def test_box_polynomials_lose_no_digits(weighed: tuple[int, int]) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        alpha, c = rng.choice([1.0, 0.3, 1e-9, 0.0], size=4), float(rng.choice([0.0, 1e-9, 0.7]))
        work = scratch(4)[0][:, :6]  # as many coefficients as it fills
        work[:] = np.nan
        work[ALPHA, :4] = alpha
        lay_powers(c, 5, work)
        box_polynomial(0, 4, 5, *weighed, work)
        # with y = 1 - w the form is c + Σα − Σ α w
        cube = Cube([-Fraction(float(a)) for a in alpha], Fraction(c) + sum(Fraction(float(a)) for a in alpha))
        for q in range(6):
            wanted = float(cube.moment(15, tuple(i for i in weighed if i >= 0), q))
            assert abs(work[COEFFICIENTS, q] - wanted) <= BOX_ROUNDING * wanted


FAR = 8  # a side so long that the hinge cuts it: what is past it is an orthant


def orthant_moment(
    alpha: list[Fraction], c: Fraction, corner: tuple[int, ...], weighed: tuple[int, ...], q: int
) -> Fraction:
    """Integrate w_… G_q(h), h = c + Σ_open α (1 - w) - Σ_cut α (w - t), over w >= t, the open w <= 1.

    A side from t to t + FAR is a unit side again by w = t + FAR y; products of such w are multiplied out.
    """
    d = len(corner)
    falling = [-a * (FAR if i < d else 1) for i, a in enumerate(alpha)]
    cube = Cube(falling, c + sum(alpha[d:]))
    total: Fraction = Fraction(0)
    for kept in product((0, 1), repeat=len(weighed)):  # of each w: its t, or its FAR y
        scale: int = prod(((FAR if y else corner[i]) if i < d else int(y)) for i, y in zip(weighed, kept, strict=True))
        powers = tuple(sorted(i for i, y in zip(weighed, kept, strict=True) if y))
        total += Fraction(scale) * cube.moment((1 << len(alpha)) - 1, powers, q) if scale else 0
    return total * Fraction(FAR) ** d


@pytest.mark.parametrize("at_j", [-1, 0, 1, 2, 3])
@pytest.mark.parametrize("corner", [(), *product((0, 1), repeat=1), *product((0, 1), repeat=2), (0, 1, 0, 1)])
def test_a_box_adds_its_moments_to_what_is_there(corner: tuple[int, ...], at_j: int) -> None:
    """Of every way to be cut and open: the first are eliminated, from these corners, the others open."""
    alpha, c, d, k = [1.0, 0.75, 0.5, 0.375], 0.25, len(corner), 4
    exact = [Fraction(a) for a in alpha]
    work = scratch(k)[0][:, : max(k, d + 2) + 1]
    work[:] = np.nan
    work[ALPHA, :k] = alpha
    set_sides(np.int64(k), work)
    lay_powers(c, np.int64(d + 2), work)
    work[E_W, :k], work[E_WW, :k], work[E_WH, :k] = 3.0, 5.0, 7.0
    factor = -0.5 / prod(alpha[:d])
    moved = np.int64(sum(bit << i for i, bit in enumerate(corner)))
    found = add_box(factor, np.int64(d), np.int64(k), np.int64(d), moved, np.int64(at_j), work)

    def wanted(weighed: tuple[int, ...], q: int) -> float:
        return -0.5 * float(orthant_moment(exact, Fraction(c), corner, weighed, q))

    assert found == pytest.approx([wanted((), 0), wanted((), 1), 2 * wanted((), 2)], rel=BOX_ROUNDING)
    for i in range(k):
        assert work[E_W, i] == pytest.approx(3.0 + wanted((i,), 0), rel=BOX_ROUNDING)
        assert work[E_WH, i] == pytest.approx(7.0 + wanted((i,), 1), rel=BOX_ROUNDING)
        assert work[E_WW, i] == pytest.approx(5.0 + (wanted((i, at_j), 0) if at_j >= 0 else 0), rel=BOX_ROUNDING)
    assert np.isnan(work[E_W, k:]).all()


def test_sides_are_laid_for_the_members_and_nothing_beyond() -> None:
    work, stack = scratch(3)
    assert work.shape == (GRADIENT + 1, 14)
    assert stack.shape == (MEMBERS + 1, 14)
    work[:] = 9.0
    work[ALPHA, :3] = 1.0, 0.25, 0.0
    set_sides(np.int64(3), work)
    assert work[SUFFIX, :5].tolist() == [1.25, 0.25, 0.0, 0.0, 9.0]
    assert work[INVERSE, :4].tolist() == [1.0, 4.0, 0.0, 9.0]
    for row in (E_W, E_WW, E_WH):
        assert work[row, :4].tolist() == [0.0, 0.0, 0.0, 9.0]
    assert work[-1, -1] == 9.0
