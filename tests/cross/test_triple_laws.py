"""One output of three features: what bounds give away, and no more; enclosures shrink, floors hold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.proof import triple_bounds as module
from toytoy.analytic.proof.row_bounds import ROUNDING
from toytoy.analytic.proof.triple_bounds import DEPTH, least_loss, lone_floor, output_slopes, pair_floor
from toytoy.analytic.proof.triple_rows import triple_moments

from tests.unit.analytic.proof.test_triple_bounds import ETA, SHARP, SLACK, boxes, least
from tests.unit.analytic.proof.test_triple_rows import exact_loss, exact_moments


def test_enclosures_shrink_with_the_box() -> None:
    """Each box starts from the biases of the one around it, as in the search."""
    middle, widths, b0, b1 = np.array([0.9, -0.5, -0.25]), [], -10.0, 10.0
    for size in (1e-1, 1e-2, 1e-3, 1e-4):
        ends = np.stack([middle - size, middle + size], axis=1).ravel().tolist()
        b0, b1, *slopes = output_slopes(0.3, *ends, b0, b1, ETA, SHARP * 0.3)
        widths.append(max(b1 - b0, *(slopes[2 * k + 1] - slopes[2 * k] for k in range(3))) / size)
    assert max(widths) < 10.0
    assert widths[3] < 1.5 * widths[1]


def test_floors_hold_over_a_box() -> None:
    rng, stack = np.random.default_rng(9), np.empty((DEPTH, 2))
    for p, low, high in boxes(60):
        pair = pair_floor(p, low[0], high[0], low[1], high[1], ETA, SHARP * p, SLACK * p, stack)
        lone = lone_floor(p, low[0], high[0])
        for share in rng.random((3, 3)):
            a, c, d = (float(x) for x in low + share * (high - low))
            assert max(pair, lone) <= least(p, a, c, d)[0] + 1e-7 * p


@pytest.mark.parametrize(
    ("p", "a", "c", "d"), [(0.3, 0.9, -0.5, -0.25), (0.7, 0.77, -0.39, 0.2), (1.0, 1.2, -0.3, 0.4)]
)
def test_with_one_best_bias_the_least_loss_is_known_but_for_roundings(p: float, a: float, c: float, d: float) -> None:
    """Each part of what is told: what roundings may take and the slack, both ways, and the width of the bias, once."""
    stack = np.empty((DEPTH, 2))
    low, high, b = least_loss(p, a, c, d, -10.0, 10.0, ETA, SHARP * p, SLACK * p, stack)
    exact, relative = exact_loss(p, a, c, d, b), Fraction(ROUNDING)
    assert float(Fraction(high) - exact * (1 + relative)) == pytest.approx(SLACK * p, rel=1e-3, abs=0)
    below = float(exact * (1 - relative) - Fraction(low)) - SLACK * p
    assert 0.0 < below <= (SHARP * p + ETA) ** 2  # half the width of the bias, at most twice as wide, squared
    shallow = module.several(p, a, c, d, -3.0, 2.0, ETA, SHARP * p, stack)
    assert 0.98 <= shallow / float(exact) <= 1.0 - ROUNDING


def test_several_best_biases_cost_a_share_of_the_loss() -> None:
    """Exactly DOUBT at most: the interval of the best bias is halved until its width costs no more."""
    stack = np.empty((DEPTH, 2))
    for p, a, c, d in ((0.03, 0.8, 0.9, 0.0), (0.1, 0.5, -0.6, 0.8), (0.3, 0.9, -0.5, -0.25), (0.5, 1.1, 0.7, 0.6)):
        exact = least(p, a, c, d)[0]
        found = module.several(p, a, c, d, -3.0, 2.0, ETA, SHARP * p, stack)
        assert exact * (1 - 1.05 * module.DOUBT) <= found < exact


def sign_errors(p: float, z: float, i: float) -> float:
    """What roundings may have added to half the slope z - i."""
    return 2.0**-46 * (z + i) + 2.0**-44 * p


@pytest.mark.parametrize(
    ("p", "a", "c", "d"), [(0.3, 0.9, -0.5, -0.25), (0.7, 0.77, -0.39, 0.2), (0.05, 1.2, -0.3, 0.4)]
)
def test_signs_of_the_slope_allow_for_roundings_and_no_more(p: float, a: float, c: float, d: float) -> None:
    """At a box and a wide eta: exact moments at the corners that count, and the errors allowed, to a few percent."""
    eta, low, high = 0.015625, 0.0625, 0.1875
    ends = [(x - 0.0625, x + 0.03125) for x in (a, c, d)]
    (a0, c0, d0), (a1, c1, d1) = ([float(x[k]) for x in ends] for k in (0, 1))
    f, g, chance = module.slope_signs(p, *(x for pair in ends for x in pair), low, high, eta)
    zh, il = exact_moments(p, a1, c1, d1, low + eta)[0], exact_moments(p, a0, c0, d0, low - eta)[4]
    zl, last = exact_moments(p, a0, c0, d0, high - eta)[0], exact_moments(p, a1, c1, d1, high + eta)
    assert float(Fraction(f) - (zh - il)) == pytest.approx(sign_errors(p, float(zh), float(il)), rel=0.05, abs=0)
    assert float(zl - last[4] - Fraction(g)) == pytest.approx(
        sign_errors(p, float(zl), float(last[4])), rel=0.05, abs=0
    )
    assert chance == pytest.approx(float(last[8]), rel=1e-12)


@pytest.mark.parametrize(
    ("p", "a", "c", "d"), [(0.3, 0.9, -0.5, -0.25), (0.7, 0.77, -0.39, 0.2), (0.05, 1.2, -0.3, 0.4)]
)
def test_a_bias_counts_as_stationary_within_roundings_and_no_further(p: float, a: float, c: float, d: float) -> None:
    stack, low, high = np.empty((DEPTH, 2)), -1.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        z, _, _, _, i, *_ = triple_moments(p, a, c, d, middle)
        low, high = (low, middle) if z > i else (middle, high)
    inside = 0
    for k in range(-150, 151):
        b = low + k * 2e-15
        z, _, _, _, i, *_ = triple_moments(p, a, c, d, b)
        share = abs(z - i) / sign_errors(p, z, i)
        if abs(share - 1.0) < 0.03:
            continue  # the sums themselves are rounded
        kept = module.several(p, a, c, d, b, b, 0.0, SHARP * p, stack) < np.inf
        assert kept == (share < 1.0), (k, share)
        inside += kept
    assert 10 < inside < 250


def test_the_floor_of_a_pair_takes_the_entry_nearest_to_none() -> None:
    """All of a box's entries on one side: the least of them; else none. At a point the floor is the least loss."""
    stack, p = np.empty((DEPTH, 2)), 0.4
    for c0, c1, nearest in ((0.25, 0.5, 0.25), (-0.5, -0.25, -0.25), (-0.25, 0.5, 0.0)):
        found = pair_floor(p, 0.75, 0.75, c0, c1, ETA, SHARP * p, SLACK * p, stack)
        assert found == pytest.approx(least(p, 0.75, nearest, 0.0)[0], rel=1e-6)
