"""One output of (3,2) over a box: every best bias is held, slopes and values are bounded, facts about rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.proof import triple_bounds as module
from toytoy.analytic.proof.row_bounds import ROUNDING, lone_bias
from toytoy.analytic.proof.triple_bounds import DEPTH, bias_hull, least_loss, lone_floor, output_slopes, pair_floor
from toytoy.analytic.proof.triple_rows import triple_loss, triple_moments

from tests.unit.analytic.proof.test_triple_rows import draws, exact_loss, exact_moments

Box = tuple[float, NDArray[np.float64], NDArray[np.float64]]
ETA, SHARP, SLACK = 2.0**-43, 2.0**-17, 2.0**-40


def least(p: float, a: float, c: float, d: float) -> tuple[float, float]:
    """Return the least loss over a fine grid of biases, refined once, and where it is."""
    low, high = lone_bias(p, a) - max(c, 0.0) - max(d, 0.0) - 0.1, lone_bias(p, a) - min(c, 0.0) - min(d, 0.0) + 0.1
    best = (np.inf, 0.0)
    for _ in range(3):
        grid = np.linspace(low, high, 201)
        best = min((triple_loss(p, a, c, d, float(b)), float(b)) for b in grid)
        low, high = (best[1] + sign * 2 * (grid[1] - grid[0]) for sign in (-1, 1))
    return best


def boxes(count: int) -> Iterator[Box]:
    """Yield p and the ends of boxes of a, c, d, of all sizes and signs."""
    rng = np.random.default_rng(5)
    for _ in range(count):
        p, size = float(rng.choice([1.0, 0.5, 0.1, 0.01])), 10 ** rng.uniform(-4, -0.5)
        middle = np.array([1.5 * rng.random(), *(rng.choice([0.0, rng.normal()], 2))])
        low = middle - size * rng.random(3)
        low[0] = max(low[0], 0.0)
        yield p, low, middle + size * rng.random(3)


def of(
    p: float,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    *,
    biases: tuple[float, float] = (-10.0, 10.0),
    planted: bool = False,
) -> tuple[float, ...]:
    ends = [float(x) for pair in zip(low, high, strict=True) for x in pair]
    function = output_slopes.py_func if planted else output_slopes  # type: ignore[attr-defined]
    found: tuple[float, ...] = function(p, *ends, *biases, ETA, SHARP * p)
    return found


def misses(count: int, *, planted: bool = False) -> int:
    """Count points of boxes whose best bias or slopes are not enclosed."""
    rng, found = np.random.default_rng(6), 0
    for p, low, high in boxes(count):
        b0, b1, *slopes = of(p, low, high, planted=planted)
        for share in (np.zeros(3), np.ones(3), *rng.random((2, 3))):
            a, c, d = (float(x) for x in low + share * (high - low))
            _, b = least(p, a, c, d)
            _, zx, zy, zw, _, ixx, ixy, ixw, _ = triple_moments(p, a, c, d, b)
            near, exact = 1e-5 * p, (2 * (zx - ixx), 2 * (zy - ixy), 2 * (zw - ixw))
            inside = b0 - 1e-4 <= b <= b1 + 1e-4
            found += not (
                inside and all(slopes[2 * k] - near <= exact[k] <= slopes[2 * k + 1] + near for k in range(3))
            )
    return found


def test_best_biases_and_slopes_over_a_box_are_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault is seen: moments at the wrong ends of the box."""
    assert misses(60) == 0
    monkeypatch.setattr(module, "triple_moments", lambda p, a, c, d, b: triple_moments(p, a, c, d, b - 1e-3))
    assert misses(20, planted=True) > 0


def test_enclosures_shrink_with_the_box() -> None:
    """Each box starts from the biases of the one around it, as in the search."""
    middle, widths, b0, b1 = np.array([0.9, -0.5, -0.25]), [], -10.0, 10.0
    for size in (1e-1, 1e-2, 1e-3, 1e-4):
        b0, b1, *slopes = of(0.3, middle - size, middle + size, biases=(b0, b1))
        widths.append(max(b1 - b0, *(slopes[2 * k + 1] - slopes[2 * k] for k in range(3))) / size)
    assert max(widths) < 10.0
    assert widths[3] < 1.5 * widths[1]


@pytest.mark.equation("certificate-pace")
def test_the_slope_by_the_bias_rises_no_faster_than_the_chance_of_being_on() -> None:
    for p, a, c, d, b in draws(40, seed=2):
        step = 0.01
        z0, _, _, _, i0, *_ = exact_moments(p, a, c, d, b)
        z1, _, _, _, i1, *_, chance = exact_moments(p, a, c, d, b + step)
        assert (z1 - i1) - (z0 - i0) <= (Fraction(b + step) - Fraction(b)) * chance


@pytest.mark.parametrize("p", [1.0, 0.3, 0.01])
def test_the_least_loss_is_bounded_from_both_sides(p: float) -> None:
    rng, stack = np.random.default_rng(7), np.empty((DEPTH, 2))
    for _ in range(30):
        a, c, d = 1.4 * rng.random(), *(float(x) for x in rng.normal(size=2))
        low, high, b = least_loss(p, a, c, d, -10.0, 10.0, ETA, SHARP * p, SLACK * p, stack)
        exact = exact_loss(p, a, c, d, b)
        assert low <= min(exact, least(p, a, c, d)[0])
        assert Fraction(low) <= exact <= Fraction(high)
        assert low >= 0.97 * least(p, a, c, d)[0] - 1e-8 * p


