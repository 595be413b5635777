"""From models near local minima to the minima: the compiled optimizer on the closed form, a batch in one call."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analytic.cube import scratch
from ..analytic.problem import Problem
from ..analytic.tables import tables
from .descent import descend_batch

Array = NDArray[np.float64]
MAX_STEPS = 500  # ten times what a typical start of the toys takes
GRADIENT_TOLERANCE = 3e-13  # times the null loss: a few times the rounding error of the gradient


def polish(problem: Problem, weights: Array, bias: Array) -> tuple[Array, Array, Array]:
    """Descend from every model, shapes (k, m, n) and (k, n), to a stationary point, with the compiled optimizer.

    Returns the end points, and an array (k, 3): loss, largest gradient entry, evaluations.
    """
    k, m, n = weights.shape
    table = tables(problem)
    thetas = np.concatenate([weights.reshape(k, -1), bias], axis=1)
    out = np.empty((k, 3))
    descend_batch(
        thetas,
        np.ones(thetas.shape[1], dtype=np.bool_),
        0.0,
        m,
        np.tile(table.importance, (k, 1)),
        table.masks,
        np.tile(table.probabilities, (k, 1)),
        table.activation,
        MAX_STEPS,
        np.full(k, GRADIENT_TOLERANCE * problem.null_loss),
        out,
        *scratch(n),
    )
    return thetas[:, : m * n].reshape(k, m, n), thetas[:, m * n :].copy(), out
