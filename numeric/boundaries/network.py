"""The lines of a whole diagram: every boundary traced from where it was met, cut where a third branch is better.

A pair of minima of equal loss is traced both ways as far as both exist; an independent search along it tells where it
is a boundary of the optimum; at its ends a third branch has the same loss, and from there its two other pairs are
traced. So the lines find each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from ...analytic.stability import onset_window
from .branch import Branch, BranchLost, State
from .continuation import MERGED, End, Window, corrected, follow
from .crossing import Crossing, apart, meet
from .rivals import check, search
from .seeds import candidates
from .segments import Junction, Segment, place, snapped
from .slice import passages_between
from .small_extra import small_pairs

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
SAME_MODEL = 1e-6  # in θ: what Newton's method finds twice
BESIDE = 0.02  # in (log r, p): how far a line may pass from where two neighbors of a map lie
LIKE = 0.4  # of the difference of two neighbors' Gram entries: less is the same two branches
NEAR = 0.2  # in (log r, p): how far a traced pair is followed to see whether it is another pair
BLUR = 0.01  # difference of Gram entries: jumps below it may be left unresolved
CLOSE = 0.01  # relative difference of losses of branches that are about to meet
MOST_THIRDS = 6  # branches that may be better than the third one found at an end
HALVINGS = 12  # of the way between two points of a line, one of them past its end
REACH = 0.05  # in (log r, p): how far from a line's last point its end may be


@dataclass(eq=False)
class Network:
    """All lines of equal loss of one toy's diagram in a window.

    Parameters
    ----------
    n_features : int
    window : Window
    segments : list of Segment
    curves : list of list of Crossing
        Whole traced curves, of which the segments are pieces.
    """

    n_features: int
    window: Window
    segments: list[Segment] = field(default_factory=list)
    curves: list[list[Crossing]] = field(default_factory=list)

    def junctions(self) -> list[Junction]:
        """List where lines end, each place once."""
        found: list[Junction] = []
        for junction in (end for segment in self.segments if segment.stable for end in segment.ends):
            if not any(junction.is_at(other) for other in found):
                found.append(junction)
        return found

    def separates(self, one: State, other: State) -> bool:
        """Tell whether a line of the optimum passes by two neighboring states, between models much like them."""
        low, high = sorted([place(one), place(other)], key=tuple)
        for segment in self.segments:
            if not segment.stable or {s.branch for s in segment.points[0]} != {one.branch, other.branch}:
                continue
            for point in segment.points:
                at = place(point)
                if np.all((at > low - BESIDE) & (at < high + BESIDE)) and _alike(point, one, other):
                    return True
        return False

    def knows(self, crossing: Crossing) -> bool:
        """Tell whether a traced curve passes through a crossing of the same two branches."""
        return any(_passes(curve, crossing) for curve in self.curves)


def network(n_features: int, window: Window, progress: Progress | None = None) -> Network:
    """Trace every line of equal loss of the optimum's diagram."""
    found = Network(n_features, window)
    for crossing in small_pairs(n_features):
        _explore(found, crossing)
    neighbors = list(candidates(n_features, window))
    for done, (one, other) in enumerate(neighbors):
        if not found.separates(one, other):
            for passage in passages_between(one, other):
                _explore(found, passage.crossing)
        if progress:
            progress(done + 1, len(neighbors))
    found.segments = [snapped(segment, found.junctions()) for segment in found.segments]
    return found


def _explore(found: Network, start: Crossing | None) -> None:
    """Trace a crossing's line, and all that leave from its triple points."""
    queue = deque([] if start is None else [start])
    while queue:
        crossing = queue.popleft()
        inside = found.window.holds(crossing.importance, crossing.density)
        if inside and crossing.distance >= MERGED and not found.knows(crossing):
            queue.extend(_add(found, crossing))


def _add(found: Network, start: Crossing) -> list[Crossing]:
    """Trace a curve both ways, and cut it; return the pairs that leave from its triple points."""
    ahead, last = follow(start, 1.0, found.window)
    behind, first = follow(start, -1.0, found.window)
    curve = [*behind[::-1], start, *ahead]
    found.curves.append(curve)
    found_out = check(curve)
    optimal = [good and not _is_continuous(at) for good, at in zip(found_out.optimal, curve, strict=True)]
    better = found_out.better
    _spread_rivals(curve, optimal, better)
    pairs: list[Crossing] = []
    for low, high, stable in _runs(optimal):
        first_end = _end(curve, better, low, low - 1, first) if stable else _plain(curve[low], None)
        last_end = _end(curve, better, high, high + 1, last) if stable else _plain(curve[high], None)
        ends = first_end, last_end
        # beaten beside it, but no meeting with the rival: what is left is a difference that the search can't see
        blurred = End.LOST in (end.reason for end in ends) and End.MERGED in (end.reason for end in ends)
        points = slice(low, high + 1)
        # between two ends at which its models are one, a jump that was never more than a blur
        blurred |= {end.reason for end in ends} <= {End.MERGED, End.LOST} and max(
            point.distance for point in curve[points]
        ) < BLUR
        found.segments.append(
            Segment(tuple(curve[points]), ends, stable and not blurred, tuple(found_out.narrow[points]))
        )
        for end in ends:
            pairs += _pairs(end) if stable else []
    return pairs


