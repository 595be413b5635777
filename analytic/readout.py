"""What a linear probe reads of each feature from the hidden layer: the best one, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .covariance import input_moments
from .model import check_model
from .problem import Problem

Array = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class ReadOut:
    """Linear probes of every feature, d_i·h + c_i.

    Leading axes (...) are those of the weights.

    Parameters
    ----------
    directions : array, shape (..., n_features, n_hidden)
        Row d_i reads feature i with the least mean square error.
    offsets : array, shape (..., n_features)
    share : array, shape (..., n_features)
        R² of these: which part of the variance of x_i they explain, in [0, 1].
    own_share : array, shape (..., n_features)
        R² of the probe that looks along the feature's own direction W_i, best scaled: never above `share`. Where all
        features are independent and of one variance it is the capacity C_i.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.readout import read_out
    >>> probes = read_out(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]])
    >>> probes.share.round(6), probes.directions.shape
    (array([0.5, 0.5]), (2, 1))
    """

    directions: Array
    offsets: Array
    share: Array
    own_share: Array


def read_out(problem: Problem, weights: ArrayLike) -> ReadOut:
    """Compute the best linear read-out of every feature from h = Wx, and how much it explains.

    With Σ the covariance of x, the least mean square error is that of D = ΣWᵀ(WΣWᵀ)⁺ and c = (1 - DW) E x
    (:eq:`readout-best`), and R²_i = (DWΣ)_ii / Σ_ii (:eq:`readout-share`). Along W_i itself it is
    (ΣG)_ii² / (Σ_ii (GΣG)_ii) with G = WᵀW (:eq:`readout-own`), which is C_i for independent features of one variance.
    Those that are independent share a budget, Σ_i R²_i = rank W (:eq:`readout-budget`).

    Parameters
    ----------
    problem : Problem
        Gives the law of x; its activation and importances have no part in this.
    weights : array, shape (..., n_hidden, n_features)

    Returns
    -------
    ReadOut
        Hidden directions whose spread is below n × 2e-16 of the largest are taken for lost. A column of W that is
        zero is read off its correlated partners, if it has any.

    Raises
    ------
    TypeError, ValueError
        If the weights don't fit the problem.

    References
    ----------
    Alain and Bengio 2016, "Understanding intermediate layers using linear classifier probes", arXiv 1610.01644.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.analytic.readout import read_out
    >>> angles = 2 * np.pi * np.arange(5) / 5
    >>> pentagon = np.array([np.cos(angles), np.sin(angles)])
    >>> probes = read_out(tt.Problem(n_features=5, n_hidden=2, density=0.1), pentagon)
    >>> probes.share.round(6), probes.own_share.round(6)
    (array([0.4, 0.4, 0.4, 0.4, 0.4]), array([0.4, 0.4, 0.4, 0.4, 0.4]))
    """
    mean, covariance = input_moments(problem)
    w, _ = check_model(problem, weights, mean)
    root = _root(covariance)
    left, sizes, basis = np.linalg.svd(w @ root, full_matrices=False)  # h = W root ξ + …, with ξ white
    kept = sizes > problem.n_features * EPS * sizes.max(-1, keepdims=True)
    seen = root @ np.swapaxes(basis, -1, -2) * kept[..., None, :]  # covariance of x with the kept white directions
    directions = seen / np.where(kept, sizes, np.inf)[..., None, :] @ np.swapaxes(left, -1, -2)
    offsets = mean - np.einsum("...ij,...j->...i", directions, w @ mean)
    variance = np.diagonal(covariance)
    share = np.minimum(np.square(seen).sum(-1) / variance, 1.0)
    return ReadOut(directions, offsets, share, _own(w, covariance))


def _own(weights: Array, covariance: Array) -> Array:
    """R² of x_i with W_i·h; a zero column reads nothing. No scale matters: each is taken out, no square is 0."""
    unit = _scaled(weights, axis=-2)
    along = _scaled(np.swapaxes(unit, -1, -2) @ _scaled(weights, axis=(-2, -1)), axis=-1)  # W_i·W_j, times what i says
    shared = np.diagonal(along @ covariance, axis1=-2, axis2=-1)
    spread = np.einsum("...ij,jk,...ik->...i", along, covariance, along)
    found = shared**2 / (np.where(spread > 0, spread, np.inf) * np.diagonal(covariance))
    return np.asarray(np.minimum(found, 1.0))


def _scaled(array: Array, axis: int | tuple[int, ...]) -> Array:
    """Divide by the largest size along the axes, where there is one."""
    largest = np.abs(array).max(axis=axis, keepdims=True)
    return np.asarray(array / np.where(largest > 0, largest, np.inf))


def _root(covariance: Array) -> Array:
    """Take the symmetric square root; of uncorrelated features, exactly the diagonal one."""
    variance = np.diagonal(covariance)
    if np.array_equal(covariance, np.diag(variance)):
        return np.diag(np.sqrt(variance))
    values, vectors = np.linalg.eigh(covariance)  # none below p / 12, what the values of active features add
    return np.asarray(vectors * np.sqrt(values) @ vectors.T)
