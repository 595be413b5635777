"""The population loss estimated from samples, with its standard error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analytic.domain import SEED, SIZE
from ..analytic.estimate import Estimate
from ..analytic.model import check_model
from ..analytic.problem import Problem
from .sampling import draw

Array = NDArray[np.float64]
CHUNK = 2**18  # numbers in one array of a chunk: 2 MB, so that memory does not grow with the number of samples


def monte_carlo(problem: Problem, weights: object, bias: object, size: int, seed: int) -> Estimate:
    """Estimate the loss of one model as a mean over samples.

    The mean of Σ_i I_i (x_i − x̂_i)² over `size` samples, and its standard error: their standard deviation (ddof = 1)
    over √size.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
    size : int
        Number of samples, >= 2.
    seed : int
        Non-negative; the samples are those of ``sample(problem, size, seed)``.

    Returns
    -------
    Estimate
        Loss per input, summed over features; the error is one standard error.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range or of the wrong shape, or if no feature is active in any sample: such a sample
        has no spread, hence no error to report.

    Notes
    -----
    The standard error is itself estimated: it is to be trusted where every feature that matters is active in many
    samples, size ≫ 1 / density.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> estimate = tt.monte_carlo(problem, [[1.0, -1.0]], [0.0, 0.0], size=10_000, seed=0)
    >>> estimate.agrees(tt.loss_estimate(problem, [[1.0, -1.0]], [0.0, 0.0]))
    True
    """
    weights, bias = _one_model(problem, weights, bias)
    size, rng = SIZE.check(size), np.random.default_rng(SEED.check(seed))
    chunk = max(1, CHUNK // problem.n_features)
    count, mean, spread, seen = 0, 0.0, 0.0, False
    while count < size:
        x = draw(problem, min(chunk, size - count), rng)
        losses = sample_losses(problem, weights, bias, x)
        count, mean, spread = _merge(count, mean, spread, losses)
        seen = seen or bool(x.any())
    if not seen:
        raise ValueError(
            f"size must be large enough for a feature to be active, got size={size} with density={problem.density!r} "
            "and none was; use a size well above 1 / density"
        )
    return Estimate(mean, (spread / (count - 1) / count) ** 0.5, "standard_error")


def sample_losses(problem: Problem, weights: Array, bias: Array, x: Array) -> Array:
    """Loss of one model on each sample: x has shape (size, n_features), the losses (size,)."""
    residual = x - problem.sigma(x @ weights.T @ weights + bias)
    losses: Array = residual**2 @ np.array([float(i) for i in problem.importances])
    return losses


def _one_model(problem: Problem, weights: object, bias: object) -> tuple[Array, Array]:
    weights, bias = check_model(problem, weights, bias)
    if weights.ndim != 2 or bias.ndim != 1:
        raise ValueError(
            f"weights and bias must be of one model, got shapes {weights.shape} and {bias.shape}; call once a model"
        )
    return weights, bias


def _merge(count: int, mean: float, spread: float, losses: Array) -> tuple[int, float, float]:
    """Add a chunk to the running count, mean and sum of squared deviations (Chan, Golub and LeVeque 1979)."""
    total = count + losses.size
    shift = float(losses.mean()) - mean
    spread += float(((losses - losses.mean()) ** 2).sum()) + shift**2 * count * losses.size / total
    return total, mean + shift * losses.size / total, spread
