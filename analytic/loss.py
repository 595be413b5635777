"""The exact population loss and its gradient: by the closed form up to ten features, by a line integral beyond."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .activation import Smooth, piecewise
from .cube import scratch
from .domain import nearest
from .estimate import ErrorKind, Estimate
from .evaluation import Array, Evaluation
from .fraction import exact_loss
from .laplace import evaluate_line
from .model import check_model
from .problem import Problem, check_problem
from .rows import evaluate_batch
from .smooth import LOWER_ORDERS, ORDERS, REACH
from .tables import fits_cube, tables

EPS = float(np.finfo(np.float64).eps)
METHODS = ("auto", "cube", "line", "fraction")
NEAR_OPTIMUM = 40  # of reach² / null loss: by trial at most 28 at the toys' local minima, 12 at frozen ansatz models


def evaluate(
    problem: Problem,
    weights: ArrayLike,
    bias: ArrayLike,
    orders: tuple[int, ...] = ORDERS,
    *,
    method: str = "auto",
    gradient: bool = True,
) -> Evaluation:
    """Loss, gradient and parts of a batch of models in one pass; for a smooth activation by rules of given orders.

    The method is "cube", "line", or "auto", which takes the closed form where the problem is small enough for it. The
    gradient can be left out where it costs: on the line.
    """
    weights, bias, shape = _batch(problem, weights, bias)
    if method == "line" or (method == "auto" and not fits_cube(problem)):
        flat = evaluate_line(problem, weights, bias, gradient=gradient)[0]
    else:
        flat = _by_cube(problem, weights, bias, orders)
    if not np.isfinite(flat.loss).all():
        largest = max(np.abs(weights).max(), np.abs(bias).max())
        raise ValueError(f"weights and bias must be small enough for a finite loss, got an entry of size {largest:.3g}")
    return Evaluation(*(array.reshape((*shape, *array.shape[1:])) for array in flat))


def _batch(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array, tuple[int, ...]]:
    """Broadcast models to one batch axis; return it with the leading shape that it stands for."""
    weights, bias = check_model(problem, weights, bias)
    shape = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    m, n = weights.shape[-2:]
    weights = np.array(np.broadcast_to(weights, (*shape, m, n)), order="C").reshape(-1, m, n)
    return weights, np.array(np.broadcast_to(bias, (*shape, n)), order="C").reshape(-1, n), shape


def _by_cube(problem: Problem, weights: Array, bias: Array, orders: tuple[int, ...]) -> Evaluation:
    n = problem.n_features
    loss, parts = np.empty(len(weights)), np.empty((len(weights), n, 5))
    d_weights, d_bias = np.empty_like(weights), np.empty_like(bias)
    importance, masks, probabilities, act = tables(problem, orders)
    rows = importance[None], masks, probabilities[None], act
    evaluate_batch(weights, bias, *rows, loss, d_weights, d_bias, parts, *scratch(n))
    return Evaluation(loss, d_weights, d_bias, parts)


def loss(problem: Problem, weights: ArrayLike, bias: ArrayLike, *, method: str = "auto") -> Any:
    """Compute the exact population loss L = Σ_i I_i E[(x_i - σ(WᵀWx + b)_i)²], summed over features.

    The expectation is over the problem's input law: each active set's cube is integrated in closed form, or by Gauss
    rules where the activation is smooth; of more than 10 features, by a line integral, :eq:`line-hinge`.

    Parameters
    ----------
    problem : Problem
        With at most 4 features if its activation is smooth; with any number otherwise.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)
        Leading axes broadcast with those of `weights`.
    method : {"auto", "cube", "line", "fraction"}
        How to compute it: "cube", which "auto" chooses up to 10 features, is the closed form in floats; "line", which
        it chooses beyond, takes any number of features, independent or in groups; "fraction" is the closed form without
        any rounding, for numbers that are taken as the fractions they are (ints, Fractions, Decimals, floats). None of
        them takes a smooth activation.

    Returns
    -------
    float, or array of the broadcast leading shape; of Fractions with method="fraction"
        Loss per input, summed over features. The error of a float by the closed form, where weights and biases are of
        order one, is at most 1e-12 times the larger of the loss and 0.001 Σ_i I_i p_i / 3; by the line it is some
        1e-10 of the loss. `loss_estimate` gives it for any weights.

    Raises
    ------
    TypeError
        If weights or biases are not real numbers.
    ValueError
        If a shape does not fit, an entry is not finite, the problem is too large for the method, or the method is
        unknown.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5)
    >>> round(float(tt.loss(problem, [[1.0, 0.0]], [0.0, 0.25])), 12)
    0.041666666667
    >>> tt.loss(problem.replace(importance=1), [[1, 0]], [0, 0.25], method="fraction")
    Fraction(5, 48)
    """
    if method not in METHODS:
        raise ValueError(nearest("method", method, METHODS))
    if method == "fraction":
        return exact_loss(problem, weights, bias)
    if method == "cube":
        piecewise(check_problem(problem).activation)
    return evaluate(problem, weights, bias, method=method, gradient=False).loss[()]


def loss_and_grad(
    problem: Problem, weights: ArrayLike, bias: ArrayLike, *, method: str = "auto"
) -> tuple[Any, Array, Array]:
    """Compute the exact population loss and its gradient together.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)
    method : {"auto", "cube", "line"}
        As in `loss`.

    Returns
    -------
    loss : float, or array of the broadcast leading shape
    d_weights : array, shape (..., n_hidden, n_features)
        ∂L/∂W, one a model.
    d_bias : array, shape (..., n_features)
        ∂L/∂b, one a model. The error of the whole gradient, where weights and biases are of order one, is at most 1e-10
        times the larger of its norm and 1e-5, or 1e-5 times the largest importance where that is above 1. By the line
        it is found by trial, not bounded: some 1e-7 of the norm, where that is of the size of Σ_i I_i p_i / n; but up
        to 3e-4 of the null loss where a row of WᵀW has several scales or a hinge lies at a corner of the inputs' cube.

    Raises
    ------
    TypeError, ValueError
        As `loss` does.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5)
    >>> value, d_weights, d_bias = tt.loss_and_grad(problem, [[1.0, 0.0]], [0.0, 0.25])
    >>> bool(abs(d_bias).max() < 1e-15)  # the best biases of a model that drops the second feature
    True
    """
    if method not in METHODS[:3]:
        raise ValueError(nearest("method", method, METHODS[:3]))
    result = evaluate(problem, weights, bias, method=method)
    return result.loss[()], result.d_weights, result.d_bias


def loss_estimate(problem: Problem, weights: ArrayLike, bias: ArrayLike, *, method: str = "auto") -> Estimate:
    """Compute the exact population loss of one model with its error: a bound on the rounding, :eq:`cube-rounding`.

    By a line integral, the same bound and what two rules differ by, :eq:`line-end`, with `evaluate_line`'s smaller
    errors. For a smooth activation the same bound and what Gauss rules of the next lower orders change,
    :eq:`smooth-gauss`.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
    method : {"auto", "cube", "line"}
        As in `loss`.

    Returns
    -------
    Estimate
        Of kind "rounding"; the bound counts roundings, and is loose where a clipped ReLU's input spans far more than
        its rise. Of kind "quadrature" by the line, and for a smooth activation; there infinite where an entry of
        WᵀW exceeds 32.

    Raises
    ------
    TypeError, ValueError
        As `loss` does; also if there are leading axes.

    Examples
    --------
    >>> import toytoy as tt
    >>> estimate = tt.loss_estimate(tt.Problem.toy(2, density=0.5), [[1.0, 0.0]], [0.0, 0.25])
    >>> estimate.error < 1e-14
    True
    """
    if method not in METHODS[:3]:
        raise ValueError(nearest("method", method, METHODS[:3]))
    models, biases, shape = _batch(problem, weights, bias)
    if shape:
        raise ValueError(f"loss_estimate takes one model, got leading axes {shape}; loop over them")
    n, m = problem.n_features, problem.n_hidden
    if method == "line" or (method == "auto" and not fits_cube(problem)):
        result, errors = evaluate_line(problem, models, biases, gradient=False)
        value = float(result.loss[0])
        rounding = _bound(value, _reach(problem, weights, bias), n, m, n)
        return Estimate(value, float(errors[0] + rounding), ErrorKind.QUADRATURE)
    value, n_sums = loss(problem, weights, bias, method=method), len(problem.active_sets())
    reach = _reach(problem, weights, bias)  # after the loss, which refuses what overflows
    if not isinstance(problem.sigma, Smooth):
        return Estimate(value, float(_bound(value, reach, n, m, n_sums)), ErrorKind.ROUNDING)
    rounding = _bound(value, reach, n, m, n_sums + n * max(ORDERS))
    change = quadrature_error(problem, weights, bias, value)
    return Estimate(value, float(change + rounding), ErrorKind.QUADRATURE)


def quadrature_error(problem: Problem, weights: ArrayLike, bias: ArrayLike, value: Any) -> Any:
    """Give what rules of the next lower orders change; infinite where a Gram entry is beyond the reach of rules."""
    change = np.abs(value - evaluate(problem, weights, bias, LOWER_ORDERS).loss)
    weights, _ = check_model(problem, weights, bias)
    with np.errstate(over="ignore"):
        largest = np.abs(np.swapaxes(weights, -1, -2) @ weights).max(axis=(-2, -1))
    return np.where(largest <= REACH, change, np.inf)


def rounding_bound(value: Any, null_loss: Any) -> Any:
    """Bound the rounding error of losses near a local minimum of the toys, without a look at the models."""
    return _bound(value, np.sqrt(NEAR_OPTIMUM * null_loss), n=3, m=2, n_sums=8)


def _bound(value: Any, reach: Any, n: int, m: int, n_sums: int) -> Any:
    """Bound the rounding error of a loss, :eq:`cube-rounding`.

    Rounding a row of the Gram matrix (m products), the slope times it, and the sums over a row act like an error of
    the input z, of (m + n + 4) units of its reach; it moves the root of the loss by no more than that. All else is
    relative: the sums over active sets (and nodes), and n + 6 roundings of a sum of squares that may be 8 times the
    loss (of the mean square 1/3 of a feature at least 1/24 is left on the larger side of a hinge).
    """
    unit = EPS / 2
    shift = unit * (m + n + 4) * reach
    with np.errstate(over="ignore"):  # weights of 1e200: infinity is a bound
        return unit * (n_sums + 8 * (n + 6)) * value + shift * (2 * np.sqrt(np.maximum(value, 0.0)) + shift)


def _reach(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> float:
    """Bound the root of Σ_j I_j E r_j²: r_j adds up all terms of z_j, products of weights too, in absolute value."""
    weights, bias = check_model(problem, weights, bias)
    importance = np.array([float(i) for i in problem.importances])
    root_density = np.sqrt(np.array([float(p) for p in problem.densities]))
    constant = np.abs(bias) + max(
        (float(t) for t in problem.sigma.hinges), default=0.0
    )  # counts only where some feature is active
    products = np.abs(weights).T @ np.abs(weights)
    rows = min(1.0, float(np.linalg.norm(root_density))) * constant + products @ root_density
    return problem.sigma.steepest * math.hypot(*np.sqrt(importance) * rows)
