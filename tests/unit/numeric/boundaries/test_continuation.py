"""Curves of equal loss: every point on the curve, steps and turns bounded, ends where they should be."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.boundaries import continuation as module
from toytoy.numeric.boundaries.branch import BranchLost
from toytoy.numeric.boundaries.continuation import End, Window, corrected, follow
from toytoy.numeric.boundaries.crossing import Crossing, solve

from tests import traced

Array = NDArray[np.float64]
WINDOW = Window((0.2, 2.0), (0.1, 0.6))
ROUNDED = 1e-12
SLACK = 1.25  # a step is corrected, or stretched to the border


def place(crossing: Crossing) -> Array:
    return np.array([np.log(crossing.importance), crossing.density])


def tangent(crossing: Crossing) -> Array:
    """Along the curve, with the side on which `above` is better on the left."""
    by_log_r, by_p = crossing.gradient
    return np.asarray(np.array([by_p, -by_log_r]) / np.hypot(by_log_r, by_p))


def curve(start: Crossing, sense: float, window: Window = WINDOW) -> tuple[list[Crossing], End]:
    points, end = follow(start, sense, window)
    return [start, *points], end


def check_points(points: list[Crossing]) -> None:
    """Equal losses of stationary models, by routines that know nothing of branches; and no branch is left."""
    for point in points:
        losses = [float(tt.loss(traced.toy(state), *state.model)) for state in point]
        assert abs(losses[0] - losses[1]) <= 2 * point.rounding
        assert max(traced.steepest(state) for state in point) < ROUNDED
        assert point.below.softest > 0
        assert point.above.softest > 0
        assert [s.branch for s in point] == [s.branch for s in points[0]]
        assert point.gradient[0] > 0  # below is better as r falls


def check_steps(points: list[Crossing], sense: float) -> None:
    """Chords run along the tangents at both ends; steps and turns keep their bounds."""
    for before, after in pairwise(points):
        chord = place(after) - place(before)
        length = np.linalg.norm(chord)
        assert length <= SLACK * module.LONGEST
        assert abs(chord[1]) <= SLACK * module.RELATIVE * before.density
        first, last = sense * tangent(before), sense * tangent(after)
        assert np.arccos(np.clip(first @ last, -1, 1)) <= module.WIDEST_TURN
        for end in (first, last):
            assert np.arccos(np.clip(end @ chord / length, -1, 1)) <= module.WIDEST_TURN


@pytest.mark.equation("boundary-equal-loss")
@pytest.mark.parametrize("sense", [1.0, -1.0])
@pytest.mark.parametrize("make", [traced.half, traced.symmetric])
def test_every_point_is_on_the_curve_and_steps_are_controlled(make: Any, sense: float) -> None:
    points, end = curve(make(), sense)
    assert len(points) > 5
    assert end in (End.WINDOW, End.LOST)
    check_points(points[:: max(1, len(points) // 8)])
    check_steps(points, sense)


def test_the_window_ends_the_curve_exactly_on_its_border() -> None:
    """The boundary falls with density: it leaves by the lowest importance, or the lowest density."""
    points, end = curve(traced.half(), -1.0 if tangent(traced.half())[1] > 0 else 1.0)
    assert end is End.WINDOW
    assert points[-1].importance == 0.2
    assert points[-1].density > 0.1
    border = solve(points[-2].moved(0.2, points[-2].density), traced.AT_IMPORTANCE)
    assert points[-1].density == pytest.approx(border.density, rel=ROUNDED)
    low = Window((0.2, 2.0), (0.37, 0.6))
    points, end = curve(traced.half(), -1.0 if tangent(traced.half())[1] > 0 else 1.0, low)
    assert end is End.WINDOW
    assert points[-1].density == 0.37
    border = solve(points[-2].moved(points[-2].importance, 0.37), traced.AT_DENSITY)
    assert points[-1].importance == pytest.approx(border.importance, rel=ROUNDED)


@pytest.mark.parametrize("mirrored", [False, True])
def test_at_every_density_the_gap_left_is_small_beside_its_own_rounding(mirrored: bool) -> None:
    """A step of 1e-13 is none: at p = 0.1 it leaves more of the gap than a search takes for a better model."""
    points = traced.falling(mirrored)
    assert len(points) > 100
    assert max(abs(point.gap) / point.rounding for point in points) < 1 / 8


def test_a_gap_of_some_roundings_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLISHED", 4.0)
    monkeypatch.setattr(traced, "falling", traced.falling.__wrapped__)
    with pytest.raises(AssertionError):
        test_at_every_density_the_gap_left_is_small_beside_its_own_rounding(False)


def test_a_straight_line_ends_on_both_borders() -> None:
    """Of the larger toy r = 1 is a line by symmetry, at every density as low as the window's."""
    window, found = Window((0.5, 2.0), (0.05, 0.45)), dict[float, Array]()
    for sense in (1.0, -1.0):
        points, end = curve(traced.symmetric(), sense, window)
        assert end is End.WINDOW
        assert max(abs(point.importance - 1) for point in points) < 1e-13
        found[points[-1].density] = np.diff([point.density for point in points])
    assert sorted(found) == [0.05, 0.45]
    assert (found[0.05] < 0).all()
    assert (found[0.45] > 0).all()


