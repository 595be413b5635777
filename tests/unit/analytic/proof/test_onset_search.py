"""Sweeps over boxes of blown-up models: what they drop, keep and call convex."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from toytoy.analytic.model import Array
from toytoy.analytic.proof import onset_search as module
from toytoy.analytic.proof.onset_form import value_and_slope
from toytoy.analytic.proof.onset_minimum import least_ratio
from toytoy.analytic.proof.onset_search import ENDS, bends_up, convex, least, sweep, tangent
from toytoy.analytic.stability import threshold

HALF = (0.5, 0.5)
ZERO = np.int64(0)


def value(at: Array, p: float, r: float) -> float:
    e, b, w = ((float(x), float(x)) for x in at)
    return float(np.mean(value_and_slope(e, b, w, (p, p), r, bool(at[1] < 0))[0]))


def inside(box: Array, rng: np.random.Generator) -> Array:
    drawn: Array = box[::2] + rng.random(3) * (box[1::2] - box[::2])
    return drawn


def test_the_bound_of_a_box_lies_below_its_values_and_near() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        corner, size = np.array([0.2, 0.8, 0.4]) * rng.random(3), 0.02 * rng.random(3)
        box = np.stack([corner, corner + size], axis=1).ravel()
        low, axis = least(box, HALF, 0.5)
        found = min(value(inside(box, rng), 0.5, 0.5) for _ in range(20))
        assert low <= found
        assert low > found - 0.05
        assert axis in (0, 1, 2)


def plain(kernel: Any) -> Any:
    """Return a kernel as Python, so that what it calls can be replaced."""
    return getattr(kernel, "py_func", kernel)


def swept(boxes: list[list[float]], p: tuple[float, float], r: float) -> tuple[int, Array, Array]:
    rows, halves, hull = np.array(boxes), np.empty((64, ENDS)), np.empty(ENDS)
    count = sweep(p, r, rows, np.int64(len(rows)), halves, hull)
    return count, halves, hull


def test_a_sweep_keeps_the_box_of_the_zero_and_halves_it() -> None:
    ratio, at = least_ratio(0.9, 0.3)
    good = np.stack([at - 0.01, at + 0.01], axis=1).ravel()
    far = [0.2, 0.21, 0.9, 0.91, 0.3, 0.31]
    count, halves, hull = swept([far, good.tolist()], (0.9, 0.9), ratio)
    assert count == 2
    assert hull.tolist() == good.tolist()
    volume = np.prod(np.diff(halves[:2].reshape(2, 3, 2), axis=2), axis=(1, 2))
    assert volume == pytest.approx([np.prod(np.diff(good.reshape(3, 2)))] * 2 / np.array(2))


def test_no_room_is_told() -> None:
    row = np.array([[0.0, 0.2, 0.0, 1.0, 0.0, 0.3]])
    assert sweep(HALF, 0.55, row, np.int64(1), np.empty((1, ENDS)), np.empty(ENDS)) == -1
    assert sweep(HALF, 0.55, row, np.int64(1), np.empty((2, ENDS)), np.empty(ENDS)) == 2


def test_in_an_interval_of_densities_it_may_lean_on_growth() -> None:
    _, at = least_ratio(0.5, 0.2)
    box = [[float(x) + side for x in at for side in (0.0, 1e-4)]]
    assert swept(box, (0.5, 0.5), 0.56)[0] == 2
    assert swept(box, (0.5, 0.51), 0.56)[0] == 0  # F grows there; that it is >= 0 at 0.5 is taken as known


def test_convexity_is_found_where_it_is_and_only_there() -> None:
    r = threshold(0.5)
    good, bad = np.array([0.0, 0.1, 0.0, 0.15, 0.05, 0.2]), np.array([0.29, 0.3, 0.31, 0.32, -0.14, -0.13])
    for box, wanted in ((good, True), (bad, False)):
        stack = np.empty((256, ENDS))
        stack[0] = box
        assert convex(HALF, r, stack, np.int64(1)) is wanted
    assert not bends_up(np.array([0.0, 0.3, 0.0, 0.9, -0.3, 0.5]), HALF, r)  # too large to tell in one piece


def test_a_tangent_plane_lies_below_a_convex_form() -> None:
    rng, r = np.random.default_rng(1), threshold(0.5)
    box = np.array([0.0, 0.1, 0.0, 0.15, 0.05, 0.2])
    for _ in range(50):
        at = inside(box, rng)
        low = tangent(HALF, r, at, box)
        assert all(low <= value(inside(box, rng), 0.5, r) for _ in range(50))
    _, best = least_ratio(0.5, 0.1)
    ratio, _ = least_ratio(0.5, 0.1)
    assert abs(tangent(HALF, ratio, best, box)) < 1e-15  # at the minimum the plane is level


# A looser bound is a bound, so no law tells one: what they are is held. p, r, the ends of ε, β and ω; the axis along
# which F varies most; then bounds of F, of its growth up to the density p + 1/100, and by its tangent at the middle.
SHARPNESS: list[tuple[float, float, list[float], int, list[float]]] = [
    (0.5, 0.55, [0.0, 0.1, 0.0, 0.2, 0.1, 0.3], 1, [-0.00693125, -0.09443843, -0.01868556]),
    (0.5, 0.55, [0.1, 0.2, -0.3, 0.0, -0.2, 0.1], 2, [-0.02944453, 0.07131546, -0.04082092]),
    (0.9, 0.94, [0.02, 0.06, 0.05, 0.15, 0.2, 0.3], 1, [0.01464687, 0.08994609, 0.01511333]),
    (0.2, 0.1, [0.05, 0.1, 0.3, 0.9, -0.1, 0.05], 1, [0.05503863, -1.364526, -0.02969654]),
    (0.7, 0.7, [0.3, 0.32, 0.1, 0.13, 0.1, 0.14], 1, [0.01464408, 0.1218506, 0.01717931]),
    (0.9, 0.9, [0.1, 0.4, 0.1, 0.11, 0.1, 0.12], 0, [0.03711422, 0.233332, 0.04466536]),
    (0.5, 0.5, [0.1, 0.11, 0.1, 0.11, -0.4, 0.2], 2, [-0.007299874, 0.02866751, -0.04571347]),
]


@pytest.mark.parametrize(("p", "r", "ends", "axis", "wanted"), SHARPNESS)
def test_bounds_are_as_sharp_as_they_were(
    p: float, r: float, ends: list[float], axis: int, wanted: list[float]
) -> None:
    box = np.array(ends)
    low, found = least(box, (p, p), r)
    growth = module.growth_at_least(box, (p, p + 0.01), r)
    assert found == axis
    plane = tangent((p, p), r, box.reshape(3, 2).mean(axis=1), box)
    assert [low, growth, plane] == pytest.approx(wanted, rel=1e-6)


# densities, r; boxes after each of five sweeps; then the smallest box around what the last one kept, the halves' sums.
SEARCHES: list[tuple[tuple[float, float], float, list[int], list[float]]] = [
    ((0.5, 0.5), 0.5357, [6, 10, 20, 26, 22], [0, 0.2, -0.25, 0.375, -0.25, 0.375, 0, 4.4, 0.4375, 2.8125, 0.25, 2]),
    (
        (0.9, 0.9),
        0.9409,
        [6, 12, 18, 18, 16],
        [0, 0.2, 0.125, 0.5, -0.25, 0.25, 0, 3.2, 4.3125, 6.1875, -0.0625, 1.0625],
    ),
    ((0.5, 0.52), 0.56, [6, 12, 16, 18, 14], [0, 0.2, -0.125, 0.375, -0.25, 0.375, 0, 2.8, 1.4375, 2.8125, 1, 2.25]),
    (
        (0.7, 0.7),
        0.772,
        [6, 12, 18, 26, 26],
        [0, 0.2, -0.125, 0.5, -0.375, 0.375, 0, 5.2, 4.6875, 7.5625, -0.625, 1.375],
    ),
]


@pytest.mark.parametrize(("p", "r", "counts", "wanted"), SEARCHES)
def test_a_small_search_takes_as_many_boxes_as_it_did(
    p: tuple[float, float], r: float, counts: list[int], wanted: list[float]
) -> None:
    boxes = np.array([[0.0, 0.2, 0.0, 0.5, -0.5, 0.0], [0.0, 0.2, 0.0, 0.5, 0.0, 0.5], [0.0, 0.2, -0.5, 0.0, 0.0, 0.5]])
    hull, met = np.empty(ENDS), []
    for _ in counts:
        halves = np.empty((64, ENDS))
        n = sweep(p, r, boxes, np.int64(len(boxes)), halves, hull)
        boxes = halves[:n]
        met.append(n)
    assert met == counts
    assert [*hull, *boxes.sum(axis=0)] == pytest.approx(wanted, rel=1e-6)


# p, r, the middle, and the size, of which ε takes all, β a half and ω three quarters, to both sides
CONVEX_UP_TO = [
    (0.5, 0.55, [0.05, 0.075, 0.125], 0.0699124),
    (0.9, 0.94, [0.04, 0.1, 0.25], 0.030136),
    (0.5, 0.5, [0.06, -0.1, 0.1], 0.0193966),
    (0.7, 0.77, [0.2, 0.2, 0.1], 0.0289477),
]


@pytest.mark.parametrize(("p", "r", "middle", "wanted"), CONVEX_UP_TO)
def test_a_box_is_called_convex_up_to_the_size_it_was(p: float, r: float, middle: list[float], wanted: float) -> None:
    """All pivots of the second derivatives are told positive up to this size, and one is not beyond."""
    at, ways = np.array(middle), np.array([1.0, 0.5, 0.75])
    for size, told in ((wanted * 0.999, True), (wanted * 1.001, False)):
        assert bends_up(np.stack([at - size * ways, at + size * ways], axis=1).ravel(), (p, p), r) == told


def test_pivots_are_all_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matrices by hand, of which one pivot alone is 0 or less."""
    for matrix, told in (
        ([1, 0, 0, 1, 0, 1], True),
        ([4, 2, 2, 2, 1, 3], True),
        ([1, 0, 0, 0, 0, 1], False),
        ([1, 0, 0, -1, 0, -1], False),
        ([1, 0, 0, 1, 1, 1], False),
        ([1, 1, 0, 1, 0, 1], False),
        ([1, 0, 1, 1, 0, 1], False),
        ([1, 0.5, 0.5, 1, -0.5, 1], False),
        ([1, 0.5, 0.5, 1, 0.5, 1], True),
    ):
        monkeypatch.setattr(module, "second", lambda *_, matrix=matrix: tuple((float(x), float(x)) for x in matrix))
        assert bool(plain(bends_up)(np.zeros(ENDS), HALF, 0.5)) is told, matrix
        full = np.array(matrix, dtype=float)[[0, 1, 2, 1, 3, 4, 2, 4, 5]].reshape(3, 3)
        assert (np.linalg.eigvalsh(full).min() > 1e-12) is np.bool_(told)


