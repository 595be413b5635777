"""Moments of cut cubes against exact fractions, with small, zero and equal entries."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.cube import (
    ALPHA,
    COEFFICIENTS,
    E_W,
    E_WH,
    E_WW,
    box_polynomial,
    cut_moments,
    lay_powers,
    scratch,
)

from tests.reference.exact import Cube

EPS = float(np.finfo(float).eps)
CUT_ROUNDING = (
    256 * EPS
)  # of the largest moment of its kind: k <= 5 divisions, and sums of up to 2^5 terms of both signs
BOX_ROUNDING = 64 * EPS  # relative: a sum of positive terms, each a product of up to 20 rounded factors
SIZES = (1.0, 0.999, 0.5, 0.25, 1e-2, 1e-5, 1e-9, 1e-17, 0.0)


def cuts(k: int, count: int) -> Iterator[tuple[list[float], float]]:
    """Yield falling α with α_1 = 1, and v in (0, Σ α / 2], some of them just at a vertex."""
    rng = np.random.default_rng(k)
    for _ in range(count):
        drawn = rng.choice(SIZES, size=k - 1) if rng.random() < 0.5 else rng.random(k - 1)
        alpha = [1.0, *sorted((float(a) for a in drawn), reverse=True)]
        half = 0.5 * sum(alpha)
        vertex = float(np.sum(np.array(alpha) * (rng.random(k) < 0.3)))
        yield alpha, vertex if 0.0 < vertex <= half and rng.random() < 0.3 else half * float(rng.random())


def run(alpha: list[float], v: float, at_j: int) -> tuple[tuple[float, float, float], NDArray[np.float64]]:
    work, stack = scratch(len(alpha))
    work[ALPHA, : len(alpha)] = alpha
    return cut_moments(v, len(alpha), at_j, work, stack), work[:, : len(alpha)]


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_moments_are_exact_to_rounding(k: int) -> None:
    for number, (alpha, v) in enumerate(cuts(k, 60)):
        at_j = number % (k + 1) - 1
        cube = Cube([-Fraction(a) for a in alpha], Fraction(v))
        every = (1 << k) - 1
        powers: list[tuple[tuple[int, ...], int, int, float]] = [((), 0, 0, 1.0), ((), 1, 0, 1.0), ((), 2, 0, 2.0)]
        found, work = run(alpha, v, at_j)
        values = list(found)
        for i in range(k):
            powers += [((i,), 0, 1, 1.0), ((i,), 1, 1, 1.0)] + [((i, at_j), 0, 1, 1.0)] * (at_j >= 0)
            values += [work[E_W, i], work[E_WH, i]] + [work[E_WW, i]] * (at_j >= 0)
        scales = {q: float(cube.moment(every, (), q)) for q in (0, 1, 2)}
        for value, (variables, q, _, factor) in zip(values, powers, strict=True):
            wanted = factor * float(cube.moment(every, variables, q))
            assert abs(value - wanted) <= CUT_ROUNDING * factor * scales[q], (alpha, v, at_j, variables, q)


def test_a_half_space_of_one_variable_by_hand() -> None:
    found, work = run([1.0], 0.5, 0)  # h = 1/2 − w
    assert found == pytest.approx((1 / 2, 1 / 8, 1 / 24), rel=EPS)
    assert (work[E_W, 0], work[E_WH, 0]) == pytest.approx((1 / 8, 1 / 48), rel=EPS)
    assert work[E_WW, 0] == pytest.approx(1 / 24, rel=EPS)


def test_a_corner_of_the_square_by_hand() -> None:
    (volume, first, second), work = run([1.0, 1.0], 1.0, -1)  # the triangle w_1 + w_2 < 1
    assert (volume, first, second) == pytest.approx((1 / 2, 1 / 6, 1 / 12), rel=4 * EPS)
    assert work[E_W, 0] == work[E_W, 1] == pytest.approx(1 / 6, rel=4 * EPS)


@pytest.mark.parametrize("weighed", [(-1, -1), (1, -1), (2, -1), (1, 2), (1, 1), (0, 0)])
def test_box_polynomials_lose_no_digits(weighed: tuple[int, int]) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        alpha, c = rng.choice([1.0, 0.3, 1e-9, 0.0], size=4), float(rng.choice([0.0, 1e-9, 0.7]))
        work, _ = scratch(4)
        work[ALPHA, :4] = alpha
        lay_powers(c, 5, work)
        box_polynomial(0, 4, 5, *weighed, work)
        # with y = 1 - w the form is c + Σα − Σ α w
        cube = Cube([-Fraction(float(a)) for a in alpha], Fraction(c) + sum(Fraction(float(a)) for a in alpha))
        for q in range(6):
            wanted = float(cube.moment(15, tuple(i for i in weighed if i >= 0), q))
            assert abs(work[COEFFICIENTS, q] - wanted) <= BOX_ROUNDING * wanted
