"""Where a traced line lies at a given density: interpolated between its points, with an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numeric.continuation import WIDEST_TURN
from .lines import Line

Array = NDArray[np.float64]
NEAR = 1e-12  # of density: an end of the line is met although rounding puts it a little aside
LEVEL = 1e-9  # span of density below which a line stands for one density only
NEIGHBORS = 3  # points on each side: a polynomial, whose distance from those through fewer points tells its error
FEWEST = 4  # points from which on it does
SAFETY = 2.0  # what that distance is multiplied by


class LinePlace(NamedTuple):
    """A point of a line between those that were traced; the error is the importance's, the jump that of ‖W_e‖."""

    importance: float
    error: float
    jump: float


def line_places(line: Line, density: float) -> tuple[LinePlace, ...]:
    """Find where a line crosses a density, as often as it does.

    Log r and p are polynomials of the chord length through the six nearest points. The error is that of the points, and
    twice the largest distance from a polynomial through fewer of them; of a line of less than four points, what it may
    bend in one step.

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
    ahead = (p[:-1] - density) * (p[1:] - density) < 0
    ahead |= p[:-1] == density
    found = [_place(line, int(k), density) for k in np.flatnonzero(ahead)]
    if p[-1] == density:
        found.append(LinePlace(float(line.importance[-1]), _own_error(line, len(line) - 1), float(line.jump[-1])))
    return tuple(found)


def _place(line: Line, k: int, density: float) -> LinePlace:
    """Interpolate between points k and k + 1."""
    if line.density[k] == density:
        return LinePlace(float(line.importance[k]), _own_error(line, k), float(line.jump[k]))
    points = np.stack([np.log(line.importance), line.density], axis=1)
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    first, last = max(k + 1 - NEIGHBORS, 0), min(k + 1 + NEIGHBORS, len(line))
    used = np.arange(first, last)
    log_r = _crossing(points, lengths, used, k, density)
    parts = [part for part in (used[1:], used[:-1], used[1:-1]) if {k, k + 1} <= {*part} and len(part) >= FEWEST - 1]
    if len(used) < FEWEST:
        spread = _bend(points[k], points[k + 1])
    else:
        spread = SAFETY * max(abs(_crossing(points, lengths, part, k, density) - log_r) for part in parts)
    r = float(np.exp(log_r))
    share = (density - line.density[k]) / (line.density[k + 1] - line.density[k])
    jump = float(line.jump[k] + share * (line.jump[k + 1] - line.jump[k]))
    return LinePlace(r, r * spread + max(_own_error(line, k), _own_error(line, k + 1)), jump)


def _crossing(points: Array, lengths: Array, used: NDArray[np.intp], k: int, density: float) -> float:
    """Log r at which the polynomial through some points, k and k + 1 among them, crosses a density."""
    from scipy.interpolate import BarycentricInterpolator
    from scipy.optimize import brentq

    curve: Callable[[float], Array] = BarycentricInterpolator(lengths[used], points[used])
    at = float(brentq(lambda s: float(curve(s)[1]) - density, lengths[k], lengths[k + 1], xtol=1e-15))
    return float(curve(at)[0])


def _bend(start: Array, end: Array) -> float:
    """Bound how far in log r a line lies from its chord: it turns by no more than one step may."""
    step = end - start
    aside = float(np.linalg.norm(step)) * WIDEST_TURN / 2
    return aside * float(np.linalg.norm(step)) / abs(float(step[1]))


def _own_error(line: Line, k: int) -> float:
    """Error of a traced point at fixed density."""
    return float(line.error[k])
