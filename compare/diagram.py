"""Phase diagrams: what becomes of the extra feature over density and importance, as a labelled data set."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from .._version import __version__
from ..analytic.activation import Activation
from ..analytic.gram import capacity
from ..analytic.problem import Problem
from ..analytic.regime import phase, regimes
from ..analytic.solution import Kind
from ..numeric.margin import MARGIN_ERROR
from .curves import BoundaryCurve, trace_boundaries
from .hands import Hands, Progress
from .maps import Method, ModelMap, loss_errors, model_map
from .store import decode_problem, encode_problem, read_dataset, write_dataset
from .toy_grid import ToyGrid, toy_at

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """A model for every cell of a grid of densities and importances, and what it does with the extra feature.

    Parameters
    ----------
    data : xarray.Dataset
        Dims (density, importance); variables loss, loss_error, regime (of the extra feature), phase, weights
        (…, hidden, feature), bias (…, feature), capacity (…, feature); for an optimum margin and margin_error; for
        trained models instance_loss and instance_regime (…, instance). Attributes kind, method, seed, tolerance,
        version, problem.

    Examples
    --------
    >>> import toytoy as tt
    >>> diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.01, 0.5], method="optimum")
    >>> diagram.data.regime.values.tolist()
    [['not_represented', 'superposed'], ['not_represented', 'not_represented']]
    """

    data: xr.Dataset
    _traced: dict[str, tuple[BoundaryCurve, ...]] = field(default_factory=dict, init=False, repr=False)

    @property
    def kind(self) -> Kind:
        """Which of the three answers it holds: ansatz, optimum or trained."""
        return Kind(self.data.attrs["kind"])

    @property
    def tolerance(self) -> float:
        """The tolerance on squared norms and overlaps at which its regimes and phases are named."""
        return float(self.data.attrs["tolerance"])

    @property
    def template(self) -> Problem:
        """The toy whose density and importance vary."""
        return decode_problem(self.data.attrs["problem"])

    @property
    def densities(self) -> Array:
        """Densities, ascending."""
        return np.asarray(self.data.density.values, dtype=float)

    @property
    def importances(self) -> Array:
        """Importances of the extra feature, ascending."""
        return np.asarray(self.data.importance.values, dtype=float)

    def problem(self, density: float, importance: float) -> Problem:
        """Return the toy of one cell."""
        return toy_at(self.template, density, importance)

    def regime_at(self, tolerance: float) -> NDArray[np.object_]:
        """Name the extra feature's regime again, from the weights, at another tolerance; shape (d, r)."""
        return np.asarray(regimes(self.data.weights.values, tolerance)[..., -1], dtype=object)

    def boundaries(self, of: str = "regime") -> tuple[BoundaryCurve, ...]:
        """Trace the curves on which the extra feature's regime (or phase) changes, along importance.

        For an ansatz or an optimum each crossing between neighboring cells is bisected, to a relative bracket of
        1e-9 in r; for trained models it is known to half a cell. See `BoundaryCurve` for what the error holds.
        Traced once, then remembered: change a copy of the data, not the data.

        Parameters
        ----------
        of : {"regime", "phase"}

        Raises
        ------
        ValueError
            If `of` is neither.
        """
        if of not in self._traced:
            self._traced[of] = trace_boundaries(self.template, self.data, of)
        return self._traced[of]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write to netCDF: beside the file first, then in one move, so that a failure leaves the old one.

        Raises
        ------
        OSError
            If the place can't be written.
        """
        return write_dataset(self.data, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PhaseDiagram:
        """Read what `save` wrote.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is not a phase diagram of this library.
        """
        return cls(read_dataset(path))

    def _repr_html_(self) -> str | None:
        """Show it in a notebook."""
        from .notebook import diagram_html

        return diagram_html(self)


def phase_diagram(
    n_features: int,
    n_hidden: int,
    *,
    density: ArrayLike,
    importance: ArrayLike,
    method: Method = "optimum",
    activation: str | Activation = "relu",
    progress: Progress | None = None,
    executor: Any = None,
    store: str | os.PathLike[str] | None = None,
    n_workers: int | None = None,
) -> PhaseDiagram:
    """Compute a phase diagram of the toy of the toy: 2 features in 1 dimension, or 3 in 2.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    density : array, shape (d,), in (0, 1], ascending
        One density for all features.
    importance : array, shape (r,), > 0, ascending
        Of the extra, last, feature; the others have 1.
    method : "ansatz" | "optimum" | Multistart(...) | Trained(...)
        The published frozen candidates; the global optimum, searched from every known phase and every neighbor; one
        independent multistart a cell; models trained by gradient descent.
    activation : "relu" | "linear" | "abs" | LeakyReLU | ClippedReLU | "gelu" | "softplus"
    progress : callable (done, total), optional
    executor, store, n_workers : optional
        For ``Multistart`` and ``Trained``: compute cells (or rows of trained models) side by side, and keep them in a
        folder, so that the same call goes on from there, whatever stopped it; as `toytoy.numeric.sweep.sweep` takes
        them. With any of them, by default processes on all cores. The same diagram, up to single-precision rounding
        of trained models.

    Returns
    -------
    PhaseDiagram

    Raises
    ------
    TypeError, ValueError
        If the size is neither toy, a grid is out of range or does not ascend, the method is unknown, or is none whose
        cells are computed one by one where an executor, a store or a number of workers is given.
    RuntimeError
        If a cell of a sweep failed.
    ImportError
        If `Trained` is asked for and torch is not installed.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition as a phase change".

    Examples
    --------
    >>> import toytoy as tt
    >>> diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.5, 2.0], method="ansatz")
    >>> diagram.data.phase.values.tolist()
    [['antipodal', 'antipodal'], ['not_represented', 'dedicated']]
    """
    grid = ToyGrid.checked(n_features, n_hidden, density, importance, activation)
    return PhaseDiagram(_dataset(grid, model_map(grid, method, progress, Hands(executor, store, n_workers))))


def _dataset(grid: ToyGrid, found: ModelMap) -> xr.Dataset:
    cell = ("density", "importance")
    variables: dict[str, Any] = {
        "loss": (cell, found.loss, {"long_name": "exact loss per input, summed over features"}),
        "loss_error": (cell, loss_errors(grid, found), {"long_name": "bound on the loss's error"}),
        "regime": (cell, _names(regimes(found.weights, found.tolerance)[..., -1])),
        "phase": (cell, _names(phase(found.weights, found.tolerance))),
        "weights": ((*cell, "hidden", "feature"), found.weights),
        "bias": ((*cell, "feature"), found.bias),
        "capacity": ((*cell, "feature"), capacity(found.weights)),
    }
    if found.margin is not None:
        about = "loss of the best model whose extra feature has another regime at tolerance 0.01, minus the optimum's"
        variables["margin"] = (cell, found.margin, {"long_name": about})
        variables["margin_error"] = (cell, MARGIN_ERROR * grid.null_loss)
    if found.instance_weights is not None:
        instance = (*cell, "instance")
        variables["instance_loss"] = (instance, found.instance_loss)
        variables["instance_regime"] = (instance, _names(regimes(found.instance_weights, found.tolerance)[..., -1]))
    attributes = {
        "kind": str(found.kind),
        "method": found.method,
        "seed": "none" if found.seed is None else found.seed,
        "tolerance": found.tolerance,
        "version": __version__,
        "problem": encode_problem(grid.template),
    }
    return xr.Dataset(variables, grid.axes, attributes)


def _names(labels: NDArray[np.object_]) -> NDArray[np.str_]:
    return np.array([str(label) for label in labels.ravel()]).reshape(labels.shape)