@pytest.mark.parametrize(
    ("answers", "rows", "tries", "told"),
    [
        ([False] * 9, 3, 3, False),  # the stack is full
        ([False, True] * 60, 5, 21, False),  # enough was tried
        ([False, *[False, True] * 60], 5, 22, False),
        ([False, True, True], 3, 3, True),
        ([True], 1, 1, True),
        ([False, False, True, True, True], 3, 5, True),
    ],
)
def test_convexity_is_asked_about_until_the_stack_is_full_or_enough_was_tried(
    answers: list[bool], rows: int, tries: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[float]] = []

    def answer(box: Array, _p: object, _r: float) -> bool:
        asked.append(box.tolist())
        return answers[len(asked) - 1]

    monkeypatch.setattr(module, "bends_up", answer)
    stack = np.empty((rows, ENDS))
    stack[0] = [0.0, 0.25, -0.5, 0.5, 0.0, 0.25]
    assert plain(convex)(HALF, 0.5, stack, 1) is told
    assert len(asked) == tries
    if tries > 1:
        assert asked[1] == [0.0, 0.25, 0.0, 0.5, 0.0, 0.25]  # the upper half of the widest side
    if tries == 3 and told:
        assert asked[2] == [0.0, 0.25, -0.5, 0.0, 0.0, 0.25]


