"""Moments between two hinges against exact fractions: distances from the whole range to a billionth of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.cube import ALPHA, E_W, E_WH, E_WW, scratch
from toytoy.analytic.rows import WIDE
from toytoy.analytic.strip import strip_moments

from tests.cross.accuracy import describe, miss
from tests.reference.draws import Case
from tests.reference.exact import Cube

EPS = float(np.finfo(float).eps)
# of the most that a moment can be, 1, u or u²: k <= 5 divisions, sums of up to 2^5 terms of both signs; and v is
# rounded by EPS Σ α, which moves the strip
STRIP_ROUNDING = 32 * EPS
SIZES = (1.0, 0.999, 0.25, 1e-2, 1e-5, 1e-9, 1e-17, 0.0)
DISTANCES = (0.9, 0.25, 1e-2, 1e-4, 1e-9)
Strip = tuple[list[float], float, float]


def strips(k: int, count: int) -> Iterator[Strip]:
    """Yield falling α with α_1 = 1, v in (0, Σ α) and u, often with a vertex between the hinges or on one of them."""
    rng = np.random.default_rng(k)
    for _ in range(count):
        drawn = rng.choice(SIZES, size=k - 1) if rng.random() < 0.5 else rng.random(k - 1)
        alpha = [1.0, *sorted((float(a) for a in drawn), reverse=True)]
        u = float(rng.choice(DISTANCES))
        vertex = float(np.sum(np.array(alpha) * (rng.random(k) < 0.5))) + u * float(rng.choice([0.0, 0.3, 0.9, 1.0]))
        inside = 0.0 < vertex < sum(alpha) and rng.random() < 0.5
        yield alpha, vertex if inside else sum(alpha) * float(rng.random()), u


class Between:
    """Exact integrals of A_q and B_q, weighted by w, from their definition."""

    def __init__(self, alpha: list[float], v: float, u: float) -> None:
        falling = [-Fraction(a) for a in alpha]
        self.u, self.every = Fraction(u), (1 << len(alpha)) - 1
        self.first, self.second = Cube(falling, Fraction(v)), Cube(falling, Fraction(v) - self.u)

    def a(self, powers: tuple[int, ...], q: int) -> Fraction:
        return self.first.moment(self.every, powers, q) - self.second.moment(self.every, powers, q)

    def b(self, powers: tuple[int, ...], q: int) -> Fraction:
        return self.a(powers, q) - self.u * self.second.moment(self.every, powers, q - 1)


def run(strip: Strip, at_j: int) -> tuple[tuple[float, ...], NDArray[np.float64]]:
    alpha, v, u = strip
    work, stack = scratch(len(alpha))
    work[ALPHA, : len(alpha)] = alpha
    return strip_moments(v, u, len(alpha), at_j, work, stack), work[:, : len(alpha)]


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_moments_are_exact_to_rounding(k: int) -> None:
    for number, strip in enumerate(strips(k, 60)):
        at_j = number % (k + 1) - 1
        exact, u = Between(*strip), strip[2]
        (m0, m1, m2, s1, e_wj), work = run(strip, at_j)
        triples = [(m0, exact.a((), 0), 1.0), (m1, exact.a((), 1), u)]
        triples += [(u * s1, exact.b((), 1), u), (u * m2, 2 * exact.b((), 2), u * u)]
        for i in range(k):
            triples += [(work[E_W, i], exact.a((i,), 0), 1.0), (u * work[E_WH, i], exact.b((i,), 1), u)]
            if at_j >= 0:
                triples += [(work[E_WW, i], exact.a((i, at_j), 0), 1.0), (e_wj, exact.a((at_j,), 1), u)]
        for place, (found, wanted, most) in enumerate(triples):
            assert abs(found - float(wanted)) <= STRIP_ROUNDING * most, (strip, at_j, place)


def test_one_variable_by_hand() -> None:
    (m0, m1, m2, s1, e_wj), work = run(([1.0], 0.75, 0.25), 0)  # 0 < h = 3/4 − w < 1/4: w in (1/2, 3/4); c = 1/4 before
    assert (m0, m1) == pytest.approx((1 / 4, 1 / 8 + 1 / 32), rel=4 * EPS)
    assert (m2 / 4, s1 / 4) == pytest.approx((1 / 32 + 1 / 192, 1 / 32), rel=4 * EPS)
    assert e_wj == pytest.approx(1 / 32 + 7 / 384, rel=4 * EPS)  # 1/4 ∫ w, then ∫ w (3/4 − w)
    assert (work[E_W, 0], work[E_WW, 0]) == pytest.approx((5 / 32, 19 / 192), rel=4 * EPS)
    assert work[E_WH, 0] / 4 == pytest.approx(7 / 384, rel=4 * EPS)


def clipped(weights: list[list[float]], bias: list[float], upper: float = 1.0) -> Case:
    n = len(bias)
    return Case("", (0.5,) * n, (1.0,) * n, "clipped", upper, np.array(weights), np.array(bias))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("times", [0.25, 1 - EPS, 1 + EPS, 10.0, 1e4, 1e8])
def test_the_promise_holds_on_both_sides_of_the_seam(times: float, mirrored: bool) -> None:
    """Row j of G is ±(1, -0.3) · range / 1.3: `mirrored` biases put the middle of z's range above the rise."""
    size = WIDE * times / 1.3
    weights = [[size**0.5, -0.3 * size**0.5]]
    case = clipped(weights, [-0.1 * size + mirrored * 0.2 * size + 0.4] * 2)
    assert max(miss(case)[:2]) <= 1.0, describe(miss(case))


def test_squares_that_underflow_beside_the_entries_are_kept() -> None:
    """Entries of 1e200: c² is 1e-400 of an entry squared, and half of the loss all the same."""
    case = clipped([[1e100, -1e100]], [0.2, 0.7])
    assert miss(case).loss <= 1.0, describe(miss(case))
