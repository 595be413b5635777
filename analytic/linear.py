"""The linear model, solved completely: its loss, its global minimum, why it is PCA, and how it is learned."""

from __future__ import annotations

import numpy as np

from .estimate import ErrorKind, Estimate
from .flow import Trajectory, trajectory
from .linear_parts import LinearParts, best_bias, linear_loss, linear_parts, moments
from .model import Array
from .modes import Modes, modes
from .problem import Problem
from .regime import regimes
from .solution import Kind, Runs, Solution
from .structure import structure

__all__ = ["LinearParts", "Modes", "Trajectory", "best_bias", "best_linear", "least_loss", "linear_loss"]
__all__ += ["linear_parts", "modes", "principal_components", "trajectory"]

EPS = float(np.finfo(np.float64).eps)
TOLERANCE = 1e-8  # the solution is exact: regimes are read at the tolerance of exact solutions


def least_loss(problem: Problem) -> float:
    """Compute the least loss of any linear model: Σ I_i v_i over all but the n_hidden largest.

    The formula is :eq:`linear-least-loss`; it holds for any number of features.

    Returns
    -------
    float
        Summed over features, importances included.

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
    importance, _, variance = moments(problem)
    return float(np.sort(importance * variance)[: problem.n_features - problem.n_hidden].sum())


def best_linear(problem: Problem) -> Solution:
    """Find the global minimum of a linear model: keep the n_hidden features of largest I_i v_i, drop the rest.

    With D = diag(I) and V = diag(v) the loss is at least ‖D^½ (1 - G) V^½‖² (:eq:`linear-matrix-loss`), and
    D^½ G V^½ has rank n_hidden at most: by Eckart and Young no G does better than the leading entries of D^½ V^½,
    which the axes reach (:eq:`linear-least-loss`). Kept features get orthonormal columns and bias 0, dropped ones a
    zero column and their mean as bias. There is no superposition. Features tied in importance and in variance
    may be rotated among each other, at the same loss; at ties the earlier ones are kept.

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features, of any number.

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
    >>> from toytoy.analytic.linear import best_linear
    >>> print(best_linear(problem).structure)
    dedicated[0] + dedicated[2] + not_represented[1]
    """
    weights = principal_components(problem)
    bias, least = best_bias(problem, weights), least_loss(problem)
    rounding = (8 + problem.n_features) * EPS * least  # a few roundings in each term, and one for each in their sum
    return Solution(
        problem=problem,
        weights=weights,
        bias=bias,
        loss=Estimate(least, rounding, ErrorKind.ROUNDING),
        gradient_norm=0.0,  # exactly: what is left to learn has no weights, what has weights is learned
        kinks=(),
        regimes=regimes(weights, TOLERANCE),
        structure=structure(weights, TOLERANCE),
        tolerance=TOLERANCE,
        status="converged",
        kind=Kind.OPTIMUM,
        method="best_linear",
        seed=None,
        n_evaluations=1,
        runs=Runs(np.array([least]), weights[None], bias[None], rounding),
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
    importance, _, variance = moments(problem)
    leading = np.argsort(-importance * variance, kind="stable")[: problem.n_hidden]
    return np.eye(problem.n_features)[leading]
