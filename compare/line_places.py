"""Where a traced line lies at a given density: solved for from its nearest point, or interpolated, with an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numeric.boundaries.branch import BranchLost
from ..numeric.boundaries.continuation import WIDEST_TURN
from ..numeric.boundaries.crossing import Crossing, solve
from .lines import Line

Array = NDArray[np.float64]
NEAR = 1e-12  # of density: an end of the line is met although rounding puts it a little aside
LEVEL = 1e-9  # span of density below which a line stands for one density only
POINTS = 6  # that a smooth line is interpolated from
PART = 4  # of them: a cubic, whose distance from the whole tells the error; parabolas don't, on what bends evenly
AT_DENSITY = np.array([1.0, 0.0])  # the direction in (log r, p) along which a line is solved for


class LinePlace(NamedTuple):
    """A point of a line between those that were traced; the error is the importance's, the jump that of ‖W_e‖."""

    importance: float
    error: float
    jump: float


def line_places(line: Line, density: float) -> tuple[LinePlace, ...]:
    """Find where a line crosses a density, as often as it does.

    A jump is solved for from the nearer of the two traced points beside it. Other lines are interpolated: a polynomial
    of the chord length through the six nearest points, whose error is the largest distance of the cubics through four
    of them. A jump whose models are lost in between may have a kink: the error of its chord, as that of a line of
    fewer points, is what it may bend in one step.

    Parameters
    ----------
    line : Line
    density : float

    Returns
    -------
    tuple of LinePlace
        In the order in which the line was traced; empty if it does not cross.
    """
    p = line.density
    if len(line) < 2 or np.ptp(p) < LEVEL:
        return ()
    ends = p[[0, -1]]
    density = float(ends[np.abs(ends - density).argmin()]) if np.abs(ends - density).min() < NEAR else density
    at_points = [_traced(line, int(k)) for k in np.flatnonzero(p == density)]
    between = np.flatnonzero((p[:-1] - density) * (p[1:] - density) < 0)
    return (*at_points, *(_between(line, int(k), density) for k in between))


def _traced(line: Line, k: int) -> LinePlace:
    return LinePlace(float(line.importance[k]), float(line.error[k]), float(line.jump[k]))


def _between(line: Line, k: int, density: float) -> LinePlace:
    """Find the line between its points k and k + 1."""
    points = np.stack([np.log(line.importance), line.density], axis=1)
    share = (density - points[k, 1]) / (points[k + 1, 1] - points[k, 1])
    chord = float(points[k, 0] + share * (points[k + 1, 0] - points[k, 0]))
    bend = _bend(points[k], points[k + 1])
    own = float(max(line.error[k], line.error[k + 1]))
    if line.crossings:
        try:
            found = _solved(line.crossings[k + round(share)], chord, density)
        except BranchLost:
            found = None
        if found is not None and abs(np.log(found.importance) - chord) <= bend:
            size = found.above.size - found.below.size
            return LinePlace(found.importance, float(found.error[0]) * found.importance, size)
    jump = float(line.jump[k] + share * (line.jump[k + 1] - line.jump[k]))
    if line.crossings or len(line) < POINTS:
        return LinePlace(float(np.exp(chord)), bend * float(np.exp(chord)) + own, jump)
    first = min(max(k + 1 - POINTS // 2, 0), len(line) - POINTS)
    log_r = _crossing(points, np.arange(first, first + POINTS), k, density)
    cubics = [np.arange(i, i + PART) for i in range(first, first + POINTS - PART + 1) if i <= k and k + 1 < i + PART]
    spread = max(abs(_crossing(points, part, k, density) - log_r) for part in cubics)
    return LinePlace(float(np.exp(log_r)), spread * float(np.exp(log_r)) + own, jump)


def _solved(near: Crossing, log_r: float, density: float) -> Crossing:
    return solve(near.moved(float(np.exp(log_r)), density), AT_DENSITY)


def _crossing(points: Array, used: NDArray[np.intp], k: int, density: float) -> float:
    """Log r at which the polynomial through some points, k and k + 1 among them, crosses a density."""
    from scipy.interpolate import BarycentricInterpolator
    from scipy.optimize import brentq

    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    curve: Callable[[float], Array] = BarycentricInterpolator(lengths[used], points[used])
    at: Any = brentq(lambda s: float(curve(s)[1]) - density, lengths[k], lengths[k + 1], xtol=1e-15)
    return float(curve(float(at))[0])


def _bend(start: Array, end: Array) -> float:
    """Bound how far in log r a line lies from its chord: it turns by no more than one step may."""
    step = end - start
    aside = float(np.linalg.norm(step)) * WIDEST_TURN / 2
    return aside * float(np.linalg.norm(step)) / abs(float(step[1]))
