"""Ends of traced lines at which nothing ends a line: it could not be followed, and that is said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..analytic.estimate import Estimate
from ..numeric.boundaries.continuation import Window
from .lines import Line, SpecialPoint, Status

Array = NDArray[np.float64]
# In (log r, p). Where minima become one a line stops at models that differ by 0.002, short of what it meets there.
SHORT = 2e-3
ON_BORDER = 1e-9
NOTE = "the line could not be followed past here"


def lost_ends(lines: Sequence[Line], points: Sequence[SpecialPoint], window: Window) -> tuple[SpecialPoint, ...]:
    """List the ends of lines that are neither on the window's border, nor at a special point or another line's end.

    A boundary ends nowhere else. Each is an unresolved point of kind "lost", so that no line ends without a word.

    Parameters
    ----------
    lines : sequence of Line
    points : sequence of SpecialPoint
        Of the same diagram.
    window : Window

    Returns
    -------
    tuple of SpecialPoint
    """
    known = [_place(point.importance.value, point.density.value) for point in points]
    ends = [(k, last) for k, line in enumerate(lines) if len(line) for last in (0, -1)]
    places = {(k, last): _place(lines[k].importance[last], lines[k].density[last]) for k, last in ends}
    found: list[SpecialPoint] = []
    for (k, last), at in places.items():
        others = [*known, *(place for (other, _), place in places.items() if other != k)]
        if not _on_border(at, window) and all(np.hypot(*(at - other)) > SHORT for other in others):
            found.append(_lost(lines[k], last, found))
    return tuple(found)


def _place(importance: float, density: float) -> Array:
    return np.array([np.log(importance), density])


def _on_border(at: Array, window: Window) -> bool:
    borders = np.array([np.log(window.importance), window.density])
    return bool(np.abs(borders - at[:, None]).min() < ON_BORDER)


def _lost(line: Line, last: int, before: Sequence[SpecialPoint]) -> SpecialPoint:
    """Make the point of a line's end, numbered among those of the same two phases."""
    name = f"lost: {' | '.join(line.between)}"
    number = 1 + sum(point.phases == line.between for point in before)
    p = Estimate(float(line.density[last]), float(line.density_error[last]), "rounding")
    r = Estimate(float(line.importance[last]), float(line.error[last]), "rounding")
    return SpecialPoint(f"{name} ({number})", "lost", p, r, float("nan"), line.between, Status.UNRESOLVED, NOTE)
