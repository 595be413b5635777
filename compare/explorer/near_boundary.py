"""How far a place is from the nearest boundary, along the importance, in decades; and which boundary that is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.ansatz import CANDIDATES
from ...analytic.published import ansatz_boundary, published_phase
from ...analytic.solution import Kind
from ..diagram import PhaseDiagram
from ..figures.colors import spoken
from .places import checked_place, nearest_cell

Array = NDArray[np.float64]
ROUNDED = 0.5e-8 / math.log(10)  # decades: lines are shipped to nine digits
BESIDE = 1e-6  # relative, of r: far enough from a boundary for its phases to differ by more than rounding
CLOSED, TRACED, CELLS = "closed form", "traced line", "cells of the map"


@dataclass(frozen=True)
class NearBoundary:
    """The boundary nearest to a place at the same density.

    Parameters
    ----------
    between : (str, str)
        Phases on the sides of lower and of higher importance.
    importance : float
        r on it.
    decades : float
        log10 of r on it over r of the place: positive where it lies at higher importance.
    error : float
        Of `decades`.
    source : {"closed form", "traced line", "cells of the map"}
    order : str
        "jump" or "continuous"; empty where it is not known.
    """

    between: tuple[str, str]
    importance: float
    decades: float
    error: float
    source: str
    order: str = ""

    @property
    def known(self) -> str:
        """Say where it is from, and how well it is known."""
        return f"± {self.error:.1g} decades, {self.source}" if self.error else self.source

    def __str__(self) -> str:
        where = (
            f"{abs(self.decades):.2g} decades {'above' if self.decades > 0 else 'below'}, at r = {self.importance:.4g}"
        )
        return f"{spoken(self.between[0])} | {spoken(self.between[1])}, {where}"


def near_boundary(
    diagram: PhaseDiagram, density: float, importance: float, lines: Mapping[str, Any] | None = None
) -> NearBoundary | None:
    """Find the boundary nearest to a place along the importance, at its density.

    Of an ansatz with ReLU by its closed form. Of an optimum or a trained model along the traced lines of the optimum,
    between whose points it is interpolated; without lines from the labels of the diagram's own cells, to half a cell.

    Parameters
    ----------
    diagram : PhaseDiagram
    density, importance : float
        The place.
    lines : mapping, optional
        As `shipped_lines` returns, of this toy with ReLU.

    Returns
    -------
    NearBoundary, or None where there is none at this density

    Raises
    ------
    TypeError, ValueError
        If the place is out of range.
    """
    p, r = checked_place(density, importance)
    if diagram.kind is Kind.ANSATZ and diagram.template.activation == "relu":
        found = list(_closed(diagram.template.n_features, p))
    elif lines is not None:
        found = [hit for line in [*lines["lines"], *lines["beyond"]] for hit in _crossings(line, p)]
    else:
        found = list(_between_cells(diagram, p, r))
    placed = [_seen_from(r, *hit) for hit in found]
    return min(placed, key=lambda hit: abs(hit.decades), default=None)


Hit = tuple[tuple[str, str], float, float, str, str]  # between, r, its error in decades, source, order


def _seen_from(r: float, between: tuple[str, str], at: float, error: float, source: str, order: str) -> NearBoundary:
    return NearBoundary(between, at, float(np.log10(at / r)), error, source, order)


def _closed(n_features: int, p: float) -> Iterator[Hit]:
    for pair in combinations(CANDIDATES[n_features], 2):
        try:
            at = float(ansatz_boundary(n_features, pair, density=p))
        except ValueError:  # these two never meet
            continue
        if at > 0:
            low, high = published_phase(n_features, p, at * np.array([1 - BESIDE, 1 + BESIDE]))
            yield (str(low), str(high)), at, 0.0, CLOSED, "jump"


def _crossings(line: Mapping[str, Any], p: float) -> Iterator[Hit]:
    """Yield where a line has this density, between two of its points."""
    y, x = np.log10(np.array(line["density"])), np.log10(np.array(line["importance"]))
    want = np.log10(p)
    for k in np.flatnonzero((np.minimum(y[:-1], y[1:]) <= want) & (want <= np.maximum(y[:-1], y[1:]))):
        at, bent = _between_points(x, y, int(k), want)
        error = bent + max(_own_error(line, i) for i in (int(k), int(k) + 1)) + ROUNDED
        yield (line["between"][0], line["between"][1]), float(10**at), error, TRACED, line["order"]


def _own_error(line: Mapping[str, Any], i: int) -> float:
    """Tell how well r is known at a point of a line, in decades; a line of constant density has no such error."""
    error = line["error"][i]
    return 0.0 if error is None else float(error) / float(line["importance"][i]) / math.log(10)


def _between_points(x: Array, y: Array, k: int, want: float) -> tuple[float, float]:
    """Interpolate log r between points k and k + 1, and tell how far off a straight line may be there."""
    rise = y[k + 1] - y[k]
    if rise == 0.0:  # the line runs along the importance here
        return float((x[k] + x[k + 1]) / 2), float(abs(x[k + 1] - x[k]) / 2)
    share = (want - y[k]) / rise
    straight = float(x[k] + share * (x[k + 1] - x[k]))
    bends = [abs(_bend(x, y, i)) for i in (k, k + 1) if 0 < i < len(x) - 1]
    within = abs(x[k + 1] - x[k])  # a line that turns is known to its points only
    off = max(bends, default=within / rise**2) * abs(share * (1 - share)) * rise**2
    return straight, float(min(off, within))


def _bend(x: Array, y: Array, i: int) -> float:
    """Second divided difference of log r by log p at a point; infinite where the line turns."""
    left, right = y[i] - y[i - 1], y[i + 1] - y[i]
    if left * right <= 0.0:
        return float("inf")
    return float(((x[i + 1] - x[i]) / right - (x[i] - x[i - 1]) / left) / (left + right))


def _between_cells(diagram: PhaseDiagram, p: float, r: float) -> Iterator[Hit]:
    """Yield the middles between neighbors, in the row of the place, whose phases differ."""
    row = nearest_cell(diagram, p, r).row
    names, x = diagram.data.phase.values[row], np.log10(diagram.importances)
    for k in np.flatnonzero(names[:-1] != names[1:]):
        middle, half = (x[k] + x[k + 1]) / 2, (x[k + 1] - x[k]) / 2
        yield (str(names[k]), str(names[k + 1])), float(10**middle), float(half), CELLS, ""
