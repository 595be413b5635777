"""One output of (3,2) over a box: every best bias is held, slopes and values are bounded, facts about rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.proof import triple_bounds as module
from toytoy.analytic.proof.row_bounds import lone_bias
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
    rng = np.random.default_rng(5)
    for _ in range(count):
        p, size = float(rng.choice([1.0, 0.5, 0.1, 0.01])), 10 ** rng.uniform(-4, -0.5)
        middle = np.array([1.5 * rng.random(), *(rng.choice([0.0, rng.normal()], 2))])
        low = middle - size * rng.random(3)
        low[0] = max(low[0], 0.0)
        yield p, low, middle + size * rng.random(3)


def plain(kernel: Any) -> Any:
    """Return a kernel as Python, so that what it calls can be replaced."""
    return getattr(kernel, "py_func", kernel)


def misses(count: int, kernel: Any) -> int:
    """Count points of boxes whose best bias or slopes are not enclosed."""
    rng, found = np.random.default_rng(6), 0
    for p, low, high in boxes(count):
        b0, b1, *slopes = kernel(p, *np.stack([low, high], axis=1).ravel().tolist(), -10.0, 10.0, ETA, SHARP * p)
        for share in (np.zeros(3), np.ones(3), *rng.random((2, 3))):
            a, c, d = (float(x) for x in low + share * (high - low))
            _, b = least(p, a, c, d)
            _, zx, zy, zw, _, ixx, ixy, ixw, _ = triple_moments(p, a, c, d, b)
            near, exact = 1e-5 * p, (2 * (zx - ixx), 2 * (zy - ixy), 2 * (zw - ixw))
            inside = [slopes[2 * k] - near <= exact[k] <= slopes[2 * k + 1] + near for k in range(3)]
            found += not (b0 - 1e-4 <= b <= b1 + 1e-4 and all(inside))
    return found


@pytest.mark.parametrize("p", [1.0, 0.5, 0.125])
def test_the_floor_of_a_point_is_what_its_own_entry_costs(p: float) -> None:
    """v (1 - a)² with v = p/3 - p²/4 below a = 1, (p / 3) ((a - 1) / (a + 1))² beyond, less some roundings."""
    q = Fraction(p)
    for a in (0.0, 0.25, 0.9375, 1.0, 1.5, 3.0):
        own = Fraction(a)
        exact = (q / 3 - q * q / 4) * (1 - own) ** 2 if a <= 1 else q / 3 * ((own - 1) / (own + 1)) ** 2
        found = Fraction(lone_floor(p, a, a))
        assert exact * (1 - Fraction(2) ** -38) <= found <= exact


def test_the_first_hull_is_the_lone_bias_with_what_the_others_may_write() -> None:
    for p, *ends in (
        *((0.5, 0.5, 0.75, -0.25, 0.5, 0.125, 0.25), (0.3, 1.5, 2.0, -0.5, -0.25, -0.75, -0.125)),
        *((0.3, 1.5, 2.0, 0.25, 0.5, -0.75, 0.5),),
    ):
        a0, a1, c0, c1, d0, d1 = ends
        most = lone_bias(p, a0) + max(-c0, 0.0) + max(-d0, 0.0) + 0.25
        least_ = lone_bias(p, a1) - max(c1, 0.0) - max(d1, 0.0) - 0.25
        assert module.first_hull(p, *ends, -10.0, 10.0, 0.25) == pytest.approx((least_, most), rel=1e-14)
        assert module.first_hull(p, *ends, 0.0, 0.0625, 0.25) == (0.0, 0.0625)


@pytest.mark.parametrize("p", [1.0, 0.5])
def test_the_floor_of_a_box_is_that_of_its_end_next_to_one(p: float) -> None:
    for a0, a1, nearest in ((0.25, 0.5, 0.5), (0.5, 1.0, 1.0), (0.75, 1.5, 1.0), (1.0, 2.0, 1.0), (1.5, 3.0, 1.5)):
        assert lone_floor(p, a0, a1) == pytest.approx(lone_floor(p, nearest, nearest), rel=1e-13)


def answering(monkeypatch: pytest.MonkeyPatch, asked: list[Any], **answers: Callable[..., Any]) -> None:
    """Put stand-ins for kernels, which note what they are asked, and roundings by powers of two that show."""

    def noting(answer: Callable[..., Any]) -> Callable[..., Any]:
        def stand_in(*given: Any) -> Any:
            asked.append(given)
            return answer(*given)

        return stand_in

    for name, number in {"OVER": 2.0, "UNDER": 0.5, "TINY": 0.25, "DOUBT": 0.25, "GAIN": 0.75}.items():
        monkeypatch.setattr(module, name, number)
    for name, answer in answers.items():
        monkeypatch.setattr(module, name, noting(answer))


def test_numbers_found_by_trial_are_what_they_were() -> None:
    assert (module.STEPS, module.FINE_STEPS, module.GAIN, module.PATIENCE, module.DOUBT) == (4, 40, 0.9, 10, 0.02)
    assert (module.TINY, DEPTH, module.OVER, module.UNDER) == (2.0**-44, 64, 1.0 + 2.0**-46, 1.0 - 2.0**-46)


BOX = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)  # p and a box
# half the slope at both ends, P(z > 0) at the upper one and at the middle; and the middle, as a share of the interval
SHRINKING = [
    *(
        (-0.25, 0.75, 0.5, 0.5, 0.25),
        (-0.5, 0.25, 0.5, 0.25, 0.5),
        (-1.0, 0.0, 0.5, 0.5, 0.5),
        (-9.0, 1.0, 9, 0.5, 0.5),
    ),
    *((0.0, 8.0, 1, 1, 0.5), (0.25, 0.5, 0.125, 1, 0.5), (-(2.0**-10), 3 * 2.0**-10, 0.5, 0.5, 0.25)),
    *((-(2.0**-10), -0.5, 0.5, 0.5, 0.5), (0.0, 0.0, 1, 1, 1)),
]


def test_an_interval_of_biases_shrinks_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """By f / P(z > 0) from both ends, to the middle at most; every other time to the zero of the secant."""
    asked: list[Any] = []
    told, near = iter(SHRINKING), iter([row[3] for row in SHRINKING if row[0] < 0.0])
    signs, moments = lambda *_: next(told)[:3], lambda *_: (0.0,) * 8 + (next(near),)
    answering(monkeypatch, asked, slope_signs=signs, triple_moments=moments)
    found, low, high, wanted = plain(bias_hull)(*BOX, -1.0, 1.0, 0.125, 0.0, 40), -1.0, 1.0, []
    for f, g, chance, at_middle, share in SHRINKING:
        middle = low + share * (high - low)
        wanted += [(*BOX, low, high, 0.125), *([(0.5, 2.0, 4.0, 6.0, middle + 0.125)] if f < 0.0 else [])]
        low = min(low - f / (at_middle * 4.0), middle) if f < 0.0 else low
        high = max(high - g / (chance * 4.0), middle) if g > 0.0 else high
    assert asked == wanted
    assert found == (low, high)


@pytest.mark.parametrize(
    ("shares", "sharp", "count"),
    [((0.25,), 0.0, 40), ((0.125,), 0.0, 5), ((0.125, 0.25), 0.0, 9), ((0.25,), 0.5625, 2), ((0.5,), 1.0, 0)],
)
def test_slow_steps_end_it(
    shares: tuple[float, ...], sharp: float, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of forty, if more than four leave more than 3/4 of it; and what is sharp enough is left alone."""
    asked, steps = list[Any](), (shares * 40)[:40]
    signs = lambda *given: (4.0 * steps[len(asked) - 1] * (given[-3] - given[-2]), 0.0, 1.0)  # noqa: E731
    answering(monkeypatch, asked, slope_signs=signs)
    monkeypatch.setattr(module, "triple_moments", lambda *_: (1.0,) * 9)
    low, _ = plain(bias_hull)(0.5, *[0.0] * 6, -1.0, 0.0, 0.125, sharp, 40)
    assert (len(asked), -low) == (count, pytest.approx(np.prod(1.0 - np.array(steps[:count])), rel=1e-14))


