"""The linear model, solved completely: its loss, its global minimum, and why it is PCA."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .activation import resolve
from .answer import answer
from .model import Array, check_model
from .problem import Problem, check_problem
from .solution import Kind, Solution
from .support import Independent

TOLERANCE = 1e-8  # the solution is exact: regimes are read at the tolerance of exact solutions


class LinearParts(NamedTuple):
    """Parts of a linear model's loss, each of shape (..., n_features), importance included; they add up to it."""

    benefit: Array
    interference: Array
    bias_misfit: Array

    @property
    def total(self) -> Any:
        """The loss: all parts, summed over features."""
        return sum(part.sum(-1) for part in self)


class _Moments(NamedTuple):
    """Importance, mean input and variance of the input of every feature."""

    importance: Array
    mean: Array
    variance: Array


def linear_loss(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Any:
    """Compute the population loss of a linear model, in closed form, for any number of features.

    L = Σ_i I_i [(1 - G_ii)² v_i + Σ_{j≠i} G_ij² v_j + (b_i - μ_i + Σ_j G_ij μ_j)²], with G = WᵀW, μ = p/2,
    v = p/3 - p²/4.

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
    """
    importance, mean, variance = _moments(problem)
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


def least_loss(problem: Problem) -> float:
    """Compute the least loss that any linear model has: Σ I_i v_i over all but the n_hidden largest.

    Raises
    ------
    ValueError
        If the problem is not linear with independent features.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import least_loss
    >>> round(least_loss(tt.Problem.toy(2, importance=0.4, density=0.5, activation="linear")), 12)
    0.041666666667
    """
    importance, _, variance = _moments(problem)
    return float(np.sort(importance * variance)[: problem.n_features - problem.n_hidden].sum())


def best_linear(problem: Problem) -> Solution:
    """Find the global minimum of a linear model: keep the n_hidden features of largest I_i v_i, drop the rest.

    With D = diag(I) and V = diag(v) the loss is at least ‖D^½ (1 - G) V^½‖², and D^½ G V^½ has rank n_hidden at most:
    by Eckart and Young no G does better than the leading entries of D^½ V^½, which the axes reach. Kept
    features get orthonormal columns and bias 0, dropped ones a zero column and their mean as bias. There
    is no superposition. At ties every rotation among the tied features is as good; the earlier ones are kept.

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features.

    Returns
    -------
    Solution
        Of kind "optimum"; its loss, `least_loss`, is per input and summed over features.

    Raises
    ------
    ValueError
        If the problem is not linear with independent features.

    References
    ----------
    Eckart and Young 1936, "The approximation of one matrix by another of lower rank".

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=0.5, importance=(1.0, 0.2, 0.7), activation="linear")
    >>> print(tt.best_linear(problem).structure)
    dedicated[0] + dedicated[2] + not_represented[1]
    """
    weights = principal_components(problem)
    bias = np.where(weights.any(axis=0), 0.0, _moments(problem).mean)
    return answer(
        problem,
        weights[None],
        bias[None],
        kind=Kind.OPTIMUM,
        method="best_linear",
        tolerance=TOLERANCE,
        status="converged",
        n_evaluations=1,
    )


def principal_components(problem: Problem) -> Array:
    """Return the n_hidden leading principal directions of √I_i x_i, largest variance I_i v_i first, as rows.

    With equal importances these are the principal components of the input itself: the best linear model is PCA.
    Features are independent, so each direction is an axis; at ties the earlier feature comes first.

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features.

    Returns
    -------
    array, shape (n_hidden, n_features)

    Raises
    ------
    ValueError
        If the problem is not linear with independent features.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import principal_components
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=(0.1, 0.2, 0.3), activation="linear")
    >>> principal_components(problem)
    array([[0., 0., 1.],
           [0., 1., 0.]])
    """
    importance, _, variance = _moments(problem)
    leading = np.argsort(-importance * variance, kind="stable")[: problem.n_hidden]
    return np.eye(problem.n_features)[leading]


def _moments(problem: Problem) -> _Moments:
    """Moments that the closed forms need; refuse problems for which they don't hold."""
    if check_problem(problem).sigma != resolve("linear"):
        raise ValueError(
            f'activation must be "linear" here, got activation={problem.activation!r}; '
            f'use problem.replace(activation="linear")'
        )
    if not isinstance(problem.support, Independent):
        raise ValueError(f"features must be independent here, got support={problem.support!r}; minimize takes any law")
    density = np.array(problem.densities, dtype=np.float64)
    importance = np.array(problem.importances, dtype=np.float64)
    return _Moments(importance, density / 2, density * (4 - 3 * density) / 12)
