"""Whether two diagrams agree: cells are compared by loss where their labels differ, with both errors."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from .cell_shares import cell_shares
from .confusion import Kappa, confusion, kappa, row_shares
from .diagram import PhaseDiagram
from .distance import BoundaryDistance, boundary_distances, distance_table
from .gaps import QUANTILES as QUANTILES
from .gaps import gap_quantiles
from .ruling import CELL as CELL
from .ruling import compared, looser_tolerance, roles
from .statuses import DISAGREEMENT, STATUSES
from .verdicts import Cell as Cell
from .verdicts import Tolerance as Tolerance
from .verdicts import tolerances_of, verdict_of, worst_of

Array = NDArray[np.float64]


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
    data : xarray.Dataset
        What all of this was made of, cell by cell: both regimes and losses, excess, margin, and their errors.

    Examples
    --------
    >>> import toytoy as tt
    >>> grid = dict(density=[0.1, 0.5], importance=[0.3, 1.0, 3.0])
    >>> optimum = tt.phase_diagram(2, 1, **grid, method="optimum")
    >>> ansatz = tt.phase_diagram(2, 1, **grid, method="ansatz")
    >>> found = tt.agreement(ansatz, optimum)
    >>> found.agrees
    True
    >>> shares = found.shares.sel(status="agrees")
    >>> [round(float(shares[name]), 2) for name in ("share", "low", "high")]
    [1.0, 0.61, 1.0]
    """

    agrees: bool
    verdict: str
    cells: xr.DataArray
    confusion: xr.DataArray
    loss_gap: xr.DataArray
    boundary_distance: tuple[BoundaryDistance, ...]
    tolerances: dict[str, Tolerance]
    worst: tuple[Cell, ...]
    data: xr.Dataset

    @classmethod
    def of(cls, data: xr.Dataset, boundary_distance: tuple[BoundaryDistance, ...]) -> Agreement:
        """Make it from a comparison cell by cell, see `toytoy.compare.ruling`; all else follows."""
        gap = data.excess.values / np.maximum(data.optimum_loss.values, data.optimum_error.values)
        with np.errstate(invalid="ignore"):  # of infinite losses, which contradict: their quantiles are NaN
            quantiles = np.quantile(gap, QUANTILES)
        return cls(
            not (data.status == DISAGREEMENT).any(),
            verdict_of(data),
            data.status,
            confusion(data.optimum_regime.values, data.regime.values),
            xr.DataArray(quantiles, {"quantile": list(QUANTILES)}, ("quantile",), "loss_gap"),
            boundary_distance,
            tolerances_of(data),
            worst_of(data),
            data,
        )

    def count(self, status: str) -> int:
        """Count the cells of one status."""
        return int((self.cells == status).sum())

    def share(self, status: str) -> float:
        """Give the share of cells of one status."""
        return self.count(status) / self.cells.size

    def _repr_html_(self) -> str | None:
        from .agreement_card import agreement_html

        return agreement_html(self)

    @cached_property
    def shares(self) -> xr.Dataset:
        """Share of cells of each status, with the intervals of `toytoy.compare.cell_shares`; dim status."""
        return cell_shares(self.cells, STATUSES)

    @cached_property
    def confusion_shares(self) -> xr.Dataset:
        """Of the cells of each regime of the optimum, what share has which in the other map; dims (optimum, other).

        Variables cells, share, and Wilson's 95 % interval low, high: see `toytoy.compare.confusion`.
        """
        return row_shares(self.confusion)

    @cached_property
    def kappa(self) -> Kappa:
        """Cohen's kappa of the regimes, (value, low, high): 1 is full agreement, 0 what their frequencies give."""
        return kappa(self.confusion)

    @cached_property
    def loss_gaps(self) -> xr.Dataset:
        """Quantiles of excess / the optimum's loss; dims (of, quantile): of "all" cells and of each status.

        Variables value, low, high (within both losses' errors), sampled_low, sampled_high (cells taken for a sample),
        cells, unscaled: see `toytoy.compare.gaps`.
        """
        return self._gaps("optimum_loss", "optimum_error")

    @cached_property
    def margin_gaps(self) -> xr.Dataset:
        """Quantiles of excess / margin, laid out as `loss_gaps`: the loss given away, in units of what a regime costs.

        1 is the loss of the best model with another regime. Cells whose margin is within its error of zero, at which
        two regimes are equally good, are counted in `unscaled` and left out.
        """
        return self._gaps("margin", "margin_error")

    @cached_property
    def boundaries(self) -> xr.Dataset:
        """`boundary_distance` as one table, with all intervals; dim boundary: see `toytoy.compare.distance`."""
        return distance_table(self.boundary_distance)

    @cached_property
    def statistics(self) -> xr.Dataset:
        """Every statistic above in one labelled data set, their names in front: it saves, and so does `save`."""
        from .agreement_files import gathered

        return gathered(self)

    def _gaps(self, scale: str, scale_error: str) -> xr.Dataset:
        # what can't be is a disagreement already; here it is no number
        data = self.data[["excess_error", scale, scale_error]]
        error, size, size_error = (values.where(values >= 0).values for values in data.data_vars.values())
        status = self.data.status.values
        return gap_quantiles(self.data.excess.values, error, size, size_error, status, STATUSES)

    def __str__(self) -> str:
        """Say the verdict and every statistic, in some ten lines."""
        from .agreement_text import described

        return described(self)

    def to_dict(self) -> dict[str, Any]:
        """Give the verdict and every statistic as plain data; what is not finite stays so."""
        from .agreement_text import plain

        return plain(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write everything to netCDF: whole, or not at all.

        Raises
        ------
        OSError
            If the place can't be written.
        """
        from .agreement_files import write_agreement

        return write_agreement(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Agreement:
        """Read what `save` wrote; every status and statistic is computed again from the cells, and must be the same.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is not an agreement, or what it says does not follow from its cells.
        """
        from .agreement_files import read_agreement

        return read_agreement(path, cls.of)


def agreement(diagram_a: PhaseDiagram, diagram_b: PhaseDiagram) -> Agreement:
    """Compare two diagrams on the same grid; one of them must be an optimum, which carries the margin.

    Both are named again, from their weights, at the looser of their tolerances and 0.01. Losses are computed again,
    exactly, from the weights. Where labels differ, losses decide: see `Agreement`.

    Parameters
    ----------
    diagram_a, diagram_b : PhaseDiagram
        In any order. Of two optima the first that carries its margin is the reference.

    Returns
    -------
    Agreement

    Raises
    ------
    TypeError
        If either is not a `PhaseDiagram`.
    ValueError
        If grids or toys differ, dims are in another order, there is no cell, or neither is an optimum with its margin.

    Examples
    --------
    >>> import toytoy as tt
    >>> optimum = tt.phase_diagram(2, 1, density=[0.2], importance=[0.1, 1.0], method="optimum")
    >>> print(tt.agreement(optimum, optimum).verdict)
    optimum agrees with the optimum: 2 of 2 cells have its regime, 0 do not reach it, 0 contradict it
    """
    optimum, other = roles(diagram_a, diagram_b)
    data = compared(optimum, other, looser_tolerance(optimum, other))
    return Agreement.of(data, boundary_distances(optimum.boundaries(), other.boundaries()))
