"""Room on Axes for words and letters: what is taken, point by point, and where a box still fits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from .canvas import root_figure

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Box = tuple[float, float, float, float]  # left, bottom, width, height
POINTS = 72.0  # in an inch


class Room:
    """Axes as a raster of cells of one point, each with what it would cost to cover it.

    The axes' place in the figure must be settled: lay it out before.

    Parameters
    ----------
    ax : matplotlib Axes
    """

    def __init__(self, ax: Axes) -> None:
        extent = ax.get_window_extent()
        scale = POINTS / root_figure(ax).dpi
        self.width, self.height = extent.width * scale, extent.height * scale
        self.taken: Array = np.zeros((max(int(self.height), 1), max(int(self.width), 1)))
        self._ax = ax

    def place(self, importance: Array, density: Array) -> Array:
        """Convert data to points from the lower left corner, shape (k, 2)."""
        xy = np.column_stack([importance, density])
        fractions = self._ax.transAxes.inverted().transform(self._ax.transData.transform(xy))
        return np.asarray(fractions * [self.width, self.height])

    def data(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Convert points from the lower left corner to data (importance, density), each of x and of y alone."""
        fractions = np.column_stack([np.resize(x, max(len(x), len(y))), np.resize(y, max(len(x), len(y)))])
        pixels = self._ax.transAxes.transform(fractions / [self.width, self.height])
        found = self._ax.transData.inverted().transform(pixels)
        return found[: len(x), 0], found[: len(y), 1]

    def cells(self) -> tuple[Array, Array]:
        """Return the importances of the raster's columns and the densities of its rows."""
        rows, columns = self.taken.shape
        return self.data(np.arange(0.5, columns), np.arange(0.5, rows))

    def take_line(self, importance: Array, density: Array, cost: float, thickness: int = 1) -> None:
        """Mark the cells that a line passes through, and their neighbors up to a thickness."""
        places = self.place(importance, density)
        for (x0, y0), (x1, y1) in pairwise(places):
            if not np.isfinite([x0, y0, x1, y1]).all():
                continue
            n = int(min(max(abs(x1 - x0), abs(y1 - y0)), 10 * max(self.taken.shape))) + 2
            for x, y in zip(np.linspace(x0, x1, n), np.linspace(y0, y1, n), strict=True):
                self.take_box((x - thickness, y - thickness, 2 * thickness, 2 * thickness), cost)

    def take_box(self, box: Box, cost: float) -> None:
        """Mark a box's cells, at least as costly as they were."""
        left, bottom, width, height = box
        rows, columns = self.taken.shape
        low, high = max(round(bottom), 0), min(round(bottom + height), rows)
        start, stop = max(round(left), 0), min(round(left + width), columns)
        if low < high and start < stop:
            part = self.taken[low:high, start:stop]
            np.maximum(part, cost, out=part)

    def cost(self, box: Box) -> float:
        """Add up what covering a box costs; infinite if it is not wholly inside."""
        left, bottom, width, height = box
        if left < 0 or bottom < 0 or left + width > self.width or bottom + height > self.height:
            return np.inf
        low, start = int(bottom), int(left)
        return float(self.taken[low : int(bottom + height) + 1, start : int(left + width) + 1].sum())

    def widest(self, allowed: Flags, width: float, height: float) -> tuple[float, float] | None:
        """Find the center of the box that fits where it is allowed and nothing is taken, farthest from all else."""
        from scipy.ndimage import distance_transform_edt

        free = np.pad(allowed & (self.taken == 0), 1)
        rows, columns = round(height), round(width)
        sums = np.pad(np.cumsum(np.cumsum(free, axis=0), axis=1), ((1, 0), (1, 0)))
        if free.shape[0] <= rows or free.shape[1] <= columns:
            return None
        full = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
        fits = full == rows * columns
        if not fits.any():
            return None
        # the middle of where the box may lie: far from places where it would not fit
        depth = np.asarray(distance_transform_edt(np.pad(fits, 1)))[1:-1, 1:-1]
        ridge = np.argwhere(depth == depth.max())
        row, column = ridge[np.abs(ridge - ridge.mean(axis=0)).sum(axis=1).argmin()]
        return float(column - 1 + columns / 2), float(row - 1 + rows / 2)
