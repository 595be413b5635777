"""One model for every cell of a grid, by each of the methods: ansatz, optimum, multistart, trained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analytic.activation import Smooth
from ..analytic.domain import nearest
from ..analytic.loss import evaluate, quadrature_error, rounding_bound
from ..analytic.solution import Kind
from ..numeric.atlas import Atlas, optimum_map
from ..numeric.margin import margins
from ..numeric.multistart import OPTIMUM_TOLERANCE, Multistart
from ..numeric.trained import TRAINED_TOLERANCE, Trained
from .hands import ALONE, Hands, Progress
from .locate import ansatz_losses, best_ansatz
from .searched_maps import searched_atlas
from .toy_grid import ToyGrid
from .trained_maps import trained_models

Array = NDArray[np.float64]
Method = str | Multistart | Trained


@dataclass(frozen=True, eq=False)
class ModelMap:
    """Models over a grid; leading axes are density, importance.

    Parameters
    ----------
    kind : Kind
    method : str
    seed : int or None
    tolerance : float
        For regimes.
    weights, bias, loss : arrays, shapes (d, r, m, n), (d, r, n), (d, r)
    margin : array, shape (d, r), or None
        For an optimum: see `numeric.margin.margins`.
    instance_weights, instance_loss : arrays, shapes (d, r, k, m, n) and (d, r, k), or None
        Of every trained instance.
    """

    kind: Kind
    method: str
    seed: int | None
    tolerance: float
    weights: Array
    bias: Array
    loss: Array
    margin: Array | None = None
    instance_weights: Array | None = None
    instance_loss: Array | None = None


def model_map(grid: ToyGrid, method: Method, progress: Progress | None = None, hands: Hands = ALONE) -> ModelMap:
    """Find a model for every cell by the method given.

    Raises
    ------
    TypeError, ValueError
        If the method is unknown, or hands are given to one whose cells are not computed one by one.
    """
    if hands and isinstance(method, str):
        raise ValueError(
            f"executor, store and n_workers are for Multistart(...) and Trained(...), got method={method!r}, which is "
            "one computation, each cell beginning at its neighbors; leave them out"
        )
    if method == "ansatz":
        return _ansatz(grid)
    if method == "optimum":
        atlas = optimum_map(grid.template, grid.densities, grid.importances, progress)
        return _from_atlas(atlas, grid.shape, "optimum", None)
    if isinstance(method, Multistart):
        atlas = searched_atlas(grid, method, progress, hands)
        return _from_atlas(atlas, grid.shape, repr(method), method.seed)
    if isinstance(method, Trained):
        return _best_trained(grid, *trained_models(grid, method, progress, hands), method)
    if isinstance(method, str):
        raise ValueError(nearest("method", method, ("ansatz", "optimum")) + "; or give Multistart(...) or Trained(...)")
    raise TypeError(f"method must be 'ansatz', 'optimum', Multistart(...) or Trained(...), got method={method!r}")


def loss_errors(grid: ToyGrid, found: ModelMap) -> Array:
    """Bound the error of every cell's loss, shape (d, r): rounding, and of a smooth activation's quadrature."""
    errors = rounding_bound(found.loss, grid.null_loss)
    if isinstance(grid.template.sigma, Smooth):
        models = found.weights.reshape(-1, *found.weights.shape[2:]), found.bias.reshape(-1, found.bias.shape[-1])
        cells = zip(grid.problems(), *models, found.loss.ravel(), strict=True)
        errors = errors + np.array([quadrature_error(*cell) for cell in cells]).reshape(grid.shape)
    return np.asarray(errors)


def _ansatz(grid: ToyGrid) -> ModelMap:
    toys = [grid.template.replace(density=float(density)) for density in grid.densities]
    found = [best_ansatz(*ansatz_losses(toy), grid.importances) for toy in toys]
    vectors, losses = (np.array(part) for part in zip(*found, strict=True))
    m, n = grid.template.n_hidden, grid.template.n_features
    weights = vectors[..., : m * n].reshape(*losses.shape, m, n)
    return ModelMap(Kind.ANSATZ, "ansatz", None, OPTIMUM_TOLERANCE, weights, vectors[..., m * n :], losses)


def _from_atlas(atlas: Atlas, shape: tuple[int, int], method: str, seed: int | None) -> ModelMap:
    weights, bias = atlas.cells.split(atlas.thetas)
    return ModelMap(
        Kind.OPTIMUM,
        method,
        seed,
        OPTIMUM_TOLERANCE,
        weights.reshape(*shape, *weights.shape[1:]),
        bias.reshape(*shape, -1),
        atlas.losses.reshape(shape),
        margins(atlas).reshape(shape),
    )


def _best_trained(grid: ToyGrid, weights: Array, bias: Array, trained: Trained) -> ModelMap:
    losses = np.array([evaluate(p, w, b).loss for p, w, b in zip(grid.problems(), weights, bias, strict=True)])
    best, cell = losses.argmin(axis=1), np.arange(len(losses))
    return ModelMap(
        Kind.TRAINED,
        repr(trained),
        trained.seed,
        TRAINED_TOLERANCE,
        weights[cell, best].reshape(*grid.shape, *weights.shape[2:]),
        bias[cell, best].reshape(*grid.shape, -1),
        losses.min(axis=1).reshape(grid.shape),
        None,
        weights.reshape(*grid.shape, *weights.shape[1:]),
        losses.reshape(*grid.shape, -1),
    )
