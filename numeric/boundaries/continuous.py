"""The continuous lines of a diagram, from where a jump vanishes to where it comes back or another model takes over."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...analytic.stability import onset_window, threshold
from .branch import Branch, BranchLost, State
from .continuation import End, Window
from .crossing import Crossing
from .network import Network
from .onset import Onset, onset_point, tricritical_point
from .rivals import search
from .segments import Junction

STEP = 0.004  # of density along a continuous line: what a smooth plot shows as a curve
ROUNDING = 1e-15  # relative, of the closed threshold
AWAY = (0.004, 0.008, 0.016, 0.032)  # in p, from where a jump was lost to where the onset is continuous
FARTHEST = 0.5  # in p: how far a continuous line is followed
GROWN = 1e-3  # relative distance in r past an onset at which the model that grows is looked at


@dataclass(frozen=True)
class Place:
    """A point of a continuous line: its errors are of log r at fixed p, and of p where p was solved for."""

    importance: float
    density: float
    error: float
    density_error: float = 0.0
    residual: float = 0.0


@dataclass(frozen=True, eq=False)
class Continuous:
    """A line on which one model loses stability and another grows from it.

    Parameters
    ----------
    places : tuple of Place
        By density, ends included.
    plain, grown : State
        The model that loses stability, and one that has grown from it.
    rising : bool
        Whether the grown model is the one at higher importance.
    ends : tuple of (str, tuple of State)
        What each end is: "tricritical", or "critical_end" with the model that takes over there, or "window".
    tails : tuple of tuple of Place
        Past a tricritical end the onset goes on as the limit of a jump too small to be traced: from the end of the
        traced line to the tricritical point, with the depth of the jump as the error.
    """

    places: tuple[Place, ...]
    plain: State
    grown: State
    rising: bool
    ends: tuple[tuple[str, State | None], tuple[str, State | None]]
    tails: tuple[tuple[Place, ...], ...] = ()


def continuous_lines(found: Network) -> list[Continuous]:
    """Find the continuous lines that join the ends of a network's jumps."""
    lines = [_appearance(found, False)]
    if found.n_features == 2:
        lines.append(_appearance(found, True))
    return [line for line in lines if line.places] + _growths(found)


def _appearance(found: Network, mirrored: bool) -> Continuous:
    """Lay out the closed line on which the extra appears, or its mirror image, on which the first feature does.

    One threshold serves both toys; in the plane the extra leans on both others there, :eq:`boundary-onset-plane`.
    """
    n, window = found.n_features, found.window
    low, high = onset_window()
    first, last = _inside(window, low, high, mirrored)
    count = max(2, math.ceil((last - first) / STEP) + 1) if first < last else 0
    densities = np.linspace(first, last, count)
    places = [_closed(p, mirrored) for p in densities]
    inside = [bool(places) and places[k].density == p for k, p in ((0, low), (-1, high))]
    p = (low + high) / 2
    r = threshold(p)
    grown = search(n, [r * (1 + GROWN) if not mirrored else (1 - GROWN) / r], [p]).state(0)
    plain = Branch(n, (), (0 if mirrored else n - 1,)).settle(np.empty(0), grown.importance, p)
    ends = tuple(("tricritical" if at else "window", None) for at in inside)
    tails = tuple(
        _tail(found, plain, p, lambda density: _closed(density, mirrored))
        for p, at in zip((low, high), inside, strict=True)
        if at
    )
    return Continuous(tuple(places), plain, grown, not mirrored, ends, tuple(t for t in tails if t))  # type: ignore[arg-type]


def _inside(window: Window, low: float, high: float, mirrored: bool) -> tuple[float, float]:
    """Cut a range of densities where the closed line, which rises with the density, leaves a window."""
    from scipy.optimize import brentq

    smallest, largest = sorted(1 / r if mirrored else r for r in window.importance)
    low, high = max(low, window.density[0]), min(high, window.density[1])
    if low >= high or threshold(high) < smallest or threshold(low) > largest:
        return high, high
    for limit in (smallest, largest):
        if threshold(low) < limit < threshold(high):
            root: Any = brentq(lambda p: threshold(p) - limit, low, high, xtol=1e-15)  # noqa: B023
            low, high = (float(root), high) if limit == smallest else (low, float(root))
    return low, high


def _closed(density: float, mirrored: bool) -> Place:
    r = threshold(float(density))
    at_end = ROUNDING if density in onset_window() else 0.0
    return Place(1 / r if mirrored else r, float(density), ROUNDING, at_end)


