"""One model for every cell of a grid, by each of the methods: ansatz, optimum, multistart, trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analytic.activation import Smooth
from ..analytic.domain import nearest
from ..analytic.loss import evaluate, quadrature_error, rounding_bound
from ..analytic.problem import Problem
from ..analytic.solution import Kind
from ..numeric.atlas import Atlas, optimum_map
from ..numeric.cells import Cells
from ..numeric.margin import margins
from ..numeric.multistart import OPTIMUM_TOLERANCE, Multistart
from ..numeric.trained import TRAINED_TOLERANCE, Trained
from .locate import ansatz_losses, best_ansatz
from .swept_maps import Hands, searched_cells, toy_at, trained_cells

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
Method = str | Multistart | Trained
ALONE = Hands()


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


def model_map(
    template: Problem,
    densities: Array,
    importances: Array,
    method: Method,
    progress: Progress | None,
    hands: Hands = ALONE,
) -> ModelMap:
    """Find a model for every cell by the method given."""
    if hands and isinstance(method, str):
        raise ValueError(
            f"executor, store and n_workers are for Multistart(...) and Trained(...), got method={method!r}, which is "
            "one computation, each cell beginning at its neighbors; leave them out"
        )
    if method == "ansatz":
        return _ansatz(template, densities, importances)
    if method == "optimum":
        atlas = optimum_map(template, densities, importances, progress)
        return _from_atlas(atlas, (len(densities), len(importances)), "optimum", None)
    if isinstance(method, Multistart):
        atlas = _multistart_atlas(template, densities, importances, method, progress, hands)
        return _from_atlas(atlas, (len(densities), len(importances)), repr(method), method.seed)
    if isinstance(method, Trained):
        return _trained(template, densities, importances, method, progress, hands)
    if isinstance(method, str):
        raise ValueError(nearest("method", method, ("ansatz", "optimum")) + "; or give Multistart(...) or Trained(...)")
    raise TypeError(f"method must be 'ansatz', 'optimum', Multistart(...) or Trained(...), got method={method!r}")


def loss_errors(template: Problem, densities: Array, importances: Array, found: ModelMap) -> Array:
    """Bound the error of every cell's loss, shape (d, r): rounding, and of a smooth activation's quadrature."""
    problems = _problems(template, densities, importances)
    errors = rounding_bound(found.loss, np.array([p.null_loss for p in problems]).reshape(found.loss.shape))
    if isinstance(template.sigma, Smooth):
        models = found.weights.reshape(-1, *found.weights.shape[2:]), found.bias.reshape(-1, found.bias.shape[-1])
        changes = [quadrature_error(p, *model) for p, *model in zip(problems, *models, found.loss.ravel(), strict=True)]
        errors = errors + np.array(changes).reshape(found.loss.shape)
    return np.asarray(errors)


def _ansatz(template: Problem, densities: Array, importances: Array) -> ModelMap:
    found = [
        best_ansatz(*ansatz_losses(template.replace(density=float(density))), importances) for density in densities
    ]
    vectors, losses = (np.array(part) for part in zip(*found, strict=True))
    m, n = template.n_hidden, template.n_features
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


def _problems(template: Problem, densities: Array, importances: Array) -> list[Problem]:
    return [toy_at(template, density, importance) for density in densities for importance in importances]


def _multistart_atlas(
    template: Problem, densities: Array, importances: Array, solver: Multistart, progress: Progress | None, hands: Hands
) -> Atlas:
    found = searched_cells(template, densities, importances, solver, progress, hands)
    grid = np.meshgrid(densities, importances, indexing="ij")
    n_cells, n_runs = found["losses"].shape
    best = found["best"].astype(np.intp)
    pool = np.concatenate([found["weights"].reshape(n_cells, n_runs, -1), found["bias"]], axis=-1).swapaxes(0, 1)
    return Atlas(
        Cells.make(template, grid[0].ravel(), grid[1].ravel()),
        pool[best, np.arange(n_cells)],
        found["loss"],
        found["gradient_norm"],
        pool,
        found["losses"].T,
        int(found["n_evaluations"].sum()),
    )


def _trained(
    template: Problem, densities: Array, importances: Array, trained: Trained, progress: Progress | None, hands: Hands
) -> ModelMap:
    problems = _problems(template, densities, importances)
    weights, bias = trained_cells(template, densities, importances, trained, progress, hands)
    losses = np.array([evaluate(p, w, b).loss for p, w, b in zip(problems, weights, bias, strict=True)])
    best, cell = losses.argmin(axis=1), np.arange(len(problems))
    shape = (len(densities), len(importances))
    return ModelMap(
        Kind.TRAINED,
        repr(trained),
        trained.seed,
        TRAINED_TOLERANCE,
        weights[cell, best].reshape(*shape, template.n_hidden, template.n_features),
        bias[cell, best].reshape(*shape, -1),
        losses.min(axis=1).reshape(shape),
        None,
        weights.reshape(*shape, *weights.shape[1:]),
        losses.reshape(*shape, -1),
    )
