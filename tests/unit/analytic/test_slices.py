"""Moments of cut cubes and slices: equal to exact fractions, entries that a division does not survive included."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest
from toytoy.analytic.slices import ALPHA, MEMBERS, SLICE, SLICE_J, THETA, VOLUME, cut_matrices, scratch

from tests.reference.second import SlicedCube

F = Fraction
EPS = float(np.finfo(float).eps)
DEMAND = 1e2 * EPS  # of the largest moment: a few roundings in each of up to 2^k terms of its size
TINY = (0.0, 1e-3, 1e-6, 1e-12, 1e-19)


def found(v: float, alpha: list[float], at_j: int, strip: float = 0.0, side: int = 1) -> Any:
    """Call the kernel; `at_j` counts from 1, 0 is nothing."""
    work, stack, moments = scratch(len(alpha))
    work, stack = work[:, : len(alpha) + 4], stack[:, : len(alpha) + 2]  # as much room as it needs
    work[:], stack[:], moments[:] = np.nan, 3, np.nan  # whatever another row has left
    work[ALPHA, 1 : 1 + len(alpha)] = alpha
    cut_matrices(v, strip, len(alpha), at_j, side, work, stack, moments)
    return moments


def wanted(v: float, alpha: list[float], at_j: int, kind: int) -> Any:
    """Return the same moments in fractions: h = v - Σ α w is a linear form on the cube."""
    k = len(alpha)
    cube = SlicedCube([-F(x) for x in alpha], F(v))
    moments = np.zeros((k + 1, k + 1), dtype=object)
    for i, r in combinations_with_replacement(range(k + 1), 2):
        weights = [*(x for x in (i, r) if x), *([at_j] if kind == SLICE_J else [])]
        powers = tuple(sorted(x - 1 for x in weights))
        moments[i, r] = moments[r, i] = cube.moment((1 << k) - 1, powers, 0 if kind == VOLUME else -1)
    return moments


def miss(moments: Any, exact: Any) -> float:
    """Return the largest error, as a share of the largest moment."""
    errors = [abs(F(float(x)) - y) for x, y in zip(moments.ravel(), exact.ravel(), strict=True)]
    return float(max(errors) / max(abs(exact).max(), F(1, 10**300)))


def drawn(k: int, count: int) -> list[tuple[float, list[float], int]]:
    """Draw v, falling α, and j; half of the α tiny, half of the v as tiny, or at sums of α."""
    rng = np.random.default_rng(k)
    cases = []
    for _ in range(count):
        sizes = np.where(rng.random(k) < 0.5, rng.random(k), rng.choice(TINY, k) * rng.random(k))
        alpha = [1.0, *(float(x) for x in np.sort(sizes)[::-1][: k - 1])]
        v = float(rng.choice([rng.random() * sum(alpha) / 2, *alpha, rng.choice(TINY) * rng.random()]))
        cases.append((min(v, sum(alpha) / 2), alpha, int(rng.integers(k + 1))))
    return cases


@pytest.mark.equation("curvature-moments")
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_they_are_the_fractions(k: int) -> None:
    for v, alpha, at_j in drawn(k, 60):
        moments = found(v, alpha, at_j)
        for kind in (VOLUME, SLICE, SLICE_J)[: 3 if at_j else 2]:
            assert miss(moments[kind], wanted(v, alpha, at_j, kind)) <= DEMAND, (v, alpha, at_j, kind)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_a_strip_is_a_difference_and_does_not_cancel(k: int) -> None:
    rng = np.random.default_rng(10 + k)
    for v, alpha, _ in drawn(k, 40):
        strip = float(10.0 ** -rng.uniform(0.7, 12))
        exact = wanted(v, alpha, 0, VOLUME)
        if F(v) > F(strip):
            exact = exact - wanted_past(v, strip, alpha)
        assert miss(found(v, alpha, 0, strip)[VOLUME], exact) <= DEMAND, (v, alpha, strip)


def wanted_past(v: float, strip: float, alpha: list[float], at_j: int = 0, kind: int = VOLUME) -> Any:
    """Return the moments past the second hinge, v - strip taken exactly."""
    cube, k = SlicedCube([-F(x) for x in alpha], F(v) - F(strip)), len(alpha)
    places = [() if i == 0 else (i - 1,) for i in range(k + 1)]
    own, q = ((at_j - 1,) if kind == SLICE_J else ()), (0 if kind == VOLUME else -1)
    every = (1 << k) - 1
    return np.array([[cube.moment(every, tuple(sorted(a + b + own)), q) for b in places] for a in places], dtype=object)


@pytest.mark.parametrize("share", [-0.5, 0.0, 0.25, 0.5, 1.0, 1.5])
@pytest.mark.parametrize("strip", [0.1875, 0.5])
def test_both_hinges_cut_what_is_narrower_than_the_strip(share: float, strip: float) -> None:
    """Slices too, whose difference they are: δ(h) - δ(h - strip)."""
    alpha = [1.0, 0.125, 0.0625, 0.03125]
    v = strip + share * sum(alpha[1:])  # the second hinge falls before, within or past the narrow box at the corner
    for at_j in (0, 1, 3):
        moments = found(v, alpha, at_j, strip)
        for kind in (VOLUME, SLICE, SLICE_J)[: 3 if at_j else 2]:
            exact = wanted(v, alpha, at_j, kind) - wanted_past(v, strip, alpha, at_j, kind)
            assert abs(moments[kind] - exact.astype(float)).max() <= 10 * DEMAND, (at_j, kind)


def test_a_slice_that_is_a_face_counts_on_one_side() -> None:
    assert found(0.0, [1.0], 0)[SLICE, 0, 0] == 1.0
    assert found(0.0, [1.0], 0, side=-1)[SLICE, 0, 0] == 0.0


def test_nothing_past_the_hinge_is_nothing() -> None:
    assert not found(-0.1, [1.0, 0.5], 1).any()


def test_moments_are_laid_for_the_members_and_nothing_beyond() -> None:
    work, stack, moments = scratch(3)
    assert (work.shape, stack.shape, moments.shape) == ((THETA + 1, 14), (MEMBERS + 1, 14), (SLICE_J + 1, 4, 4))
    moments[:] = 9.0
    work[ALPHA, 1:3] = 1.0, 0.5
    cut_matrices(0.5, 0.0, 2, 0, 1, work, stack, moments)
    assert (moments[:, 3, :] == 9.0).all()
    assert (moments[:, :, 3] == 9.0).all()
    assert (moments[SLICE_J, :3, :3] == 0.0).all()  # feature j is silent
