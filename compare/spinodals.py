"""Spinodals as lines: where each of the two minima of a jump ceases to exist, or to be stable."""

from __future__ import annotations

import numpy as np

from ..analytic.stability import threshold
from ..numeric.boundaries.branch import BranchLost, State
from ..numeric.boundaries.fold import Ending, Fold, spinodal_point
from ..numeric.boundaries.network import Network
from ..numeric.boundaries.spinodal import Spinodal, trace_spinodal
from .labels import between, shape_of
from .lines import Line, Order, Status

POINTS = 200  # of a closed curve
KNOWN = 1e-4  # in (log r, p): a spinodal that a traced one passes by as closely is the same


def spinodal_lines(found: Network) -> tuple[Line, ...]:
    """Trace the ends of both branches of every jump line, each once, and where a dropped feature must appear."""
    lines = [_threshold_line(found, False), *([_threshold_line(found, True)] if found.n_features == 2 else [])]
    lines = [line for line in lines if len(line)]
    traced: list[tuple[object, Spinodal]] = []
    for segment in found.segments:
        if not segment.stable:
            continue
        middle = segment.points[len(segment.points) // 2]
        names = between(middle)
        for k, (state, towards) in enumerate(((middle.below, 1), (middle.above, -1))):
            if not state.branch.block:
                continue
            try:
                fold = spinodal_point(state, towards=towards, window=found.window)
                if fold.kind not in (Ending.FOLD, Ending.SYMMETRY) or _is_known(fold, traced):
                    continue
                curve = trace_spinodal(fold, found.window)
            except (BranchLost, ValueError):  # lost before an end is found, or a point at r = 1 instead of a curve
                continue
            traced.append((state.branch, curve))
            lines.append(_line(curve, (names[k], names[1 - k])))
    return tuple(lines)


def _threshold_line(found: Network, mirrored: bool) -> Line:
    """Lay out r_s(p), up to which dropping a feature is locally stable: the extra, or in (2,1) its mirror image."""
    densities = np.linspace(*found.window.density, POINTS)
    r = np.array([threshold(float(p)) for p in densities])
    r = 1 / r if mirrored else r
    inside = np.array([found.window.holds(*place) for place in zip(r, densities, strict=True)])
    r, densities = r[inside], densities[inside]
    nothing = np.zeros(len(r))
    dropped = 1.0 if mirrored else r
    return Line(
        ("dedicated", "antipodal") if mirrored else ("not_represented", "antipodal"),
        Order.CONTINUOUS,
        Status.METASTABLE,
        densities,
        r,
        1e-15 * r,
        nothing + 1e-15,
        nothing,
        nothing,
        dropped * (densities / 3 - densities**2 / 4),
        ("first feature dropped" if mirrored else "extra dropped", "gone"),
        nothing.astype(bool),
    )


def _is_known(fold: Fold, traced: list[tuple[object, Spinodal]]) -> bool:
    place = np.array([np.log(fold.importance), fold.density])
    for branch, curve in traced:
        if branch != fold.state.branch or len(curve.points) < 2:
            continue
        places = np.stack([np.log(curve.importance), curve.density], axis=1)
        nearest = int(np.abs(places - place).max(axis=1).argmin())
        near = places[max(nearest - 1, 0) : nearest + 2]
        steps = np.diff(near, axis=0)
        for start, step in zip(near[:-1], steps, strict=True):
            share = np.clip((place - start) @ step / max(step @ step, 1e-300), 0.0, 1.0)
            if np.abs(start + share * step - place).max() < KNOWN:
                return True
    return False


def _line(curve: Spinodal, names: tuple[str, str]) -> Line:
    states: list[State] = [fold.state for fold in curve.points]
    importance, density = curve.importance, curve.density
    error = np.array([fold.error for fold in curve.points])
    nothing = np.zeros(len(states))
    return Line(
        names,
        Order.CONTINUOUS,
        Status.METASTABLE,
        density,
        importance,
        error * importance,
        error,
        nothing,
        nothing,
        np.array([state.loss for state in states]),
        (shape_of(states[len(states) // 2]), "gone"),
        nothing.astype(bool),
    )