def test_the_widest_side_counts_in_the_units_in_which_it_bends() -> None:
    """ε times p, ω times the root of p: at p = 1/4 the sides 4, 1 and 2 are alike, and a tie goes to β, then ε."""
    p = (0.125, 0.25)
    for sides, axis in (
        ((4.0, 1.0, 2.0), 1),
        ((4.1, 1.0, 2.0), 0),
        ((4.0, 1.0, 2.1), 2),
        ((4.0, 0.9, 2.0), 0),
        ((4.0, 1.0, 1.0), 1),
        ((1.0, 1.0, 2.0), 1),
        ((4.2, 1.0, 2.05), 0),
        ((4.05, 1.0, 2.1), 2),
        ((0.0, 1.0, 0.0), 1),
    ):
        box = [0.5, 0.5 + sides[0], -0.25, -0.25 + sides[1], 0.125, 0.125 + sides[2]]
        assert module.widest(np.array(box), p) == axis, sides


def test_an_interval_reaches_as_far_as_its_farther_end() -> None:
    for side, middle, far in (((1.0, 3.0), 1.5, 1.5), ((1.0, 3.0), 2.75, 1.75), ((-2.0, 2.0), 0.0, 2.0)):
        low, high = module.reach(side, middle)
        assert low == -high
        assert far < high <= far * (1 + 1e-15)


