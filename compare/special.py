"""The special points of a diagram: where lines begin, end, meet and turn, each from the equations that define it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analytic.estimate import Estimate
from ..analytic.stability import kappa
from ..numeric.boundaries.branch import BranchLost, State
from ..numeric.boundaries.continuation import MERGED, End
from ..numeric.boundaries.continuous import Continuous, Place
from ..numeric.boundaries.crossing import Crossing, solve
from ..numeric.boundaries.cusp import critical_point
from ..numeric.boundaries.network import Network
from ..numeric.boundaries.segments import Junction, Segment
from .labels import between, phase_of
from .lines import SpecialPoint, Status
from .sharpened import sharpened
from .tracing import turning

Array = NDArray[np.float64]
SMALL_JUMP = 1e-2  # of Gram entries: below it a triple point is where slivers meet, and is said to be
BLURRED = 1e-11  # of (log r, p): where doubles lose digits
TURNED = 1e-13  # of (log r, p): where a line turns back
PLAIN = ("not_represented", "dedicated")
SLIVER = "a sliver: two of the three models differ by less than 0.01"


def special_points_of(found: Network, continuous: Sequence[Continuous]) -> tuple[SpecialPoint, ...]:
    """List the special points of traced lines, by density."""
    points = [*_triples(found), *_criticals(found), *_continuous_ends(continuous), *_extremes(found), *_borders(found)]
    points.sort(key=lambda point: (point.density.value, point.importance.value))
    return tuple(_numbered(points))


def _point(
    kind: str, phases: Iterable[str], place: tuple[Estimate, Estimate], residual: float, note: str
) -> SpecialPoint:
    named = tuple(dict.fromkeys(phases))
    status = Status.CONVERGED if np.isfinite(residual) else Status.UNRESOLVED
    return SpecialPoint(f"{kind}: {' | '.join(named)}", kind, *place, float(residual), named, status, note)


def _numbered(points: list[SpecialPoint]) -> list[SpecialPoint]:
    """Give points of one name a number each, so that names are unique."""
    names = [point.name for point in points]
    return [
        replace(point, name=f"{point.name} ({names[: k + 1].count(point.name)})")
        if names.count(point.name) > 1
        else point
        for k, point in enumerate(points)
    ]


def _triples(found: Network) -> list[SpecialPoint]:
    points = []
    for junction in found.junctions():
        if junction.reason is None:
            first, *others = junction.states
            pairs = [Crossing(first, other) for other in others]
            distances = [pair.distance for pair in (*pairs, Crossing(others[0], others[1]))]
            if min(distances) < MERGED:
                continue  # where three models become one: the tricritical point beside it is listed
            slopes = np.array([pair.gradient for pair in pairs])
            log_r, p = np.abs(np.linalg.inv(slopes)) @ np.array([pair.rounding for pair in pairs])
            residual = max(abs(pair.gap) for pair in pairs) / first.loss
            note = SLIVER if min(distances) < SMALL_JUMP else ""
            place = _estimates(junction, log_r, p)
            if max(log_r, p) > BLURRED:
                place = sharpened(junction.states) or place
            points.append(_point("triple", _names(junction), place, residual, note))
    return points


def _names(junction: Junction) -> list[str]:
    """Name the phases that meet: two of the same phase by what tells them apart."""
    states = sorted(junction.states, key=lambda state: -state.slopes.by_log_r)
    phases = [str(phase_of(state)) for state in states]
    names = []
    for state, phase in zip(states, phases, strict=True):
        twin = next(
            (other for other, name in zip(states, phases, strict=True) if name == phase and other is not state), None
        )
        names.append(phase if twin is None else between(Crossing(state, twin))[0])
    if len(set(names)) < len(names):  # three of one phase
        names = [f"{phase}_{word}" for phase, word in zip(phases, ("small", "equal", "large"), strict=True)]
    return names


def _estimates(at: Junction | State | Crossing, log_r: float, p: float) -> tuple[Estimate, Estimate]:
    r = at.importance
    return Estimate(at.density, float(p), "rounding"), Estimate(r, float(log_r * r), "rounding")


def _criticals(found: Network) -> list[SpecialPoint]:
    points = []
    for segment in _stable(found):
        for k, end in enumerate(segment.ends):
            crossing = segment.points[-k]
            if end.reason is not End.MERGED or crossing.below.branch != crossing.above.branch:
                continue
            try:
                at = critical_point(crossing.below, crossing.above)
            except BranchLost as lost:
                points.append(
                    _point("critical", between(crossing), _estimates(crossing, MERGED, MERGED), np.nan, str(lost))
                )
                continue
            place = (
                Estimate(at.density, at.error_density, "rounding"),
                Estimate(at.importance, at.importance * at.error_importance, "rounding"),
            )
            points.append(_point("critical", between(crossing), place, at.residual, ""))
    return points


def _continuous_ends(lines: Sequence[Continuous]) -> list[SpecialPoint]:
    points = []
    for line in lines:
        sides = (line.plain, line.grown) if line.rising else (line.grown, line.plain)
        names = [str(phase_of(state)) for state in sides]
        for place, (kind, rival) in ((line.places[0], line.ends[0]), (line.places[-1], line.ends[1])):
            if kind == "window":
                continue
            closed = names[0 if line.rising else 1] in PLAIN
            residual = abs(kappa(place.density)) if closed else place.residual
            phases = names if rival is None else _with_rival(names, str(phase_of(rival)))
            points.append(_point(kind, phases, _place_estimates(place), residual, ""))
    return points


def _with_rival(names: list[str], rival: str) -> list[str]:
    """Add the phase that takes over; of two models in one phase the one with the larger extra is the one that grows."""
    if rival not in names:
        return [*names, rival]
    return [f"{rival}_small", *(f"{name}_large" if name == rival else name for name in names)]


def _place_estimates(place: Place) -> tuple[Estimate, Estimate]:
    r = place.importance
    return Estimate(place.density, place.density_error, "rounding"), Estimate(r, place.error * r, "rounding")


def _extremes(found: Network) -> list[SpecialPoint]:
    points = []
    for segment in _stable(found):
        for axis, what in ((0, "importance"), (1, "density")):
            for pair in turning(segment.points, axis):
                at = _turned(pair, axis)
                if at is not None:
                    log_r, p = _turn_errors(at, axis)
                    note = f"the line turns back in {what}"
                    points.append(
                        _point("extreme", between(at), _estimates(at, log_r, p), abs(at.gap) / at.below.loss, note)
                    )
    return points


def _turned(pair: tuple[Crossing, Crossing], axis: int) -> Crossing | None:
    """Find where a line turns back: the gap's slope along the other axis vanishes, by a bracketed root."""
    from scipy.optimize import brentq

    low, high = pair
    across = 1 - axis
    along = np.array([1.0, 0.0]) if across else np.array([0.0, 1.0])
    start, end = (np.array([np.log(c.importance), c.density])[across] for c in pair)

    def at(value: float) -> Crossing:
        nearest = low if abs(value - start) < abs(value - end) else high
        place = (nearest.importance, value) if across else (float(np.exp(value)), nearest.density)
        return solve(nearest.moved(*place), along)

    try:
        root: Any = brentq(lambda value: float(at(value).gradient[across]), start, end, xtol=TURNED)
        return at(float(root))
    except (BranchLost, ValueError):
        return None


def _turn_errors(at: Crossing, axis: int) -> tuple[float, float]:
    """Errors of (log r, p): the extreme one's is the line's, the other's is its root, the line being flat there."""
    line = at.rounding / abs(at.gradient[axis])
    errors = [float(line), float(line)]
    errors[1 - axis] = float(np.sqrt(line * 1e-8) + TURNED)
    return errors[0], errors[1]


def _borders(found: Network) -> list[SpecialPoint]:
    points = []
    for segment in _stable(found):
        for k, end in enumerate(segment.ends):
            if end.reason is End.WINDOW:
                crossing = segment.points[-k]
                log_r, p = crossing.error
                if crossing.density in found.window.density:  # the other one is given
                    p = 0.0
                else:
                    log_r = 0.0
                residual = abs(crossing.gap) / crossing.below.loss
                points.append(_point("border", between(crossing), _estimates(crossing, log_r, p), residual, ""))
    return points


def _stable(found: Network) -> list[Segment]:
    return [segment for segment in found.segments if segment.stable]
