"""The exact population loss and its gradient, for up to ten features, by the closed form."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .cube import scratch
from .domain import nearest
from .estimate import ErrorKind, Estimate
from .model import check_model
from .problem import Problem
from .rows import evaluate_batch
from .tables import tables

Array = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)
METHODS = ("auto", "cube")
ROUNDING_FACTOR = 64  # the largest error seen against exact fractions was below 20 eps of this scale


class Evaluation(NamedTuple):
    """Everything one pass of the kernel gives, for a batch of models of any leading shape.

    loss (...); d_weights (..., m, n); d_bias (..., n); parts (..., n, 5): bias cost, benefit, interference,
    distortion and false positives of every output, not yet weighed by importance.
    """

    loss: Array
    d_weights: Array
    d_bias: Array
    parts: Array


def evaluate(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Evaluation:
    """Loss, gradient and parts of a batch of models in one pass."""
    weights, bias = check_model(problem, weights, bias)
    shape = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    m, n = weights.shape[-2:]
    weights = np.array(np.broadcast_to(weights, (*shape, m, n)), order="C").reshape(-1, m, n)
    bias = np.array(np.broadcast_to(bias, (*shape, n)), order="C").reshape(-1, n)
    loss, parts = np.empty(len(weights)), np.empty((len(weights), n, 5))
    d_weights, d_bias = np.empty_like(weights), np.empty_like(bias)
    evaluate_batch(weights, bias, *tables(problem), loss, d_weights, d_bias, parts, *scratch(n))
    if not np.isfinite(loss).all():
        largest = max(np.abs(weights).max(), np.abs(bias).max())
        raise ValueError(f"weights and bias must be small enough for a finite loss, got an entry of size {largest:.3g}")
    return Evaluation(
        loss.reshape(shape), d_weights.reshape(*shape, m, n), d_bias.reshape(*shape, n), parts.reshape(*shape, n, 5)
    )


def loss(problem: Problem, weights: ArrayLike, bias: ArrayLike, *, method: str = "auto") -> Any:
    """Compute the exact population loss L = Σ_i I_i E[(x_i - σ(WᵀWx + b)_i)²], summed over features.

    The expectation is over the problem's input law: each active set's cube is integrated in closed form.

    Parameters
    ----------
    problem : Problem
        With at most 10 features.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)
        Leading axes broadcast with those of `weights`.
    method : {"auto", "cube"}
        How to compute it: "cube" is the closed form, and so far all that "auto" can choose.

    Returns
    -------
    float, or array of the broadcast leading shape
        Loss per input, summed over features. The error is at most 1e-12 times the larger of the loss and
        0.001 Σ_i I_i p_i / 3.

    Raises
    ------
    TypeError
        If weights or biases are not real numbers.
    ValueError
        If a shape does not fit, an entry is not finite, there are more than 10 features, or the method is unknown.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=0.4, density=0.5)
    >>> round(float(tt.loss(problem, [[1.0, 0.0]], [0.0, 0.25])), 12)
    0.041666666667
    """
    if method not in METHODS:
        raise ValueError(nearest("method", method, METHODS))
    return evaluate(problem, weights, bias).loss[()]


def loss_and_grad(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> tuple[Any, Array, Array]:
    """Compute the exact population loss and its gradient together.

    Parameters
    ----------
    problem : Problem
        With at most 10 features.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)

    Returns
    -------
    loss : float, or array of the broadcast leading shape
    d_weights : array, shape (..., n_hidden, n_features)
        ∂L/∂W, one a model.
    d_bias : array, shape (..., n_features)
        ∂L/∂b, one a model.

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
    result = evaluate(problem, weights, bias)
    return result.loss[()], result.d_weights, result.d_bias


def loss_estimate(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Estimate:
    """Compute the exact population loss of one model with a bound on its rounding error.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)

    Returns
    -------
    Estimate
        Of kind "rounding"; the bound is a multiple of machine epsilon times a scale of the terms summed.

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
    value = loss(problem, weights, bias)
    if np.ndim(value):
        raise ValueError(f"loss_estimate takes one model, got leading axes {np.shape(value)}; loop over them")
    return Estimate(value, float(rounding_bound(value, problem.null_loss)), ErrorKind.ROUNDING)


def rounding_bound(value: Any, null_loss: Any) -> Any:
    """Bound the rounding error of losses: relative to them, or to a thousandth of the null loss where they are tiny."""
    return ROUNDING_FACTOR * EPS * np.maximum(value, 1e-3 * null_loss)