@pytest.mark.parametrize(
    ("reaches", "axis"),
    [
        *(((1, 1, 0.5), 0), ((1, 2, 2), 1), ((1, 2, 3), 2), ((1, 0.5, 1), 0), ((1, 0.5, 2), 2), ((2, 1, 1), 0)),
        *(((1, 1.5, 1), 1), ((2, 3, 1), 1), ((1, 1, 2), 2)),
    ],
)
def test_the_axis_is_that_along_which_it_varies_most(
    reaches: tuple[float, ...], axis: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of those alike ε comes first, then β; and the bound is the middle's value less all three, or the plain one."""
    for whole, wanted in ((-99.0, 0.25 - sum(reaches) - 24.0), (0.5, 0.5)):
        parts, values = [(-x - 8.0, x) for x in reaches], [whole, 0.25]
        monkeypatch.setattr(module, "multiply", lambda *_, parts=parts: parts.pop(0))
        monkeypatch.setattr(module, "value_and_slope", lambda *_, values=values: ((values.pop(0), 9.0), 1, 1, 1))
        assert plain(least)(np.array([0, 1, 0, 1, 0, 1.0]), HALF, 0.5) == (pytest.approx(wanted, rel=1e-14), axis)


def test_which_boxes_go_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """F's bound, and its fall with the density: at 0 a box is kept for its value, and goes where it doesn't fall."""
    boxes = np.array([[k, k + 1, -k, 1 - k, 2, 4.0] for k in range(4)])
    lows, falls = [-1.0, 0.0, -1.0, 2.0**-10], [0.0, -1.0, -(2.0**-8), -(2.0**-8)]
    monkeypatch.setattr(module, "least", lambda box, *_: (lows[int(box[0])], 1))
    monkeypatch.setattr(module, "growth_at_least", lambda box, *_: falls[int(box[0])])
    for p, kept in ((HALF, [0, 1, 2]), ((0.5, 0.7), [1, 2]), ((0.5, 0.875), [1, 2, 3])):
        halves, hull = np.zeros((2 * len(kept), ENDS)), np.zeros(ENDS)
        assert plain(sweep)(p, 0.5, boxes, 4, halves, hull) == 2 * len(kept)
        assert halves[::2].tolist() == [[k, k + 1, -k, 0.5 - k, 2, 4] for k in kept]
        assert halves[1::2].tolist() == [[k, k + 1, 0.5 - k, 1 - k, 2, 4] for k in kept]
        assert hull.tolist() == [kept[0], kept[-1] + 1, -kept[-1], 1 - kept[0], 2, 4]


@pytest.mark.parametrize("pivot", [0, 3, 5])
@pytest.mark.parametrize("low", [-1.0, 0.0])
def test_the_lower_ends_of_pivots_count(pivot: int, low: float, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [(low if k == pivot else float(k in (0, 3, 5)), float(k in (0, 3, 5))) for k in range(6)]
    monkeypatch.setattr(module, "second", lambda *_: ends)
    assert not plain(bends_up)(np.zeros(ENDS), HALF, 0.5)


def test_a_box_counts_as_below_zero_up_to_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def derivatives(*given: Any) -> list[tuple[float, float]]:
        asked.append(given[-1])
        return [(1.0, 1.0)] * 6

    monkeypatch.setattr(module, "second", derivatives)
    for low, high in ((-0.5, 0.0), (-0.5, -0.25), (0.0, 0.5), (0.25, 0.5)):
        plain(bends_up)(np.array([0, 1, low, high, 0, 1.0]), HALF, 0.5)
    assert asked == [True, True, False, False]
