"""The second derivatives of the exact population loss."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike

from .activation import piecewise
from .fraction import exactly
from .kinks import KinkWarning, kinks
from .model import Array, check_model
from .problem import Problem
from .row_curvature import add_curvature
from .slices import scratch
from .tables import tables

LARGEST = 1e70  # of an entry: fourth powers, over densities of 1e-20, are still numbers


def hessian(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Array:
    """Compute all second derivatives of the exact population loss, :eq:`curvature-row` by :eq:`curvature-chain`.

    Where they jump (see `toytoy.analytic.kinks.kinks`) a KinkWarning, a RuntimeWarning, names the places, and what is
    returned is the limit of the second derivatives as every bias comes down to its value from above.

    Parameters
    ----------
    problem : Problem
        With a piecewise-linear activation and at most 10 features.
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)

    Returns
    -------
    array, shape (K, K)
        Symmetric; K = n_hidden n_features + n_features: the weights in C order, then the biases. Loss per input, summed
        over features, by squares of weights and biases. Errors, against exact fractions, are about 1e-15 of the
        matrix's norm, 1e-13 next to a kink; those of a clipped ReLU grow with the span of its input, to 1e-9 at 1e10
        times its rise.

    Raises
    ------
    TypeError, ValueError
        As `loss` does; also if there are leading axes, the activation is smooth, or an entry is beyond 1e70.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=1, n_hidden=1, density=1.0, activation="linear")
    >>> tt.hessian(problem, [[1.0]], [0.0])  # of E (x - w²x - b)²: 8 w² E x², 4 w E x and 2
    array([[2.66666667, 2.        ],
           [2.        , 2.        ]])
    """
    weights, bias = check_one("hessian", problem, weights, bias)
    second = second_derivatives(problem, weights, bias)
    found = kinks(problem, weights, bias)
    if found:
        warnings.warn(KinkWarning.at(found), stacklevel=2)
    return second


def check_one(name: str, problem: Problem, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
    """Return weights and biases of one piecewise-linear model, float64, of a size whose fourth power is a number.

    Raises
    ------
    TypeError, ValueError
        If they are not.
    """
    weights, bias = check_model(problem, weights, bias)
    piecewise(problem.activation)
    leading = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    if leading:
        raise ValueError(f"{name} takes one model, got leading axes {leading}; loop over them")
    largest = max(np.abs(weights).max(), np.abs(bias).max())
    if largest > LARGEST:
        raise ValueError(f"weights and bias must be at most {LARGEST:g} for {name}, got an entry of size {largest:.3g}")
    return weights, bias


def second_derivatives(problem: Problem, weights: Array, bias: Array) -> Array:
    """Compute the Hessian of one checked model, and say nothing of kinks."""
    (m, n), gram = weights.shape, exact_gram(weights)
    laid, space = tables(problem), scratch(n)
    first, second = np.zeros((n, n + 1)), np.zeros((n, n + 1, n + 1))
    for j in np.flatnonzero(laid.importance):
        order = np.argsort(-np.abs(gram[j]))
        for mask, weight in zip(laid.masks, laid.importance[j] * laid.probabilities, strict=True):
            add_curvature(j, bias[j], gram[j], order, weight, mask, laid.activation, *space, first[j], second[j])
    moves = row_moves(weights)
    total = np.asarray((np.swapaxes(moves, 1, 2) @ second @ moves).sum(axis=0))
    total[: m * n, : m * n] += np.kron(np.eye(m), first[:, 1:] + first[:, 1:].T)
    return np.asarray((total + total.T) / 2)


def row_moves(weights: Array) -> Array:
    """Differentiate θ_j = (b_j, row j of WᵀW) by (W, b), :eq:`curvature-chain`; shape (n, n + 1, K)."""
    m, n = weights.shape
    moves, each = np.zeros((n, n + 1, m * n + n)), np.arange(n)
    by_weights = np.zeros((n, n, m, n))
    by_weights[:, each, :, each] += weights.T
    by_weights[each, :, :, each] += weights.T
    moves[:, 1:, : m * n] = by_weights.reshape(n, n, m * n)
    moves[each, 0, m * n + each] = 1.0
    return moves


def exact_gram(weights: Array) -> Array:
    """WᵀW, each entry rounded once: next to a hinge the sign of an entry near 0 decides which side is cut off."""
    exact = np.vectorize(exactly, otypes=[object])(weights)
    return np.asarray(exact.T @ exact, dtype=float)
