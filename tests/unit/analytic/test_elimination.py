"""Moments past one hinge, and between two, against exact fractions, with small, zero and equal entries."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.cube import ALPHA, E_W, E_WH, E_WW, scratch
from toytoy.analytic.elimination import cut_moments, strip_moments

from tests.reference.exact import Cube

EPS = float(np.finfo(float).eps)
CUT_ROUNDING = (
    256 * EPS
)  # of the largest moment of its kind: k <= 5 divisions, and sums of up to 2^5 terms of both signs
# of the most that a moment can be, 1, u or u²: k <= 5 divisions, sums of up to 2^5 terms of both signs; and v is
# rounded by EPS Σ α, which moves the strip
STRIP_ROUNDING = 32 * EPS
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


def run_cut(alpha: list[float], v: float, at_j: int) -> tuple[tuple[float, float, float], NDArray[np.float64]]:
    work, stack = scratch(len(alpha))
    work[:], stack[:] = 3.0, 3  # whatever another row has left
    work[ALPHA, : len(alpha)] = alpha
    return cut_moments(v, len(alpha), at_j, work, stack), work[:, : len(alpha)]


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_moments_past_one_hinge_are_exact_to_rounding(k: int) -> None:
    for number, (alpha, v) in enumerate(cuts(k, 60)):
        at_j = number % (k + 1) - 1
        cube = Cube([-Fraction(a) for a in alpha], Fraction(v))
        every = (1 << k) - 1
        powers: list[tuple[tuple[int, ...], int, int, float]] = [((), 0, 0, 1.0), ((), 1, 0, 1.0), ((), 2, 0, 2.0)]
        found, work = run_cut(alpha, v, at_j)
        values = list(found)
        for i in range(k):
            powers += [((i,), 0, 1, 1.0), ((i,), 1, 1, 1.0)] + [((i, at_j), 0, 1, 1.0)] * (at_j >= 0)
            values += [work[E_W, i], work[E_WH, i]] + [work[E_WW, i]] * (at_j >= 0)
        scales = {q: float(cube.moment(every, (), q)) for q in (0, 1, 2)}
        for value, (variables, q, _, factor) in zip(values, powers, strict=True):
            wanted = factor * float(cube.moment(every, variables, q))
            assert abs(value - wanted) <= CUT_ROUNDING * factor * scales[q], (alpha, v, at_j, variables, q)


def test_a_half_space_of_one_variable_by_hand() -> None:
    found, work = run_cut([1.0], 0.5, 0)  # h = 1/2 − w
    assert found == pytest.approx((1 / 2, 1 / 8, 1 / 24), rel=EPS)
    assert (work[E_W, 0], work[E_WH, 0]) == pytest.approx((1 / 8, 1 / 48), rel=EPS)
    assert work[E_WW, 0] == pytest.approx(1 / 24, rel=EPS)


def test_a_corner_of_the_square_by_hand() -> None:
    (volume, first, second), work = run_cut([1.0, 1.0], 1.0, -1)  # the triangle w_1 + w_2 < 1
    assert (volume, first, second) == pytest.approx((1 / 2, 1 / 6, 1 / 12), rel=4 * EPS)
    assert work[E_W, 0] == work[E_W, 1] == pytest.approx(1 / 6, rel=4 * EPS)


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


def run_strip(strip: Strip, at_j: int) -> tuple[tuple[float, ...], NDArray[np.float64]]:
    alpha, v, u = strip
    work, stack = scratch(len(alpha))
    work[:], stack[:] = 3.0, 3  # whatever another row has left
    work[ALPHA, : len(alpha)] = alpha
    return strip_moments(v, u, len(alpha), at_j, work, stack), work[:, : len(alpha)]


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_moments_between_two_hinges_are_exact_to_rounding(k: int) -> None:
    for number, strip in enumerate(strips(k, 60)):
        at_j = number % (k + 1) - 1
        exact, u = Between(*strip), strip[2]
        (m0, m1, m2, s1, e_wj), work = run_strip(strip, at_j)
        triples = [(m0, exact.a((), 0), 1.0), (m1, exact.a((), 1), u)]
        triples += [(u * s1, exact.b((), 1), u), (u * m2, 2 * exact.b((), 2), u * u)]
        for i in range(k):
            triples += [(work[E_W, i], exact.a((i,), 0), 1.0), (u * work[E_WH, i], exact.b((i,), 1), u)]
            if at_j >= 0:
                triples += [(work[E_WW, i], exact.a((i, at_j), 0), 1.0), (e_wj, exact.a((at_j,), 1), u)]
        assert at_j >= 0 or e_wj == 0.0
        for place, (found, wanted, most) in enumerate(triples):
            assert abs(found - float(wanted)) <= STRIP_ROUNDING * most, (strip, at_j, place)


def test_a_strip_of_one_variable_by_hand() -> None:
    (m0, m1, m2, s1, e_wj), work = run_strip(
        ([1.0], 0.75, 0.25), 0
    )  # 0 < h = 3/4 − w < 1/4: w in (1/2, 3/4); c = 1/4 before
    assert (m0, m1) == pytest.approx((1 / 4, 1 / 8 + 1 / 32), rel=4 * EPS)
    assert (m2 / 4, s1 / 4) == pytest.approx((1 / 32 + 1 / 192, 1 / 32), rel=4 * EPS)
    assert e_wj == pytest.approx(1 / 32 + 7 / 384, rel=4 * EPS)  # 1/4 ∫ w, then ∫ w (3/4 − w)
    assert (work[E_W, 0], work[E_WW, 0]) == pytest.approx((5 / 32, 19 / 192), rel=4 * EPS)
    assert work[E_WH, 0] / 4 == pytest.approx(7 / 384, rel=4 * EPS)