def _pairs(junction: Junction) -> Iterable[Crossing]:
    if junction.reason is None and len(junction.states) == 3:
        return [Crossing.ordered(*pair) for pair in combinations(junction.states, 2)]
    return []


def _is_continuous(at: Crossing) -> bool:
    """Tell whether a jump from a dropped feature is none, but the rounding of a continuous onset."""
    low, high = onset_window()
    dropped = at.below.branch.dropped or at.above.branch.dropped
    return bool(dropped and low < at.density < high and at.distance < BLUR)


def _runs(flags: list[bool]) -> Iterable[tuple[int, int, bool]]:
    """Split into runs of equal flags: first index, last index, flag."""
    low = 0
    for k in range(1, len(flags) + 1):
        if k == len(flags) or flags[k] != flags[low]:
            yield low, k - 1, flags[low]
            low = k


def _spread_rivals(curve: list[Crossing], optimal: list[bool], better: list[State | None]) -> None:
    """Follow a rival that the search found along the line, in place, as long as it is better by its exact loss.

    The search tells losses apart to some 1e-11 of their scale; a branch once found, to rounding.
    """
    for step in (1, -1):
        order = range(len(curve))[::step]
        for here, ahead in pairwise(order):
            third = better[here]
            if optimal[here] or third is None or not optimal[ahead]:
                continue
            rival = _lower(curve[ahead], third)
            if rival is not None:
                optimal[ahead], better[ahead] = False, rival


def _lower(at: Crossing, third: State) -> State | None:
    """Follow a third branch to a point of a line; None if it ends, or is no better there."""
    try:
        rival = third.brought(at.importance, at.density)
    except BranchLost:
        return None
    return rival if rival.loss < at.below.loss - at.rounding else None


def _end(curve: list[Crossing], better: list[State | None], inside: int, outside: int, reason: End) -> Junction:
    """Find where a run ends: at a third branch, or where the whole curve does."""
    if 0 <= outside < len(curve):
        third, at = _narrowed(curve[inside], curve[outside], better[outside])
        reason = End.LOST
    elif reason is End.WINDOW:
        return _plain(curve[inside], reason)
    else:  # the end of a branch is near a triple point, if another one takes over
        third, at = _unrepresented(curve[inside]), curve[inside]
    for _ in range(MOST_THIRDS):
        junction = _junction(at, third)
        if junction is None or np.abs(junction.place - place(curve[inside])).max() > REACH:
            break
        rivals = search(at.below.branch.n_features, [junction.importance], [junction.density])
        if not rivals.beat(0, junction.states[0].loss):
            return junction
        try:
            third = rivals.state(0)
        except BranchLost:
            break
    return _plain(at if reason is End.LOST else curve[inside], reason)


def _narrowed(inside: Crossing, outside: Crossing, third: State | None) -> tuple[State | None, Crossing]:
    """Halve the way to where a third branch is as good as the line, so that Newton's method meets it."""
    if third is None:
        return None, inside
    for _ in range(HALVINGS):
        middle = (place(inside) + place(outside)) / 2
        try:
            at = corrected(outside.moved(float(np.exp(middle[0])), float(middle[1])))
        except BranchLost:
            break
        rival = _lower(at, third)
        if rival is None:
            inside = at
        else:
            outside, third = at, rival
    return third, outside


def _junction(at: Crossing, third: State | None) -> Junction | None:
    if third is None:
        return None
    try:
        states = meet((at.below, at.above, third.brought(at.importance, at.density)))
    except BranchLost:
        return None
    if min(apart(a, b) for a, b in combinations(states, 2)) < MERGED / 2:
        return None  # where models become one, not where three meet
    return Junction(states[0].importance, states[0].density, states)


def _unrepresented(at: Crossing) -> State | None:
    """Return a model that drops one feature, which exists everywhere, if it is about as good as the two."""
    n = at.below.branch.n_features
    for lost in (n - 1, 0):
        branch = Branch(n, (), (lost,))
        state = branch.settle(np.empty(0), at.importance, at.density)
        if branch not in (at.below.branch, at.above.branch) and state.loss < at.below.loss * (1 + CLOSE):
            return state
    return None


def _plain(at: Crossing, reason: End | None) -> Junction:
    return Junction(at.importance, at.density, (at.below, at.above), reason or End.LOST)


def _alike(at: Crossing, one: State, other: State) -> bool:
    """Tell whether the two models of a line are those of two neighbors, up to what a step of a map changes."""
    straight = max(apart(at.below, one), apart(at.above, other))
    crossed = max(apart(at.below, other), apart(at.above, one))
    return min(straight, crossed) < LIKE * max(apart(one, other), LIKE)


def _passes(curve: list[Crossing], crossing: Crossing) -> bool:
    """Follow the curve's pair from its nearest point to the crossing, and compare."""
    if {s.branch for s in curve[0]} != {s.branch for s in crossing}:
        return False
    gaps = [np.abs(place(point) - place(crossing)).max() for point in curve]
    nearest = int(np.argmin(gaps))
    if gaps[nearest] > NEAR:
        return False
    try:
        moved = curve[nearest].moved(crossing.importance, crossing.density)
    except BranchLost:
        return False
    straight = max(apart(moved.below, crossing.below), apart(moved.above, crossing.above))
    crossed = max(apart(moved.below, crossing.above), apart(moved.above, crossing.below))
    return min(straight, crossed) < SAME_MODEL
