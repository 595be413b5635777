"""How far one diagram lies above the optimum, cell by cell, on the places that both have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...analytic.regime import regimes
from ...analytic.solution import Kind
from ...numeric.margin import COARSE
from ..diagram import PhaseDiagram

Array = NDArray[np.float64]
SAME_PLACE = 1e-9  # relative: the same value of two grids, up to how it was computed


@dataclass(frozen=True, eq=False)
class Difference:
    """A diagram minus an optimum, on the places that both have.

    Parameters
    ----------
    density, importance : arrays, shapes (d,) and (r,)
    gap, error : arrays, shape (d, r)
        Loss above the optimum's, per input, summed over features, and the bound on its rounding.
    optimum : array, shape (d, r)
        The optimum's loss.
    regime, optimum_regime : arrays of str, shape (d, r)
        Of the extra feature, both named from the weights at the tolerance 0.01.
    margin : array, shape (d, r)
        What the best model with another regime than the optimum's costs; NaN where it is not known.
    """

    density: Array
    importance: Array
    gap: Array
    error: Array
    optimum: Array
    regime: NDArray[np.object_]
    optimum_regime: NDArray[np.object_]
    margin: Array

    @property
    def relative(self) -> Array:
        """Gap over the optimum's loss; infinite where only that vanishes, 0 where the gap is within its error."""
        beyond = np.where(self.gap > self.error, self.gap, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(beyond > 0, beyond / self.optimum, 0.0))

    @property
    def differs(self) -> NDArray[np.bool_]:
        """Where the two give the extra feature another regime."""
        return np.asarray(self.regime != self.optimum_regime)

    @property
    def below(self) -> NDArray[np.bool_]:
        """Where the loss lies below the optimum's by more than the errors: the optimum is none."""
        return np.asarray(self.gap < -self.error)


def difference(diagram: PhaseDiagram, optimum: PhaseDiagram) -> Difference:
    """Subtract an optimum from another diagram where their grids meet.

    Raises
    ------
    ValueError
        If they are of different toys, the second is no optimum, or most of the first's densities or importances are
        not in the other's grid.
    """
    if diagram.template != optimum.template:
        raise ValueError(f"diagrams must be of the same toy, got {diagram.template} and {optimum.template}")
    if optimum.kind is not Kind.OPTIMUM:
        raise ValueError(f"the second diagram must be an optimum, got one of kind {optimum.kind}")
    rows, own_rows = _shared(diagram.densities, optimum.densities)
    columns, own_columns = _shared(diagram.importances, optimum.importances)
    if 2 * len(rows) < len(diagram.densities) or 2 * len(columns) < len(diagram.importances):
        raise ValueError(
            "diagrams must share at least every other density and importance to be compared, got "
            f"{len(rows)} of {len(diagram.densities)} densities and {len(columns)} of {len(diagram.importances)} "
            "importances in common; compute both on one grid"
        )
    mine, its = np.ix_(rows, columns), np.ix_(own_rows, own_columns)
    a, b = diagram.data, optimum.data
    return Difference(
        diagram.densities[rows],
        diagram.importances[columns],
        a.loss.values[mine] - b.loss.values[its],
        a.loss_error.values[mine] + b.loss_error.values[its],
        b.loss.values[its],
        _named(a.weights.values[mine]),
        _named(b.weights.values[its]),
        b.margin.values[its],
    )


def _named(weights: Array) -> NDArray[np.object_]:
    return np.asarray(regimes(weights, COARSE)[..., -1], dtype=object)


def _shared(first: Array, second: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Index the values that two ascending grids share."""
    near = np.abs(np.log(second)[None, :] - np.log(first)[:, None]) < SAME_PLACE
    rows, columns = np.nonzero(near)
    return rows, columns