def upper() -> Crossing:
    """Where the smaller toy drops its extra feature by a jump, next to p = 1."""
    pair = traced.unequal(0.985, 0.97)
    states = traced.NONE.settle(traced.NOTHING, 0.985, 0.97), pair
    return Crossing.ordered(*solve(Crossing(*states), traced.AT_DENSITY))


def test_a_line_reaches_density_one_and_the_other_way_its_minima_merge() -> None:
    window, start, ends = Window(), upper(), dict[End, list[Crossing]]()
    for sense in (1.0, -1.0):
        points, end = curve(start, sense, window)
        check_points(points[::4])
        check_steps(points, sense)
        ends[end] = points
    assert set(ends) == {End.WINDOW, End.MERGED}
    assert ends[End.WINDOW][-1].density == 1.0
    merged = ends[End.MERGED]
    assert merged[-1].distance < module.MERGED <= merged[-2].distance
    assert merged[-1].density == pytest.approx(0.837319580, abs=0.005)  # where the cubic coefficient vanishes
    assert all(a.distance > b.distance > 0.59 * a.distance for a, b in pairwise(merged))


def test_between_its_points_the_curve_is_a_chord() -> None:
    """Solved at densities in between, upward of one half, as far as the large pair exists."""
    sense = 1.0 if tangent(traced.half())[1] > 0 else -1.0
    points, _ = curve(traced.half(), sense, Window())
    densities = [point.density for point in points]
    assert densities == sorted(densities)
    for density in (0.507, 0.53, 0.56):
        nearest = min(points, key=lambda point: abs(point.density - density))
        between = solve(nearest.moved(nearest.importance, density), traced.AT_DENSITY)
        k = int(np.searchsorted(densities, density))
        (x0, p0), (x1, p1) = place(points[k - 1]), place(points[k])
        chord = x0 + (x1 - x0) * (density - p0) / (p1 - p0)
        assert np.log(between.importance) == pytest.approx(chord, abs=5e-4)  # an eighth of a step times its turn


def test_above_is_better_on_the_left_of_sense_one() -> None:
    start = traced.half()
    ahead = follow(start, 1.0, WINDOW)[0][0]
    direction = place(ahead) - place(start)
    left = np.array([-direction[1], direction[0]]) / np.linalg.norm(direction) * 1e-3
    assert start.shifted(-left).gap < 0 < start.shifted(left).gap


def test_a_point_aside_goes_back_by_the_shortest_way() -> None:
    start = traced.half()
    aside = 2e-3 * start.gradient / np.linalg.norm(start.gradient)
    found = corrected(start.shifted(aside))
    assert np.abs(place(found) - place(start)).max() < 2e-5  # of second order in the distance
    assert abs(found.gap) <= found.rounding
    with pytest.raises(BranchLost):
        corrected(start.shifted(60 * aside))


def test_windows_hold_their_border_and_tell_where_a_step_leaves() -> None:
    window = Window((0.5, 2.0), (0.1, 0.9))
    assert window.holds(0.5, 0.1)
    assert window.holds(2.0, 0.9)
    assert not window.holds(2.0001, 0.5)
    assert not window.holds(1.0, 0.9001)
    assert not window.holds(0.4999, 0.5)
    inside = np.array([0.0, 0.5])
    assert window.exit(inside, np.array([0.5, 0.6])) is None
    point, limit, axis = window.exit(inside, np.array([2 * np.log(2), 0.7])) or (None, None, None)
    assert axis == 0
    assert limit == pytest.approx(np.log(2))
    assert point == pytest.approx([np.log(2), 0.6])
    both = window.exit(inside, np.array([np.log(4), 1.7]))  # past both: the density's border is met first
    assert both is not None
    assert both[1:] == (0.9, 1)


def test_a_wrong_sign_or_swapped_branches_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    start = traced.half()
    with monkeypatch.context() as patch:
        patch.setattr(module, "_tangent", lambda at, sense: -sense * tangent(at))
        with pytest.raises(AssertionError):
            test_every_point_is_on_the_curve_and_steps_are_controlled(lambda: start, 1.0)
    with monkeypatch.context() as patch:
        patch.setattr(module, "corrected", lambda at: at)  # predicted, and never corrected
        with pytest.raises(AssertionError):
            test_every_point_is_on_the_curve_and_steps_are_controlled(lambda: start, 1.0)
    swapped = Crossing(start.above, start.below)
    monkeypatch.setattr(traced, "half", lambda: swapped)
    with pytest.raises(AssertionError):
        check_points(curve(swapped, 1.0)[0])