def test_signs_of_the_slope_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the lower end by the box's larger moments, at the upper one by its smaller ones, by more than roundings."""
    asked: list[Any] = []
    told = iter([(1.0, 99), (99, 2.0), (3.0, 99), (99, 4.0)])
    answering(monkeypatch, asked, triple_moments=lambda *_: (*(pair := next(told))[:1], 0, 0, 0, pair[1], 0, 0, 0, 0.5))
    assert plain(module.slope_signs)(*BOX, -1.0, 1.0, 0.125) == (2.0 - 1.0 + 0.125, 1.5 - 8.0 - 0.125, 0.5)
    smaller, larger = (0.5, 1, 3, 5), (0.5, 2, 4, 6)
    assert asked == [(*larger, -0.875), (*smaller, -1.125), (*smaller, 0.875), (*larger, 1.125)]


def test_slopes_of_a_box_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments at the box's corner of smaller ones and at the lower bias, and at the other corner and the upper bias."""
    asked: list[Any] = []
    moments, inward = np.array((99.0, 1, 2, 3, 99, 5, 7, 11, 99)), lambda *given: (given[7] + 1.0, given[8] - 1.0)
    answering(monkeypatch, asked, first_hull=inward, bias_hull=inward, triple_moments=lambda *at: moments * abs(at[-1]))
    low, high, *slopes = plain(output_slopes)(*BOX, -8.0, 10.0, 0.125, 0.25)
    shrunk = (*BOX, -8.0, 10.0, 0.125), (*BOX, -7.0, 9.0, 0.125, 0.25, 4)
    assert asked == [*shrunk, (0.5, 1, 3, 5, -6.125), (0.5, 2, 4, 6, 8.125)]
    assert (low, high) == (-6.0, 8.0)
    for k, (x, xx) in enumerate(((1, 5), (2, 7), (3, 11))):
        lower, upper = 6.125 * x * 0.5 - 8.125 * xx * 2.0, 8.125 * x * 2.0 - 6.125 * xx * 0.5
        assert slopes[2 * k : 2 * k + 2] == [2 * lower - 0.125, 2 * upper + 0.125]


