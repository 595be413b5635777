"""What a little more capacity is worth to a feature: the exact derivative of its own loss by its capacity.

Output j sees only row j of WᵀW and its bias, and that row alone fixes C_j. So the loss and the capacity of each feature
are those of a model with a single hidden dimension, and there capacity is an angle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .activation import Activation
from .domain import short
from .loss import loss_and_grad
from .model import Array, check_model
from .problem import Problem, check_problem
from .support import Independent

ACTIVATIONS = ("relu", "linear")


def capacity_slopes(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Array:
    """Differentiate every feature's own loss by its capacity, -∂L_j/∂C_j, :eq:`capacity-value`.

    Held fixed are the scale s_j = (Σ_i G_ji²)^½ / ‖W_j‖ of the feature's row, :eq:`capacity-row`, the directions from
    which others interfere, and the bias. At an optimum, the two features of an antipodal pair have equal slopes
    whatever their importances, :eq:`capacity-pair`.

    Parameters
    ----------
    problem : Problem
        Independent features; activation "relu" or "linear".
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)

    Returns
    -------
    array, shape (n_features,)
        Loss, importance included, saved per unit of capacity. NaN where the capacity is 0 or 1: those are ends.

    Raises
    ------
    TypeError, ValueError
        As `loss` does; also if there are leading axes, or for another support law or activation.

    References
    ----------
    Scherlis et al. 2022, "Polysemanticity and Capacity in Neural Networks", arXiv 2210.01892.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.capacity_value import capacity_slopes
    >>> problem = tt.Problem.toy(2, importance=0.7, density=0.5)
    >>> best = tt.minimize(problem, tt.Multistart(n_starts=8))
    >>> capacity_slopes(problem, best.weights, best.bias).round(6)
    array([0.079793, 0.079793])
    """
    check_priced(problem)
    weights, bias = check_model(problem, weights, bias)
    leading = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    if leading:
        raise ValueError(f"capacity_slopes takes one model, got leading axes {leading}; loop over them")
    return np.array([_slope(problem, weights, bias, j) for j in range(problem.n_features)])


def _slope(problem: Problem, weights: Array, bias: Array, j: int) -> float:
    if not (weights[:, j] != 0).any():
        return np.nan
    row = row_model(weights, j)
    others = np.arange(len(row)) != j
    if not (row[others] != 0).any():
        return np.nan
    _, d_row, _ = output_loss(problem, j, row, float(bias[j]))
    return -capacity_derivative(row, d_row, j)


def capacity_derivative(row: Array, d_row: Array, j: int) -> float:
    """Turn the gradient by a one-dimensional model into the derivative by C_j at fixed scale, :eq:`capacity-value`."""
    squares, products = row**2, row * d_row
    own, shared = squares[j], np.delete(squares, j).sum()
    total = own + shared
    return float(total * (products[j] / own - np.delete(products, j).sum() / shared) / 2)


def row_model(weights: Array, j: int) -> Array:
    """Give w = G_j / ‖W_j‖, the one-dimensional model that output j can't tell from W, :eq:`capacity-row`."""
    return np.asarray(weights.T @ (weights[:, j] / np.linalg.norm(weights[:, j])))


def output_loss(problem: Problem, j: int, row: Array, bias: float) -> tuple[float, Array, float]:
    """Compute the loss of output j alone, and its gradient, in the one-dimensional model `row`, shape (n,)."""
    biases = np.zeros(len(row))
    biases[j] = bias
    value, (d_row,), d_bias = loss_and_grad(_alone(problem, j), row[None], biases)
    return float(value), d_row, float(d_bias[j])


def _alone(problem: Problem, j: int) -> Problem:
    """Keep the input, and ask for output j only, in one hidden dimension."""
    importance = tuple(value if i == j else 0 for i, value in enumerate(problem.importances))
    return problem.replace(n_hidden=1, importance=importance)


def first_values(problem: Problem) -> Array:
    """Give what the first bit of capacity is worth to a dropped feature, I_j v_j, :eq:`capacity-first`.

    v_j = p_j/3 - p_j²/4 is the variance of the feature: what is lost by answering its mean.

    Parameters
    ----------
    problem : Problem
        Independent features; activation "relu" or "linear".

    Returns
    -------
    array, shape (n_features,)

    Raises
    ------
    TypeError, ValueError
        If the problem is another.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.capacity_value import first_values
    >>> first_values(tt.Problem.toy(2, importance=0.5, density=1)) * 12
    array([1. , 0.5])
    """
    check_priced(problem)
    densities = np.array([float(p) for p in problem.densities])
    importances = np.array([float(i) for i in problem.importances])
    return np.asarray(importances * densities * (4 - 3 * densities) / 12)


def check_priced(problem: Problem) -> Problem:
    """Return a problem whose capacities have values here.

    Raises
    ------
    TypeError, ValueError
        If it is not a Problem, or its features depend on each other, or its activation is another.
    """
    check_problem(problem)
    if not isinstance(problem.support, Independent):
        raise ValueError(
            f"support must be Independent() for marginal values, got support={problem.support!r}: a dropped feature "
            "could be told from others without any capacity; use support=Independent()"
        )
    if isinstance(problem.activation, Activation) or problem.activation not in ACTIVATIONS:
        raise ValueError(
            f'activation must be "relu" or "linear" for marginal values, got activation={short(problem.activation)}; '
            "use problem.replace(activation=...)"
        )
    return problem
