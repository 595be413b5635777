"""Whether two diagrams agree: cells are compared by loss where their labels differ, with both errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..analytic.domain import short
from ..analytic.regime import Regime
from ..analytic.solution import Kind
from ..numeric.cells import Cells
from ..numeric.margin import COARSE
from .diagram import PhaseDiagram
from .distance import BoundaryDistance, boundary_distances

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
AGREES, NOT_REACHED, DISAGREEMENT = "agrees", "not_reached", "disagreement"
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
N_WORST = 10
CELL = ("density", "importance")


class Tolerance(NamedTuple):
    """A number that a comparison leans on, and why it has that value."""

    value: float
    reason: str


class Cell(NamedTuple):
    """One cell of a comparison; `excess` is its loss above the optimum's, `margin` what another regime costs."""

    density: float
    importance: float
    status: str
    regime: str
    optimum_regime: str
    excess: float
    margin: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """What came of comparing a diagram with an optimum, cell by cell.

    Parameters
    ----------
    agrees : bool
        Whether no cell is a disagreement.
    verdict : str
        One sentence.
    cells : xarray.DataArray of str, dims (density, importance)
        "agrees": the extra feature has the same regime. "not_reached": another regime, and a loss that is higher by at
        least the margin. "disagreement": another regime at less than that, a loss below the optimum by more than
        the errors, or a loss or label that does not follow from the weights.
    confusion : xarray.DataArray of int, dims (optimum, other)
        Cells by regime, both named at the looser tolerance.
    loss_gap : xarray.DataArray, dim quantile
        Excess loss over the optimum's, relative to it.
    boundary_distance : tuple of BoundaryDistance
        In decades of importance, with errors.
    tolerances : dict of Tolerance
        Every tolerance used, with its reason.
    worst : tuple of Cell
        Disagreements first, then the largest excess losses.

    Examples
    --------
    >>> import toytoy as tt
    >>> grid = dict(density=[0.1, 0.5], importance=[0.3, 1.0, 3.0])
    >>> optimum = tt.phase_diagram(2, 1, **grid, method="optimum")
    >>> ansatz = tt.phase_diagram(2, 1, **grid, method="ansatz")
    >>> tt.agreement(ansatz, optimum).agrees
    True
    """

    agrees: bool
    verdict: str
    cells: xr.DataArray
    confusion: xr.DataArray
    loss_gap: xr.DataArray
    boundary_distance: tuple[BoundaryDistance, ...]
    tolerances: dict[str, Tolerance]
    worst: tuple[Cell, ...]

    def count(self, status: str) -> int:
        """Count the cells of one status."""
        return int((self.cells == status).sum())

    def share(self, status: str) -> float:
        """Give the share of cells of one status."""
        return self.count(status) / self.cells.size


def agreement(diagram_a: PhaseDiagram, diagram_b: PhaseDiagram) -> Agreement:
    """Compare two diagrams on the same grid; one of them must be an optimum, which carries the margin.

    Both are named again, from their weights, at the looser of their tolerances and 0.01. Losses are computed again,
    exactly, from the weights. Where labels differ, losses decide: see `Agreement`.

    Parameters
    ----------
    diagram_a, diagram_b : PhaseDiagram
        In any order. Of two optima the first is the reference.

    Returns
    -------
    Agreement

    Raises
    ------
    TypeError
        If either is not a `PhaseDiagram`.
    ValueError
        If grids or toys differ, there is no cell, or neither is an optimum with its margin.

    Examples
    --------
    >>> import toytoy as tt
    >>> optimum = tt.phase_diagram(2, 1, density=[0.2], importance=[0.1, 1.0], method="optimum")
    >>> print(tt.agreement(optimum, optimum).verdict)
    optimum agrees with the optimum: 2 of 2 cells have its regime, 0 do not reach it, 0 contradict it
    """
    optimum, other = _roles(diagram_a, diagram_b)
    tolerance = max(COARSE, optimum.tolerance, other.tolerance)
    regimes = [diagram.regime_at(tolerance) for diagram in (optimum, other)]
    excess = other.data.loss.values - optimum.data.loss.values
    errors = other.data.loss_error.values + optimum.data.loss_error.values
    margin = optimum.data.margin.values - optimum.data.margin_error.values
    same = regimes[0] == regimes[1]
    # negated, so that a NaN contradicts
    contradicts = ~(excess >= -errors) | ~(same | (excess >= margin - errors)) | np.isnan(margin)
    contradicts |= ~_sound(optimum) | ~_sound(other)
    status = np.where(contradicts, DISAGREEMENT, np.where(same, AGREES, NOT_REACHED))
    cells = xr.DataArray(status, dict(optimum.data.coords), CELL, "status")
    gap = excess / np.maximum(optimum.data.loss.values, optimum.data.loss_error.values)
    return Agreement(
        not contradicts.any(),
        _verdict(other, status),
        cells,
        _confusion(*regimes),
        xr.DataArray(np.quantile(gap, QUANTILES), {"quantile": list(QUANTILES)}, ("quantile",), "loss_gap"),
        boundary_distances(optimum.boundaries(), other.boundaries()),
        _tolerances(tolerance, errors, optimum),
        _worst(optimum, status, regimes, excess),
    )