def _tail(found: Network, plain: State, density: float, onset: Callable[[float], Place]) -> tuple[Place, ...]:
    """Lay out the onset from a tricritical point to where the jump beside it was lost, its depth as the error."""
    ends = [
        end
        for segment in found.segments
        if segment.stable and plain.branch in {state.branch for state in segment.points[0]}
        for end in segment.ends
        if end.reason is End.MERGED and abs(end.density - density) < FARTHEST / 10
    ]
    if not ends:
        return ()
    last = min(ends, key=lambda end: abs(end.density - density))
    count = max(2, math.ceil(abs(last.density - density) / STEP) + 1)
    places = [onset(float(p)) for p in np.linspace(density, last.density, count)]
    depth = _depth(places[-1].importance, last)
    return tuple(Place(place.importance, place.density, place.error + depth) for place in places)


def _depth(importance: float, end: Junction) -> float:
    """How far before an onset, in log r, the jump lies at the end of its line, by at most."""
    return float(abs(math.log(importance / end.importance)) + Crossing(*end.states[:2]).error[0])


def _growths(found: Network) -> list[Continuous]:
    """Lines on which an overlap grows between features that are all represented already."""
    lines = []
    for segment in found.segments:
        for k, end in enumerate(segment.ends if segment.stable else ()):
            plain, grown = sorted(end.states[:2], key=lambda state: len(state.branch.block))
            if end.reason is End.MERGED and plain.branch != grown.branch and not plain.branch.dropped:
                inward = segment.points[-1 if k == 0 else 0].density - end.density
                try:
                    lines.append(_growth(found, end, plain, grown, -math.copysign(1.0, inward)))
                except BranchLost:  # the end of a sliver, at which nothing grows
                    continue
    return [line for line in lines if line is not None]


def _growth(found: Network, end: Junction, plain: State, grown: State, sense: float) -> Continuous | None:
    """Follow the onset of the first overlap past a jump's end, by density, to where another model is better."""
    start = None
    for away in AWAY:
        start = onset_point(grown, 0, end.density + sense * away)
        if start.order == "continuous":
            break
    if start is None or start.order != "continuous":
        return None
    bracket = sorted((end.density, start.density))
    onset = tricritical_point(start.state, 0, (bracket[0], bracket[1]))
    places = [Place(onset.importance, onset.density, onset.error, onset.density_error, abs(onset.slope))]
    tail = _grown_tail(end, onset)
    while abs(onset.density - end.density) < FARTHEST:
        ahead = onset_point(onset.state, 0, onset.density + sense * STEP)
        if not found.window.holds(ahead.importance, ahead.density):
            last: tuple[str, State | None] = ("window", None)
            break
        rival = _better(plain, ahead)
        if rival is not None:
            place = _overtaken(plain, rival, onset, ahead)
            places.append(place)
            last = ("critical_end", rival.brought(place.importance, place.density))
            break
        places.append(Place(ahead.importance, ahead.density, ahead.error))
        onset = ahead
    else:
        last = ("window", None)
    ends = (("tricritical", None), last)
    return Continuous(tuple(places), plain, onset.state, onset.growth == 1, ends, (tail,))


def _grown_tail(end: Junction, tricritical: Onset) -> tuple[Place, ...]:
    at_end = onset_point(tricritical.state, 0, end.density)
    depth = _depth(at_end.importance, end)
    return (
        Place(tricritical.importance, tricritical.density, tricritical.error + depth),
        Place(at_end.importance, at_end.density, at_end.error + depth),
    )


def _better(plain: State, onset: Onset) -> State | None:
    """Return a model that is better than the one that loses stability, where it does; None if there is none."""
    at = plain.brought(onset.importance, onset.density)
    check = search(plain.branch.n_features, [onset.importance], [onset.density])
    return check.state(0) if check.beat(0, at.loss) else None


def _overtaken(plain: State, rival: State, before: Onset, after: Onset) -> Place:
    """Find the density between two at which a rival has the same loss as the model on its onset."""
    from scipy.optimize import brentq

    known: dict[float, Onset] = {before.density: before, after.density: after}

    def gap(density: float) -> float:
        if density not in known:
            nearest = min(known, key=lambda p: abs(p - density))
            known[density] = onset_point(known[nearest].state, 0, density)
        at = known[density].importance, density
        return rival.brought(*at).loss - plain.brought(*at).loss

    low, high = before.density, after.density
    root: Any = brentq(gap, low, high, xtol=1e-14)
    density = float(root)
    residual = gap(density)
    onset = known[density]
    at = onset.importance, density
    slope = (gap(high) - gap(low)) / (high - low)
    pull = rival.brought(*at).slopes.by_log_r - plain.brought(*at).slopes.by_log_r
    error = (abs(residual) + 1e-15 + abs(pull) * onset.error) / abs(slope)
    return Place(onset.importance, density, onset.error, error, abs(residual) / plain.brought(*at).loss)
