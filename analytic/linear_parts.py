"""The linear model's loss in closed form, for any number of features: benefit, interference and bias misfit."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .activation import resolve
from .model import Array, check_model, check_weights
from .problem import Problem, check_problem
from .support import Independent


class LinearParts(NamedTuple):
    """Parts of a linear model's loss, each of shape (..., n_features), importance included; they add up to it.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import linear_parts
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5, activation="linear")
    >>> float(linear_parts(problem, [[1.0, 0.0]], [0.0, 0.25]).total.round(12))
    0.041666666667
    """

    benefit: Array
    interference: Array
    bias_misfit: Array

    @property
    def total(self) -> Any:
        """The loss: all parts, summed over features."""
        return sum(part.sum(-1) for part in self)


class Moments(NamedTuple):
    """Importance, mean input and variance of the input of every feature: all that a linear model's loss depends on."""

    importance: Array
    mean: Array
    variance: Array


def linear_loss(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Any:
    """Compute the population loss of a linear model, in closed form, for any number of features.

    L = Σ_i I_i [(1 - G_ii)² v_i + Σ_{j≠i} G_ij² v_j + (b_i - μ_i + Σ_j G_ij μ_j)²], with G = WᵀW, μ = p/2,
    v = p/3 - p²/4 (:eq:`linear-moments`, :eq:`linear-loss`).

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)

    Returns
    -------
    float, or array of the broadcast leading shape
        Loss per input, summed over features. A sum of squares: no digits cancel.

    Raises
    ------
    TypeError, ValueError
        If weights or biases don't fit the problem, or the problem is not linear with independent features.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import linear_loss
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5, activation="linear")
    >>> round(float(linear_loss(problem, [[1.0, 0.0]], [0.0, 0.25])), 12)
    0.041666666667
    """
    return linear_parts(problem, weights, bias).total


def linear_parts(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> LinearParts:
    """Split a linear model's loss into feature benefit, interference and bias misfit, per output feature.

    Arguments and errors are those of `linear_loss`.

    Returns
    -------
    LinearParts
        Of arrays of shape (..., n_features); :eq:`linear-loss`.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import linear_parts
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5, activation="linear")
    >>> linear_parts(problem, [[1.0, 0.5]], [0.0, 0.0])._fields
    ('benefit', 'interference', 'bias_misfit')
    """
    importance, mean, variance = moments(problem)
    weights, bias = check_model(problem, weights, bias)
    gram = np.swapaxes(weights, -1, -2) @ weights
    diagonal = np.diagonal(gram, axis1=-2, axis2=-1)
    others = np.where(np.eye(problem.n_features, dtype=bool), 0.0, gram)
    misfit = bias - mean * (1 - diagonal) + others @ mean
    return LinearParts(
        importance * (1 - diagonal) ** 2 * variance,
        importance * (np.square(others) @ variance),
        importance * misfit**2,
    )


def best_bias(problem: Problem, weights: ArrayLike) -> Array:
    """Compute the bias that is best for given weights, b = μ - WᵀWμ (:eq:`linear-best-bias`): no misfit is left.

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features.
    weights : array, shape (..., n_hidden, n_features)

    Returns
    -------
    array, shape (..., n_features)
        With it the mean output of every feature is its mean input.

    Raises
    ------
    TypeError, ValueError
        As `linear_loss` does.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import best_bias
    >>> best_bias(tt.Problem.toy(2, density=0.5, activation="linear"), [[1.0, 0.0]])
    array([0.  , 0.25])
    """
    mean = moments(problem).mean
    weights = check_weights(weights)
    check_model(problem, weights, mean)
    return np.asarray(mean - (weights @ mean)[..., None, :] @ weights)[..., 0, :]


def moments(problem: Problem) -> Moments:
    """Give each feature's importance, mean input p/2 and variance p/3 - p²/4 (:eq:`linear-moments`).

    Raises
    ------
    TypeError, ValueError
        If it is no problem, or not linear with independent features: the closed forms of linear models need that.
    """
    if check_problem(problem).sigma != resolve("linear"):
        raise ValueError(
            f'activation must be "linear" here, got activation={problem.activation!r}; '
            f'use problem.replace(activation="linear")'
        )
    if not isinstance(problem.support, Independent):
        raise ValueError(f"features must be independent here, got support={problem.support!r}; minimize takes any law")
    density = np.array(problem.densities, dtype=np.float64)
    importance = np.array(problem.importances, dtype=np.float64)
    return Moments(importance, density / 2, density * (4 - 3 * density) / 12)
