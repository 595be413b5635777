"""Maps whose cells are computed by a sweep: side by side, and gone on with after an end of any kind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..analytic.problem import Problem
from ..numeric.multistart import Multistart
from ..numeric.sweep import sweep
from ..numeric.trained import Trained, train_many

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Hands:
    """Who computes a map's cells, and where they are kept; see `toytoy.numeric.sweep.sweep`."""

    executor: Any = None
    store: str | os.PathLike[str] | None = None
    n_workers: int | None = None

    def __bool__(self) -> bool:
        return any(given is not None for given in (self.executor, self.store, self.n_workers))

    def over(self, function: Callable[..., Any], grid: dict[str, Array], progress: Progress | None) -> xr.Dataset:
        """Sweep over a grid; cells of a store that failed are tried again.

        Raises
        ------
        RuntimeError
            If a cell fails: a map has no gaps.
        """
        found = sweep(
            function, grid, self.executor, self.store, n_workers=self.n_workers, retry_failed=True, progress=progress
        )
        for place in np.argwhere((found.error != "").values)[:1]:
            cell = found[dict(zip(grid, place.tolist(), strict=True))]
            where = ", ".join(f"{name}={float(cell[name]):g}" for name in grid)
            raise RuntimeError(f"a map needs every cell, and that at {where} failed: {cell.error.item()}")
        return found


def search_cell(density: float, importance: float, *, template: Problem, solver: Multistart) -> dict[str, Any]:
    """Search for the optimum of one cell; return every run, and which is the best."""
    found = solver.minimize(toy_at(template, density, importance))
    return {
        "weights": found.runs.weights,
        "bias": found.runs.bias,
        "losses": found.runs.losses,
        "best": found.runs.best,
        "loss": float(found.loss),
        "gradient_norm": found.gradient_norm,
        "n_evaluations": found.n_evaluations,
    }


def toy_at(template: Problem, density: float, importance: float) -> Problem:
    """Return the toy of one cell."""
    return Problem.toy(
        template.n_features, density=float(density), importance=float(importance), activation=template.activation
    )


def searched_cells(
    template: Problem, densities: Array, importances: Array, solver: Multistart, progress: Progress | None, hands: Hands
) -> dict[str, Array]:
    """Search every cell of a grid; returns what `search_cell` does, with a leading axis of cells."""
    work = partial(search_cell, template=template, solver=solver)
    if hands:
        if hands.executor is None:  # kernels are compiled here once, not by several workers at the same time
            Multistart(n_starts=0).minimize(toy_at(template, densities[0], importances[0]))
        found = hands.over(work, {"density": densities, "importance": importances}, progress)
        n_cells = len(densities) * len(importances)
        return {str(name): found[name].values.reshape(n_cells, *found[name].shape[2:]) for name in found}
    cells = [(float(density), float(importance)) for density in densities for importance in importances]
    results = []
    for done, cell in enumerate(cells):
        results.append(work(*cell))
        if progress:
            progress(done + 1, len(cells))
    return {name: np.array([result[name] for result in results]) for name in results[0]}


def train_row(density: float, *, template: Problem, importances: tuple[float, ...], trained: Trained) -> dict[str, Any]:
    """Train the models of all cells at one density, side by side."""
    models = train_many([toy_at(template, density, importance) for importance in importances], trained)
    return {"weights": models.weights, "bias": models.bias}


def trained_cells(
    template: Problem, densities: Array, importances: Array, trained: Trained, progress: Progress | None, hands: Hands
) -> tuple[Array, Array]:
    """Train the models of every cell; weights (cells, instances, m, n) and bias (cells, instances, n).

    By a sweep the portions are rows of one density, side by side as without one: the same models, up to
    single-precision rounding.
    """
    if hands:
        work = partial(train_row, template=template, importances=tuple(importances.tolist()), trained=trained)
        found = hands.over(work, {"density": densities}, progress)
        weights, bias = (found[name].values for name in ("weights", "bias"))
        return weights.reshape(-1, *weights.shape[2:]), bias.reshape(-1, *bias.shape[2:])
    problems = [toy_at(template, density, importance) for density in densities for importance in importances]
    models = train_many(problems, trained, progress)
    return models.weights, models.bias
