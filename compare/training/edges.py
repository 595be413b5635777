"""From which importance most trained models represent the extra feature, and how far from the optimum's edge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.problem import Problem
from ...numeric.atlas import optimum_map
from ...numeric.margin import COARSE
from ..proportions import wilson

Array = NDArray[np.float64]
HALVINGS = 20  # of a ratio of importances: the optimum's edge is then known to 1e-6 of it


class Edge(NamedTuple):
    """An importance at which half of the instances represent the extra feature.

    `low` is the last importance below it at which Wilson's interval lies under a half, `high` the first above at which
    it lies over; None where the grid ends before.
    """

    importance: float | None
    low: float | None
    high: float | None


class Shift(NamedTuple):
    """The median over densities of log10 r, trained minus optimum; `low` … `high` bounds it by the edges' intervals."""

    median: float
    low: float
    high: float
    n_densities: int

    def __str__(self) -> str:
        if not self.n_densities:
            return "no edge in the grid"
        return f"{self.median:+.2f} ({self.low:+.2f} … {self.high:+.2f})"


def edges(hits: NDArray[np.int_], total: int, importances: Array) -> list[Edge]:
    """Find each row's first crossing of a half, linear in log r between neighbors.

    Parameters
    ----------
    hits : array of int, shape (d, r)
        Instances, of `total`, that represent the extra feature.
    total : int
    importances : array, shape (r,), ascending

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, or hits are no counts.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.training.edges import edges
    >>> (edge,) = edges(np.array([[0, 4, 10, 10]]), 10, np.array([0.1, 0.2, 0.4, 0.8]))
    >>> round(edge.importance, 4), edge.low, edge.high
    (0.2245, 0.1, 0.4)
    """
    if not np.size(importances) or np.ndim(hits) != 2 or np.shape(hits)[1:] != np.shape(importances):
        shapes = f"{np.shape(hits)} for {np.shape(importances)}"
        raise ValueError(f"hits must have shape (d, r) for importances of shape (r,), got {shapes}; count cell by cell")
    found = []
    for row in np.asarray(hits):
        share, ends = row / total, wilson(row, total)
        up = np.flatnonzero((share[:-1] < 0.5) & (share[1:] >= 0.5))
        if not len(up):
            found.append(Edge(None, None, None))
            continue
        k = int(up[0])
        part = (0.5 - share[k]) / (share[k + 1] - share[k])
        middle = float(importances[k] * (importances[k + 1] / importances[k]) ** part)
        under, over = np.flatnonzero(ends[: k + 1, 1] < 0.5), np.flatnonzero(ends[k + 1 :, 0] > 0.5)
        low = float(importances[under[-1]]) if len(under) else None
        found.append(Edge(middle, low, float(importances[k + 1 + over[0]]) if len(over) else None))
    return found


def optimum_edges(template: Problem, densities: Array, importances: Array, represented: NDArray[np.bool_]) -> Array:
    """Bisect the first importance at which the optimum represents the extra feature; NaN where that is not inside."""
    found = np.full(len(densities), np.nan)
    for i, row in enumerate(represented):
        up = np.flatnonzero(~row[:-1] & row[1:])
        if not len(up):
            continue
        low, high = importances[up[0]], importances[up[0] + 1]
        for _ in range(HALVINGS):
            middle = np.sqrt(low * high)
            optimum = optimum_map(template, densities[i : i + 1], np.array([middle]))
            size = (optimum.cells.split(optimum.thetas)[0][0, :, -1] ** 2).sum()
            low, high = (low, middle) if size > COARSE else (middle, high)
        found[i] = np.sqrt(low * high)
    return found


def shift(found: tuple[Edge, ...], optimum: Array) -> Shift:
    """Compare edges with the optimum's, at the densities that have both."""
    pairs = [(edge, r) for edge, r in zip(found, optimum, strict=True) if edge.importance and not np.isnan(r)]
    if not pairs:
        return Shift(np.nan, np.nan, np.nan, 0)
    gaps = {
        name: np.median([np.log10((getattr(edge, name) or unknown) / r) for edge, r in pairs])
        for name, unknown in (("importance", np.nan), ("low", 1e-300), ("high", 1e300))
    }
    low, high = (float(v) if abs(v) < 100 else float(np.sign(v) * np.inf) for v in (gaps["low"], gaps["high"]))
    return Shift(float(gaps["importance"]), low, high, len(pairs))
