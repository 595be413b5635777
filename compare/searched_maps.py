"""Maps whose cells are searched one by one, each by its own multistart."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from ..numeric.atlas import Atlas
from ..numeric.cells import Cells
from ..numeric.multistart import Multistart
from .hands import Hands, Progress
from .toy_grid import ToyGrid, toy_at

Array = NDArray[np.float64]


def searched_atlas(grid: ToyGrid, solver: Multistart, progress: Progress | None, hands: Hands) -> Atlas:
    """Search every cell of a grid, by a sweep where hands are given."""
    work = partial(search_cell, template=grid.template, solver=solver)
    found = _by_sweep(grid, work, progress, hands) if hands else _in_turn(grid, work, progress)
    n_cells, n_runs = found["losses"].shape
    best = found["best"].astype(np.intp)
    pool = np.concatenate([found["weights"].reshape(n_cells, n_runs, -1), found["bias"]], axis=-1).swapaxes(0, 1)
    density, importance = np.meshgrid(grid.densities, grid.importances, indexing="ij")
    return Atlas(
        Cells.make(grid.template, density.ravel(), importance.ravel()),
        pool[best, np.arange(n_cells)],
        found["loss"],
        found["gradient_norm"],
        pool,
        found["losses"].T,
        int(found["n_evaluations"].sum()),
    )


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


def _by_sweep(grid: ToyGrid, work: Any, progress: Progress | None, hands: Hands) -> dict[str, Array]:
    if hands.executor is None:  # kernels are compiled here once, not by several workers at the same time
        Multistart(n_starts=0).minimize(grid.problem(grid.densities[0], grid.importances[0]))
    found = hands.over(work, grid.axes, progress)
    n_cells = found.sizes["density"] * found.sizes["importance"]
    return {str(name): found[name].values.reshape(n_cells, *found[name].shape[2:]) for name in found}


def _in_turn(grid: ToyGrid, work: Any, progress: Progress | None) -> dict[str, Array]:
    results: list[dict[str, Any]] = []
    cells = [(float(density), float(importance)) for density in grid.densities for importance in grid.importances]
    for cell in cells:
        results.append(work(*cell))
        if progress:
            progress(len(results), len(cells))
    return {name: np.array([result[name] for result in results]) for name in results[0]}
