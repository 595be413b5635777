"""The lines of a whole diagram: every point, every end, known triple points, and honesty against other searches."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.boundaries import network as module
from toytoy.numeric.boundaries.branch import Branch, BranchLost, State
from toytoy.numeric.boundaries.continuation import MERGED, End, Window, corrected
from toytoy.numeric.boundaries.crossing import Crossing, solve
from toytoy.numeric.boundaries.network import Network, network
from toytoy.numeric.boundaries.segments import SNAP, Junction, Segment
from toytoy.numeric.boundaries.slice import passages

from tests import traced

Array = NDArray[np.float64]
MISSED = 1e-9  # times the null loss
ASIDE = 1e-3  # in log r, or where a line runs along it in p
RESOLVED = 1e-2  # difference of Gram entries, at a triple point: below it slivers meet
# (importance, density); the first one is that of test_crossing, by ten equations in mpmath
TRIPLE = {
    2: [(0.564131365, 0.511738032), (1.0, 0.706403692673)],
    3: [(1.0, 0.521837659071)],
}
FAR = [(1.404060748268, 0.706403692673), (0.605096893591, 0.527720005419), (1.0, 0.521837659071)]


def triples(found: Network) -> list[Junction]:
    return [junction for junction in found.junctions() if junction.reason is None]


def check_points(found: Network, every: int) -> None:
    for segment in found.segments:
        for point in segment.points[::every]:
            losses = [float(tt.loss(traced.toy(state), *state.model)) for state in point]
            assert abs(losses[0] - losses[1]) <= 2 * point.rounding
            assert max(traced.steepest(state) for state in point) < 1e-12
            assert min(state.softest for state in point) > 0
            assert found.window.holds(point.importance, point.density)


def check_triples(found: Network, known: list[tuple[float, float]]) -> None:
    """Three models of one loss, none of them beaten; three lines meet; and where the known ones are."""
    for junction in triples(found):
        first, *others = junction.states
        assert max(abs(first.loss - other.loss) for other in others) <= Crossing(first, others[0]).rounding
        assert max(traced.steepest(state) for state in junction.states) < 1e-12
        best = tt.minimize(traced.toy(first), tt.Multistart(n_starts=32, seed=77)).loss.value
        assert best >= first.loss * (1 - MISSED)
        if min(Crossing(a, b).distance for a, b in combinations(junction.states, 2)) > RESOLVED:
            meeting = [s for s in traced.stable(found) for end in s.ends if end.is_at(junction)]
            assert len(meeting) == 3
    for r, p in known:
        digits = 9 if (r, p) == TRIPLE[2][0] else 11
        near = [j for j in triples(found) if abs(j.importance - r) + abs(j.density - p) < 2 * 10**-digits]
        assert len(near) == 1


def check_honest(found: Network, count: int, seed: int) -> None:
    """At random points on both sides of random lines another search never beats the state of that side."""
    rng = np.random.default_rng(seed)
    looked = 0
    for segment in traced.stable(found):
        for k in rng.choice(len(segment.points), min(count, len(segment.points)), replace=False):
            point, narrow = segment.points[k], segment.narrow[k]
            if narrow or not 1 <= k < len(segment.points) - 1:
                continue  # a third phase is as near, as the line says; or next to an end
            for state in _aside(point):
                problem = traced.toy(state)
                best = tt.minimize(problem, tt.Multistart(n_starts=24, seed=int(1000 * k) + looked)).loss.value
                if best < state.loss - MISSED * problem.null_loss:  # then by a phase that ends nearer by
                    assert _met_between(found, point), (state.importance, state.density, state.loss - best)
                looked += 1
    assert looked >= count


def _aside(point: Crossing) -> list[State]:
    step = ASIDE * point.gradient / np.linalg.norm(point.gradient)
    found = []
    for state, sign in ((point.below, -1), (point.above, 1)):
        try:
            r, p = point.importance * np.exp(sign * step[0]), min(point.density + sign * float(step[1]), 1.0)
            found.append(state.moved(float(r), p))
        except BranchLost:  # ends less than that aside
            continue
    return found


def _met_between(found: Network, point: Crossing) -> bool:
    """Tell whether another line passes within the step aside."""
    here = np.array([np.log(point.importance), point.density])
    for segment in traced.stable(found):
        places = np.array([[np.log(q.importance), q.density] for q in segment.points])
        if not any(q is point for q in segment.points) and np.abs(places - here).max(axis=1).min() < 20 * ASIDE:
            return True
    return False


@pytest.mark.parametrize("n", [2, 3])
def test_every_point_has_equal_losses_of_two_stationary_models(n: int) -> None:
    check_points(traced.crowded(n), 3)


@pytest.mark.parametrize("n", [2, 3])
def test_three_lines_meet_in_each_triple_point(n: int) -> None:
    check_triples(traced.crowded(n), TRIPLE[n])


@pytest.mark.parametrize("n", [2, 3])
def test_no_other_search_beats_the_states_on_both_sides(n: int) -> None:
    check_honest(traced.crowded(n), 6, n)


@pytest.mark.parametrize("n", [2, 3])
def test_slices_meet_the_lines_where_these_pass(n: int) -> None:
    """Slices know nothing of the network: at a random density of the window both have the same crossings."""
    check_slices(traced.crowded(n), 1, n)


def check_slices(found: Network, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    low, high = found.window.importance
    for density in rng.uniform(*found.window.density, count):
        lines = sorted(_crossings(found, float(density)))
        slices = passages(found.n_features, density=float(density))
        met = sorted(p.crossing.importance for p in slices if p.crossing and low < p.crossing.importance < high)
        assert lines
        for line, within in lines:  # slivers below 1e-4 are not resolved
            assert min(abs(np.log(r / line)) for r in met) < max(within, SNAP if near(lines, line) else 0.0)
        for r in met:
            assert min(abs(np.log(r / line)) for line, _ in lines) < 1e-3


def near(lines: list[tuple[float, float]], line: float) -> bool:
    """Tell whether another line, or the same one's chord, is about as near as a sliver is wide."""
    return len([1 for other, _ in lines if abs(np.log(other / line)) < 1e-3]) > 1