@pytest.mark.parametrize(("down", "up", "cost"), [(-3.0, 1.0, 1.5), (-1.0, 2.0, 1.0)])
@pytest.mark.parametrize(("c0", "c1", "c"), [(0.25, 0.75, 0.25), (-0.5, -0.25, -0.25), (-0.25, 0.5, 0), (-1, 0, 0)])
def test_the_floor_of_a_pair_by_hand(
    down: float, up: float, cost: float, c0: float, c1: float, c: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other entry nearest to none; the middle of the own one, less half its width times twice the largest slope."""
    asked: list[Any] = []
    slopes = -1.0, 1.0, down, up
    answering(monkeypatch, asked, output_slopes=lambda *_: (*slopes, 0, 0, 0, 0), least_loss=lambda *_: (8.0, 0.0, 0.0))
    assert plain(pair_floor)(0.5, 1.0, 1.5, c0, c1, 0.125, 0.25, 0.0625, None) == 8.0 - cost
    assert asked[0] == (0.5, 1.0, 1.5, 0.0, 0.0, c, c, -np.inf, np.inf, 0.125, 0.25)
    assert asked[1] == (0.5, 1.25, 0.0, c, -1.0, 1.0, 0.125, 0.25, 0.0625, None)


@pytest.mark.parametrize(
    ("moments", "kept"),
    [((0, 1.25, 0.25, 0), True), ((0, 1.25, 0.24, 0), False), ((1.25, 0, 1, 0.25), True), ((1.25, 0, 1, 0.24), False)],
)
def test_a_bias_is_stationary_by_hand(moments: tuple[float, ...], kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """E z₊ and E x 1{z>0} at the lower end, and at the upper one: twice one less half the other, and p / 4."""
    asked: list[Any] = []
    ends = {0.125: (moments[0], 0, 0, 0, moments[1], 0, 0, 0, 0), 0.875: (moments[2], 0, 0, 0, moments[3], 0, 0, 0, 0)}
    answering(
        monkeypatch, asked, triple_moments=lambda *given: ends[given[-1]], triple_loss=lambda *given: 1 + given[-1]
    )
    found = plain(module.several)(0.5, 1.0, 2.0, 3.0, 0.25, 0.75, 0.125, 0.375, np.empty((DEPTH, 2)))
    assert found == (1.5 * 0.5 - 0.375**2 if kept else np.inf)
    assert asked == [(0.5, 1.0, 2.0, 3.0, b) for b in (0.125, 0.875, 0.5)[: 2 + kept]]


@pytest.mark.parametrize(
    ("loss", "depth", "sharp", "wanted"),
    [
        (0.99, 65, 0.0, [0.5, 0.25]),  # the right half is told to hold none
        *((1.0, 64, 0.0, [0.5]), (0.99, 64, 0.0, [0.5, 0.75, 0.25]), (0.0, 3, 0.125, [0.5, 0.75, 0.25, 0.375, 0.125])),
        *((0.0, 2, 0.0, [0.5]), (0.0, 64, 0.25, [0.5, 0.75, 0.25])),
    ],
)
def test_intervals_of_biases_are_halved_by_hand(
    loss: float, depth: int, sharp: float, wanted: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the width costs a quarter of the loss, or is sharp, or the stack is full; the right half first."""
    asked: list[Any] = []
    answering(monkeypatch, asked, triple_loss=lambda *_: loss)
    one = float(depth != 65)
    monkeypatch.setattr(module, "triple_moments", lambda *at: (max(one, at[-1] >= 0.5), 0, 0, 0, one, 0, 0, 0, 0))
    monkeypatch.setattr(module, "DEPTH", depth)
    found = plain(module.several)(0.5, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, sharp, np.empty((depth, 2)))
    assert [given[-1] for given in asked] == wanted
    assert found == loss * 0.5 - (0.25 if len(wanted) == 1 else 0.0625)


@pytest.mark.parametrize(("sharp", "most"), [(0.5625, 0.0), (0.5, 7.0), (0.5, 9.0)])
def test_the_least_loss_of_a_point_by_hand(sharp: float, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the middle of the biases, less the square of half their width; where that is not sharp, by all there are."""
    asked: list[Any] = []
    inward, point = lambda *given: (given[7] + 1.0, given[8] - 1.0), (0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0)
    answering(monkeypatch, asked, first_hull=inward, bias_hull=inward, several=lambda *_: most)
    monkeypatch.setattr(module, "triple_loss", lambda *given: 10.0 * given[-1])
    found = plain(least_loss)(0.5, 1.0, 2.0, 3.0, -1.0, 5.0, 0.125, sharp, 0.25, None)
    assert found == (max(10.0 - 1.125**2, most) - 0.25, 40.25, 2.0)
    shrunk = [(*point, -1.0, 5.0, 0.125), (*point, 0.0, 4.0, 0.125, sharp, 40)]
    assert asked == shrunk + ([(0.5, 1.0, 2.0, 3.0, 1.0, 3.0, 0.125, sharp, None)] if most else [])


def test_best_biases_and_slopes_over_a_box_are_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault is seen: moments at the wrong ends of the box."""
    assert misses(60, output_slopes) == 0
    monkeypatch.setattr(module, "triple_moments", lambda p, a, c, d, b: triple_moments(p, a, c, d, b - 1e-3))
    assert misses(20, plain(output_slopes)) > 0


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