def test_two_best_biases_are_both_kept() -> None:
    """Aligned with another input an output has a minimum that lets it through, and one that waits for both."""
    p, a, c, stack = 0.03, 0.8, 1.0, np.empty((DEPTH, 2))
    grid = np.linspace(-3.0, 1.0, 4001)
    losses = np.array([triple_loss(p, a, c, 0.0, float(b)) for b in grid])
    dips = np.flatnonzero((losses[1:-1] < losses[:-2]) & (losses[1:-1] < losses[2:])) + 1
    assert len(dips) >= 2
    low, high = bias_hull(p, a, a, c, c, 0.0, 0.0, -5.0, 5.0, ETA, SHARP * p, np.int64(60))
    assert all(low - 1e-3 <= grid[k] <= high + 1e-3 for k in dips)  # the grid's step
    bound, _, _ = least_loss(p, a, c, 0.0, -5.0, 5.0, ETA, SHARP * p, SLACK * p, stack)
    assert 0.9 * losses.min() < bound <= losses.min()


@pytest.mark.equation("certificate-drop")
def test_fewer_and_weaker_inputs_never_cost_more() -> None:
    """One input left out; all of them scaled down; one of them scaled down, the other one opposite."""
    rng = np.random.default_rng(8)
    for _ in range(60):
        p, a, share = float(rng.choice([1.0, 0.5, 0.1, 0.01])), 1.5 * rng.random(), rng.random()
        c, d = (float(x) for x in rng.normal(size=2))
        whole, room = least(p, a, c, d)[0], 1e-7 * p
        assert max(least(p, a, c, 0.0)[0], least(p, a, d, 0.0)[0]) <= whole + room
        assert least(p, a, share * c, share * d)[0] <= whole + room


def test_floors_hold_over_a_box() -> None:
    rng, stack = np.random.default_rng(9), np.empty((DEPTH, 2))
    for p, low, high in boxes(60):
        pair = pair_floor(p, low[0], high[0], low[1], high[1], ETA, SHARP * p, SLACK * p, stack)
        lone = lone_floor(p, low[0], high[0])
        for share in rng.random((3, 3)):
            a, c, d = (float(x) for x in low + share * (high - low))
            assert max(pair, lone) <= least(p, a, c, d)[0] + 1e-7 * p


@pytest.mark.parametrize("p", [1.0, 0.5, 0.125])
def test_the_floor_of_a_point_is_what_its_own_entry_costs(p: float) -> None:
    """v (1 - a)² with v = p/3 - p²/4 below a = 1, (p / 3) ((a - 1) / (a + 1))² beyond, less some roundings."""
    q = Fraction(p)
    for a in (0.0, 0.25, 0.9375, 1.0, 1.5, 3.0):
        own = Fraction(a)
        exact = (q / 3 - q * q / 4) * (1 - own) ** 2 if a <= 1 else q / 3 * ((own - 1) / (own + 1)) ** 2
        found = Fraction(lone_floor(p, a, a))
        assert exact * (1 - Fraction(2) ** -38) <= found <= exact


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


def test_the_first_hull_is_the_lone_bias_with_what_the_others_may_write() -> None:
    for p, ends in ((0.5, (0.5, 0.75, -0.25, 0.5, 0.125, 0.25)), (0.3, (1.5, 2.0, -0.5, -0.25, -0.75, 0.5))):
        a0, a1, c0, c1, d0, d1 = ends
        most = lone_bias(p, a0) + max(-c0, 0.0) + max(-d0, 0.0) + 0.25
        least_ = lone_bias(p, a1) - max(c1, 0.0) - max(d1, 0.0) - 0.25
        assert module.first_hull(p, *ends, -10.0, 10.0, 0.25) == pytest.approx((least_, most), rel=1e-14)
        assert module.first_hull(p, *ends, 0.0, 0.0625, 0.25) == (0.0, 0.0625)


def test_the_floor_of_a_pair_takes_the_entry_nearest_to_none() -> None:
    """All of a box's entries on one side: the least of them; else none. At a point the floor is the least loss."""
    stack, p = np.empty((DEPTH, 2)), 0.4
    for c0, c1, nearest in ((0.25, 0.5, 0.25), (-0.5, -0.25, -0.25), (-0.25, 0.5, 0.0)):
        found = pair_floor(p, 0.75, 0.75, c0, c1, ETA, SHARP * p, SLACK * p, stack)
        assert found == pytest.approx(least(p, 0.75, nearest, 0.0)[0], rel=1e-6)


@pytest.mark.parametrize("p", [1.0, 0.5])
def test_the_floor_of_a_box_is_that_of_its_end_next_to_one(p: float) -> None:
    for a0, a1, nearest in ((0.25, 0.5, 0.5), (0.5, 1.0, 1.0), (0.75, 1.5, 1.0), (1.0, 2.0, 1.0), (1.5, 3.0, 1.5)):
        assert lone_floor(p, a0, a1) == pytest.approx(lone_floor(p, nearest, nearest), rel=1e-13)