def _roles(a: PhaseDiagram, b: PhaseDiagram) -> tuple[PhaseDiagram, PhaseDiagram]:
    """Tell the optimum from the other, after checking that they can be compared."""
    for diagram in (a, b):
        if not isinstance(diagram, PhaseDiagram):
            raise TypeError(f"agreement compares two PhaseDiagrams, got a {type(diagram).__name__}")
    if a.template != b.template:
        raise ValueError(f"diagrams must be of the same toy, got {a.template} and {b.template}")
    for name in CELL:
        if not np.array_equal(a.data[name].values, b.data[name].values):
            raise ValueError(
                f"{name} grids must be equal, got {short(a.data[name].values)} and {short(b.data[name].values)}"
            )
    shapes = [diagram.data.loss.shape for diagram in (a, b)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"diagrams must have dims {CELL}, got losses of shapes {shapes}; transpose the data")
    if not a.data.loss.size:
        raise ValueError(f"diagrams must have cells to be compared, got grids of {dict(a.data.loss.sizes)}")
    if Kind.OPTIMUM not in (a.kind, b.kind):
        raise ValueError(f"one diagram must be an optimum, whose margin decides, got kinds {a.kind} and {b.kind}")
    optimum, other = (a, b) if a.kind is Kind.OPTIMUM else (b, a)
    if "margin" not in optimum.data or "margin_error" not in optimum.data:
        raise ValueError("the optimum must carry its margin and margin_error, which decide; make it with phase_diagram")
    return optimum, other


def _sound(diagram: PhaseDiagram) -> Flags:
    """Whether each cell's loss and regime are those of its weights and biases."""
    data = diagram.data
    shape = data.loss.shape
    density, importance = np.meshgrid(diagram.densities, diagram.importances, indexing="ij")
    cells = Cells.make(diagram.template, density.ravel(), importance.ravel())
    models = np.concatenate([data.weights.values.reshape(*shape, -1), data.bias.values], axis=-1)
    _, out = cells.descend(models.reshape(len(cells), -1), max_steps=0)
    faithful = np.abs(out[:, 0].reshape(shape) - data.loss.values) <= 2 * data.loss_error.values
    named = diagram.regime_at(diagram.tolerance) == data.regime.values
    return np.asarray(faithful & named)


def _verdict(other: PhaseDiagram, status: NDArray[np.str_]) -> str:
    counts = {name: int((status == name).sum()) for name in (AGREES, NOT_REACHED, DISAGREEMENT)}
    claim = "contradicts" if counts[DISAGREEMENT] else "agrees with"
    return (
        f"{other.kind} {claim} the optimum: {counts[AGREES]} of {status.size} cells have its regime, "
        f"{counts[NOT_REACHED]} do not reach it, {counts[DISAGREEMENT]} contradict it"
    )


def _confusion(optimum: NDArray[np.object_], other: NDArray[np.object_]) -> xr.DataArray:
    names = [str(regime) for regime in Regime]
    counts = [[int(((optimum == row) & (other == column)).sum()) for column in names] for row in names]
    return xr.DataArray(counts, {"optimum": names, "other": names}, ("optimum", "other"), "cells")


def _tolerances(tolerance: float, errors: Array, optimum: PhaseDiagram) -> dict[str, Tolerance]:
    return {
        "regime": Tolerance(
            tolerance, "the loosest in use: trained weights are noisy, and labels hold from 0.05 to 0.2 in the norm"
        ),
        "loss": Tolerance(float(errors.max()), "both rounding errors of the exact losses, at their largest"),
        "margin": Tolerance(
            float(optimum.data.margin_error.max()), "loose convergence of the constrained minima, at its largest"
        ),
    }


def _worst(
    optimum: PhaseDiagram, status: NDArray[np.str_], regimes: list[NDArray[np.object_]], excess: Array
) -> tuple[Cell, ...]:
    order = np.lexsort((-excess.ravel(), (status != DISAGREEMENT).ravel()))[:N_WORST]
    margin = optimum.data.margin.values
    return tuple(
        Cell(
            float(optimum.densities[i]),
            float(optimum.importances[j]),
            str(status[i, j]),
            str(regimes[1][i, j]),
            str(regimes[0][i, j]),
            float(excess[i, j]),
            float(margin[i, j]),
        )
        for i, j in zip(*np.unravel_index(order, status.shape), strict=True)
    )
