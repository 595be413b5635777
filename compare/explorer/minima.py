"""The local minima of the landscape of (2,1): found on its surface, then solved to rounding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.ansatz import frozen_model
from ...analytic.loss import evaluate, rounding_bound
from ...analytic.problem import Problem
from ...analytic.regime import Phase
from ...analytic.stability import threshold
from ...numeric.polish import polish
from ...numeric.starts import structured_starts
from .best_bias import best_biases

Array = NDArray[np.float64]
NUDGES = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) / 8  # of a step of the grid: off the axes, where saddles are
NEAR = 2.5  # steps of the grid that a minimum may lie from its lowest point there
DROPPED = 1e-9  # weights that descent leaves of a feature that is dropped
SAME = 1e-4  # of weights: minima that differ by less are one


class Minimum(NamedTuple):
    """A local minimum of the loss over W and b; its mirror image, -W, is another."""

    weights: Array
    bias: Array
    loss: float


def local_minima(problem: Problem, grid: Array, losses: Array) -> list[Minimum]:
    """Find the local minima of a (2,1) toy with ReLU, once for both signs of the weights; the deepest comes first.

    Parameters
    ----------
    problem : Problem
    grid : array, shape (k,)
        Weights, ascending and evenly spaced.
    losses : array, shape (k, k)
        Least loss over the biases, first axis w_0, second w_1.

    Returns
    -------
    list of Minimum
        From every point of the grid that is no higher than its neighbors down to where the gradient vanishes, and the
        best of all structured starts, which need not show on the grid; the models that drop a feature where they are
        stable. Found by search, not proved to be all.
    """
    step = float(grid[1] - grid[0])
    starts = [np.array([grid[i], grid[j]]) for i, j in _lowest(losses) if grid[i] >= 0.0]
    found = [_descended(problem, start, step) for start in starts]
    found.append(_best_of(problem, *structured_starts(problem)))
    found += [_frozen(problem, name) for name in (Phase.NOT_REPRESENTED, Phase.DEDICATED)]
    minima: list[Minimum] = []
    for each in sorted((m for m in found if m is not None), key=lambda m: m.loss):
        if _stable(problem, each) and not any(_alike(each.weights, other.weights) for other in minima):
            minima.append(each)
    return minima


def tied(minima: list[Minimum], problem: Problem) -> int:
    """Count the minima as deep as the deepest, up to rounding: twins at density 1, or two phases on their boundary."""
    bound = 2 * float(rounding_bound(np.array(minima[0].loss), problem.null_loss))
    return sum(minimum.loss <= minima[0].loss + bound for minimum in minima)


def _stable(problem: Problem, minimum: Minimum) -> bool:
    """Tell whether a model that drops a feature is a minimum, by :eq:`stability-threshold`; others are taken for one.

    Where it is not, the surface may fall too little beside it to be seen on a coarse grid.
    """
    kept, dropped = np.abs(minimum.weights[0]).argsort()[::-1]
    if abs(minimum.weights[0, dropped]) > DROPPED:
        return True
    ratio = float(problem.importances[dropped]) / float(problem.importances[kept])
    return ratio <= threshold(float(problem.densities[0]))


def _lowest(losses: Array) -> list[tuple[int, int]]:
    """List the inner points that are no higher than any of their eight neighbors."""
    inner = losses[1:-1, 1:-1]
    k, low = len(losses), np.ones(inner.shape, dtype=bool)
    for i in range(3):
        for j in range(3):
            low &= inner <= losses[i : k - 2 + i, j : k - 2 + j]
    return [(int(i) + 1, int(j) + 1) for i, j in zip(*np.nonzero(low), strict=True)]


def _descended(problem: Problem, start: Array, step: float) -> Minimum | None:
    """Descend from around a point of the grid, and take the best end that is still near."""
    weights = (start + step * NUDGES)[:, None, :]
    bias = np.array([best_biases(float(problem.densities[0]), each[0])[0] for each in weights])
    weights, bias, _ = polish(problem, weights, bias)
    near = np.abs(weights[:, 0] - start).max(axis=1) <= NEAR * step
    return _best(problem, weights[near], bias[near]) if near.any() else None


def _frozen(problem: Problem, name: Phase) -> Minimum:
    """Take a model that drops a feature: its gradient vanishes, whether it is stable or not."""
    weights, bias = frozen_model(name, problem)
    return _best(problem, weights[None], bias[None])


def _best_of(problem: Problem, weights: Array, bias: Array) -> Minimum:
    ends = polish(problem, weights, bias)
    return _best(problem, ends[0], ends[1])


def _best(problem: Problem, weights: Array, bias: Array) -> Minimum:
    losses = evaluate(problem, weights, bias).loss
    k = int(losses.argmin())
    sign = 1.0 if weights[k, 0, int(np.abs(weights[k, 0]).argmax())] >= 0 else -1.0
    return Minimum(sign * weights[k] + 0.0, bias[k], float(losses[k]))


def _alike(first: Array, second: Array) -> bool:
    """Tell whether two models are one, or mirror images."""
    return bool(min(np.abs(first - second).max(), np.abs(first + second).max()) < SAME)
