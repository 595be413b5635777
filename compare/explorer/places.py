"""Cells of a diagram as places on a page: their edges, and the one that is nearest to a density and importance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import DENSITY, IMPORTANCE
from ..diagram import PhaseDiagram

Array = NDArray[np.float64]
LONE_CELL = 1.12  # half the width, as a factor, of a cell without neighbors


class Place(NamedTuple):
    """A cell: its row and column, and its density and importance."""

    row: int
    column: int
    density: float
    importance: float


def cell_edges(centers: Array, largest: float = np.inf) -> Array:
    """Give the k + 1 edges of cells around k values: geometric midpoints, cut at `largest`.

    What figures on paper do (`figures.canvas`), without loading matplotlib.
    """
    logs = np.log(centers)
    if len(logs) > 1:
        outer = logs[0] - (logs[1] - logs[0]) / 2, logs[-1] + (logs[-1] - logs[-2]) / 2
    else:
        outer = logs[0] - np.log(LONE_CELL), logs[0] + np.log(LONE_CELL)
    edges = np.concatenate([[outer[0]], (logs[:-1] + logs[1:]) / 2, [outer[1]]])
    return np.asarray(np.minimum(np.exp(edges), largest))


def nearest_cell(diagram: PhaseDiagram, density: float, importance: float) -> Place:
    """Find the cell nearest to a place, on logarithmic axes; beyond the grid it is the outermost one.

    Raises
    ------
    TypeError, ValueError
        If the density is not in (0, 1], or the importance not a positive number.
    """
    p, r = checked_place(density, importance)
    row = int(np.abs(np.log(diagram.densities / p)).argmin())
    column = int(np.abs(np.log(diagram.importances / r)).argmin())
    return Place(row, column, float(diagram.densities[row]), float(diagram.importances[column]))


def checked_place(density: float, importance: float) -> tuple[float, float]:
    """Return a density and a positive importance as floats.

    Raises
    ------
    TypeError, ValueError
        If they are no numbers, or out of range.
    """
    p, r = float(DENSITY.check(density)), float(IMPORTANCE.check(importance))
    if not r > 0:
        raise ValueError(f"importance must be positive on a logarithmic axis, got importance={importance!r}")
    return p, r
