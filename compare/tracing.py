"""Traced states as labelled lines: what `numeric.boundaries` finds, in the words of a diagram."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..numeric.boundaries.continuation import End
from ..numeric.boundaries.continuous import Continuous, Place
from ..numeric.boundaries.crossing import Crossing
from ..numeric.boundaries.segments import Junction, Segment
from .labels import between, extra_capacity, of_small_jump, phase_of, shape_of
from .lines import Line, Order, Status

Array = NDArray[np.float64]

STRAIGHT = 1e-9  # slope of a line that runs along an axis, up to rounding


def jump_line(segment: Segment) -> Line:
    """Turn a traced piece of a first-order line into a Line, from its first end to its last."""
    crossings = _with_ends(segment)
    middle = crossings[len(crossings) // 2]
    below, above = [c.below for c in crossings], [c.above for c in crossings]
    by_log_r, by_p = np.array([c.error for c in crossings]).T
    importance = np.array([c.importance for c in crossings])
    return Line(
        between(middle),
        Order.JUMP,
        Status.CONVERGED if segment.stable else Status.METASTABLE,
        np.array([c.density for c in crossings]),
        importance,
        by_log_r * importance,
        by_p,
        np.array([b.size - a.size for a, b in zip(below, above, strict=True)]),
        np.array([extra_capacity(b) - extra_capacity(a) for a, b in zip(below, above, strict=True)]),
        np.array([a.loss for a in below]),
        (shape_of(middle.below), shape_of(middle.above)),
        _narrow(segment, len(crossings)),
        tuple(crossings),
    )


def _with_ends(segment: Segment) -> list[Crossing]:
    """Add the triple points at the ends, and drop points that lie past them."""
    points = list(segment.points)
    for k, end in enumerate(segment.ends):
        pair = _pair_at(end, points[-k])
        if pair is None:
            continue
        place, points = end.place, points[:: 1 - 2 * k]  # from the end inward
        while len(points) > 1 and _is_past(points[0], points[1], place):
            points = points[1:]
        points = [pair, *points][:: 1 - 2 * k]
    return points


def _pair_at(end: Junction, near: Crossing) -> Crossing | None:
    """Find the two states of a line among those of its end: those of the same branches, nearest in size."""
    if end.reason in (End.WINDOW, End.MERGED):
        return None
    if end.reason is End.LOST:  # where the line was lost: its two states, by the place that was narrowed down
        return None if end.importance == near.importance else Crossing(end.states[0], end.states[1])
    pair = []
    for state in near:
        same = [other for other in end.states if other.branch == state.branch]
        if not same:
            return None
        pair.append(min(same, key=lambda other: abs(other.size - state.size)))
    return Crossing(pair[0], pair[1])


def _is_past(first: Crossing, second: Crossing, place: Array) -> bool:
    at = [np.array([np.log(point.importance), point.density]) for point in (first, second)]
    return bool((place - at[0]) @ (at[1] - at[0]) > 0)


def _narrow(segment: Segment, length: int) -> NDArray[np.bool_]:
    flags = np.zeros(length, dtype=bool)
    flags[:] = bool(segment.narrow) and np.mean(segment.narrow) > 0.5
    return flags


def continuous_lines(found: Continuous) -> list[Line]:
    """Turn a continuous line into a Line, and each of its tails into an unresolved jump."""
    lines = [_onset_line(found, found.places, Order.CONTINUOUS, Status.CONVERGED)]
    lines += [_onset_line(found, tail, Order.JUMP, Status.UNRESOLVED) for tail in found.tails]
    return lines


def _onset_line(found: Continuous, places: Sequence[Place], order: Order, status: Status) -> Line:
    states = [found.plain.brought(place.importance, place.density) for place in places]
    importance, density = (np.array([getattr(p, name) for p in places]) for name in ("importance", "density"))
    error = np.array([place.error for place in places]) * importance
    sides = (found.plain, found.grown) if found.rising else (found.grown, found.plain)
    slope = np.abs(np.gradient(np.log(importance), density)) if len(places) > 1 else np.ones(1)
    names = str(phase_of(sides[0])), str(phase_of(sides[1]))
    return Line(
        names if order is Order.CONTINUOUS else of_small_jump(names),
        order,
        status,
        density,
        importance,
        error,
        error / importance / np.maximum(slope, 1e-300),
        np.full(len(places), 0.0 if order is Order.CONTINUOUS else np.nan),
        np.full(len(places), 0.0 if order is Order.CONTINUOUS else np.nan),
        np.array([state.loss for state in states]),
        (shape_of(sides[0]), shape_of(sides[1])) if order is Order.CONTINUOUS else ("", ""),
        np.zeros(len(places), dtype=bool),
    )


def is_end(segment: Segment, reason: End) -> list[tuple[int, Junction]]:
    """List the ends of a piece that have a reason, each with its index among the points: 0 or -1."""
    return [(-k, end) for k, end in enumerate(segment.ends) if end.reason is reason]


def turning(line: Sequence[Crossing], axis: int) -> list[tuple[Crossing, Crossing]]:
    """Find neighbors between which a line turns back in log r (axis 0) or in p (axis 1)."""
    across = 1 - axis  # the gap's slope along the other axis vanishes where the line runs along it
    slopes = [point.gradient[across] / np.linalg.norm(point.gradient) for point in line]
    turns = (min(abs(a), abs(b)) > STRAIGHT and a * b < 0 for a, b in pairwise(slopes))
    return [pair for pair, turned in zip(pairwise(line), turns, strict=True) if turned]