def _crossings(found: Network, density: float) -> list[tuple[float, float]]:
    """Solve at a density, from the nearest point of every line that passes it; each with a tolerance."""
    places: list[tuple[float, float]] = []
    for segment in traced.stable(found):
        points, ends = segment.points, segment.ends
        if max(abs(np.log(p.importance)) for p in points) < 1e-9:  # r = 1, whose points all are there
            places += [(1.0, 1e-12)] if (ends[0].density - density) * (ends[1].density - density) < 0 else []
            continue
        densities = [ends[0].density, *(p.density for p in points[1:-1]), ends[1].density]
        for k, (one, other) in enumerate(pairwise(densities)):
            if (one - density) * (other - density) < 0:
                near = min(points[k : k + 2], key=lambda p: abs(p.density - density))
                logs = np.log([point.importance for point in points[k : k + 2]])
                share = (density - points[k].density) / (points[k + 1].density - points[k].density)
                at = float(np.exp(logs[0] + share * (logs[1] - logs[0]))), density
                try:
                    states = [state.brought(*at) for state in near]
                    places.append((solve(Crossing(*states), traced.AT_DENSITY).importance, 1e-9))
                except BranchLost:  # the chord lies where the smaller model is gone
                    places.append((at[0], 1e-3))
    return places


@pytest.mark.parametrize("n", [2, 3])
def test_what_is_cut_is_beaten(n: int) -> None:
    """Pieces that are not boundaries: in the middle another search finds less."""
    cut = [segment for segment in traced.crowded(n).segments if not segment.stable]
    assert cut
    for segment in cut:
        middle = segment.points[len(segment.points) // 2]
        best = tt.minimize(traced.toy(middle.below), tt.Multistart(n_starts=32, seed=8)).loss.value
        if middle.distance > RESOLVED:
            assert best < middle.below.loss - middle.rounding


@pytest.mark.parametrize("n", [2, 3])
def test_lines_end_at_triple_points_on_the_border_or_where_minima_merge(n: int) -> None:
    found = traced.crowded(n)
    for segment in traced.stable(found):
        for k, end in enumerate(segment.ends):
            assert end.reason is not End.LOST
            last = segment.points[-k]
            if end.reason is End.WINDOW:
                borders = (*found.window.importance, *found.window.density)
                assert min(abs(x - b) for x in (last.importance, last.density) for b in borders) < 1e-15
            elif end.reason is End.MERGED:
                assert last.distance < MERGED


def test_a_network_knows_its_curves_and_nothing_else() -> None:
    found = traced.crowded(2)
    dropped = [p for s in traced.stable(found) for p in s.points if traced.NONE in {q.branch for q in p}]
    point = max(dropped, key=lambda p: p.distance)
    beside = corrected(point.shifted(np.array([2e-4, 1e-4])))
    assert found.knows(point)
    assert found.knows(beside)
    assert not Network(2, Window()).knows(point)
    assert not found.knows(traced.symmetric())


def test_a_network_separates_neighbors_on_the_two_sides() -> None:
    found = traced.crowded(2)
    one, other = traced.NONE.settle(traced.NOTHING, 0.53, 0.502), traced.half().above.moved(0.55, 0.502)
    assert found.separates(one, other)
    assert not found.separates(other, other.moved(0.56, 0.502))
    assert not Network(2, Window()).separates(one, other)


def test_runs_are_pieces_of_equal_flags() -> None:
    flags = [True, True, False, True, False, False]
    assert list(module._runs(flags)) == [(0, 1, True), (2, 2, False), (3, 3, True), (4, 5, False)]
    assert list(module._runs([])) == []


def test_progress_is_reported_and_a_quiet_window_has_one_line() -> None:
    seen: list[int] = []
    found = network(2, Window((0.2, 1.0), (0.3, 0.5)), lambda done, total: seen.append(total - done))
    assert seen == [*range(len(seen))][::-1]
    (line,) = traced.stable(found)
    assert [end.reason for end in line.ends] == [End.WINDOW, End.WINDOW]
    half = max(line.points, key=lambda p: p.density)
    assert half.density == 0.5
    assert half.importance == pytest.approx(traced.BOUNDARY, rel=1e-14)


def test_states_swapped_or_beaten_are_noticed() -> None:
    """Planted: a metastable piece passed off as a boundary; a point whose model is not stationary."""
    found = traced.crowded(2)
    cut = max((s for s in found.segments if not s.stable), key=lambda s: len(s.points))
    lie = Segment(cut.points, cut.ends, True, tuple(False for _ in cut.points))
    with pytest.raises(AssertionError):
        check_honest(Network(2, found.window, [lie]), 6, 0)
    point = traced.stable(found)[0].points[0]
    state = point.above
    off = State(state.branch, state.theta + 1e-6, state.importance, state.density, state.slopes)
    piece = Segment((Crossing(point.below, off),), cut.ends, True, (False,))
    with pytest.raises(AssertionError):
        check_points(Network(2, found.window, [piece]), 1)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("n", [2, 3])
def test_a_whole_diagram_keeps_all_this(n: int) -> None:
    found = traced.whole(n)
    check_points(found, 4)
    check_triples(found, TRIPLE[2] if n == 2 else FAR)
    check_honest(found, 5, n + 40)
    check_slices(found, 4, n + 40)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_lines_of_the_smaller_toy_are_symmetric() -> None:
    """Each point, mirrored and its features exchanged, is settled, solved and comes back; and a line passes there."""
    found = traced.whole(2)
    every = [p for s in traced.stable(found) for p in s.points]
    places = np.array([[np.log(p.importance), p.density] for p in every])
    for point in every[::3]:
        along = traced.AT_DENSITY if abs(point.gradient[0]) > 0.1 * abs(point.gradient[1]) else traced.AT_IMPORTANCE
        states = [Branch.at(s.model[0][:, ::-1], s.model[1][::-1], 1 / point.importance, point.density) for s in point]
        image = solve(Crossing(states[0], states[1]), along)
        error = 4 * (point.error + image.error)
        assert abs(np.log(image.importance * point.importance)) <= error[0] + 1e-15
        assert abs(image.density - point.density) <= error[1] + 1e-15
        gaps = np.abs(places - [np.log(image.importance), image.density]).max(axis=1)
        assert gaps.min() < 0.06  # a step


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_at_low_density_both_toys_have_one_boundary() -> None:
    low = {
        n: [
            p
            for s in traced.stable(traced.whole(n))
            for p in s.points
            if p.density < 0.51 and p.below.branch in (traced.NONE, traced.NONE_3)
        ]
        for n in (2, 3)
    }
    assert min(len(points) for points in low.values()) > 5
    for point in low[3]:
        near = min(low[2], key=lambda p: abs(p.density - point.density))
        same = solve(near.moved(point.importance, point.density), traced.AT_DENSITY)
        assert abs(np.log(same.importance / point.importance)) <= same.error[0] + point.error[0]
