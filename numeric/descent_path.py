"""Gradient descent in plain steps on the exact loss, with everything on the way kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import HISTORY_EVERY, LEARNING_RATE, STEPS
from ..analytic.linear import best_bias
from ..analytic.loss import loss_and_grad
from ..analytic.model import check_model
from ..analytic.problem import Problem

Array = NDArray[np.float64]
OVERFLOWING = 1e6  # of an entry of W: optima have entries near 1


@dataclass(frozen=True, eq=False)
class DescentPath:
    """Models along gradient descent.

    Parameters
    ----------
    problem : Problem
    lr : float
        Size of a step: after k steps the flow's time is lr × k.
    steps : array, shape (t,)
        Numbers of steps done; the first is 0.
    weights : array, shape (t, ..., n_hidden, n_features)
    bias : array, shape (t, ..., n_features)
    loss : array, shape (t, ...)
        Exact loss per input, summed over features.
    """

    problem: Problem
    lr: float
    steps: NDArray[np.int64]
    weights: Array
    bias: Array
    loss: Array

    @property
    def times(self) -> Array:
        """Times of the gradient flow that it follows, shape (t,)."""
        return np.asarray(self.lr * self.steps, dtype=np.float64)


def descent_path(
    problem: Problem,
    weights: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    lr: float,
    steps: int,
    every: int = 1,
) -> DescentPath:
    """Descend by steps W ← W − lr ∂L/∂W, b ← b − lr ∂L/∂b of the exact loss, and keep every so many models.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (..., n_hidden, n_features)
        The start; leading axes are models, each on its own.
    bias : array, shape (..., n_features), optional
        Left out, the bias does not move by its gradient but is at its best at every step, which only a linear model
        of independent features can do (:eq:`linear-best-bias`).
    lr : float
        Step size, > 0. Beyond 2 / (the largest curvature) descent oscillates or overflows.
    steps : int
        >= 1.
    every : int
        Keep the start and every so many steps, >= 1.

    Returns
    -------
    DescentPath

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, arrays don't fit the problem, or descent overflows.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.descent_path import descent_path
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> path = descent_path(problem, [[0.4, -0.2]], [0.0, 0.0], lr=0.5, steps=400, every=100)
    >>> path.steps.tolist(), path.loss.round(6).tolist()
    ([0, 100, 200, 300, 400], [0.28495, 0.076282, 0.076282, 0.076282, 0.076282])
    """
    LEARNING_RATE.check(lr)
    STEPS.check(steps)
    HISTORY_EVERY.check(every, "every")
    follow = bias is None  # the bias is at its best
    w, b = check_model(problem, weights, best_bias(problem, weights) if bias is None else bias)
    lead = np.broadcast_shapes(w.shape[:-2], b.shape[:-1])
    w, b = np.broadcast_to(w, (*lead, *w.shape[-2:])), np.broadcast_to(b, (*lead, b.shape[-1]))
    kept: list[tuple[Array, Array, Array]] = []
    for step in range(steps + 1):
        value, d_weights, d_bias = loss_and_grad(problem, w, b)
        if step % every == 0:
            kept.append((w, b, np.asarray(value)))
        w = w - lr * d_weights
        if not np.abs(w).max() < OVERFLOWING:
            raise ValueError(f"lr must be small enough to converge, got lr={lr!r} and weights that grew beyond bounds")
        b = best_bias(problem, w) if follow else b - lr * d_bias
    models, biases, losses = (np.array(each) for each in zip(*kept, strict=True))
    return DescentPath(problem, float(lr), np.arange(0, steps + 1, every), models, biases, losses)
