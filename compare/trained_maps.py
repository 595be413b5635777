"""Maps of trained models: all instances of all cells side by side, or row by row in a sweep."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from ..numeric.trained import Trained, train_many
from .hands import Hands, Progress
from .toy_grid import ToyGrid, toy_at

Array = NDArray[np.float64]


def trained_models(grid: ToyGrid, trained: Trained, progress: Progress | None, hands: Hands) -> tuple[Array, Array]:
    """Train the models of every cell; weights (cells, instances, m, n) and bias (cells, instances, n).

    By a sweep the portions are rows of one density, side by side as without one: the same models, up to
    single-precision rounding.
    """
    if not hands:
        models = train_many(grid.problems(), trained, progress)
        return models.weights, models.bias
    work = partial(train_row, template=grid.template, importances=tuple(grid.importances.tolist()), trained=trained)
    found = hands.over(work, {"density": grid.densities}, progress)
    weights, bias = (found[name].values for name in ("weights", "bias"))
    return weights.reshape(-1, *weights.shape[2:]), bias.reshape(-1, *bias.shape[2:])


def train_row(density: float, *, template: Problem, importances: tuple[float, ...], trained: Trained) -> dict[str, Any]:
    """Train the models of all cells at one density, side by side."""
    models = train_many([toy_at(template, density, importance) for importance in importances], trained)
    return {"weights": models.weights, "bias": models.bias}
