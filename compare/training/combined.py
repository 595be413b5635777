"""Many trained models made into one number: the best of k, or the mean without the worst; and a model of a mean."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...analytic.domain import Domain

Array = NDArray[np.float64]


def best_of_k(values: ArrayLike, losses: ArrayLike, k: int) -> Array:
    """Average, over all choices of k of the models, the value of the one of least loss.

    Of K models in order of their losses the i-th (from 0) is the best of k in C(K - 1 - i, k - 1) of C(K, k) choices.

    Parameters
    ----------
    values, losses : arrays, shape (..., K), K >= 1
    k : int
        From 1 to K.

    Returns
    -------
    array, shape (...)

    Raises
    ------
    TypeError, ValueError
        If k is out of its range, shapes differ, or a loss is not a number.

    Examples
    --------
    >>> from toytoy.compare.training.combined import best_of_k
    >>> [float(best_of_k([0.0, 1.0, 5.0], [3.0, 2.0, 9.0], k)) for k in (1, 3)]
    [2.0, 1.0]
    """
    own = _losses(losses, 1)
    given = np.asarray(values, dtype=float)
    if given.shape != own.shape:
        raise ValueError(f"values must have the same shape as losses, {own.shape}, got {given.shape}")
    total = own.shape[-1]
    k = Domain("k", 1, total, integer=True, hint="it may not exceed the number of models").check(k)
    shares = np.array([comb(total - 1 - i, k - 1) / comb(total, k) for i in range(total)])
    return np.asarray(np.take_along_axis(given, np.argsort(own, axis=-1), axis=-1) @ shares)


def worst_dropped(values: ArrayLike, losses: ArrayLike) -> Array:
    """Average over models but the one of greatest loss, as the paper's phase diagrams do.

    Parameters
    ----------
    values : array, shape (K, ...)
        Of every model: something that a rotation of its hidden space leaves as it is.
    losses : array, shape (K,), K >= 2

    Returns
    -------
    array, shape (...)

    Raises
    ------
    ValueError
        If there are fewer than two models, or a loss is not a number.

    Examples
    --------
    >>> from toytoy.compare.training.combined import worst_dropped
    >>> float(worst_dropped([1.0, 2.0, 9.0], [0.3, 0.1, 0.2]))
    5.5
    """
    own = _losses(losses, 2)
    given = np.asarray(values, dtype=float)
    if given.shape[:1] != own.shape:
        raise ValueError(f"values must be {len(own)}, one a model, on their first axis, got shape {given.shape}")
    return np.asarray(given[np.argsort(own)[:-1]].mean(axis=0))


def of_gram(gram: ArrayLike, n_hidden: int) -> Array:
    """Return weights (m, n) whose Gram matrix is the nearest of rank m to the one given.

    Parameters
    ----------
    gram : array, shape (n, n)
        Symmetric.
    n_hidden : int
        m, from 1 to n.

    Raises
    ------
    TypeError, ValueError
        If m is out of its range, or the matrix is not symmetric.

    Examples
    --------
    >>> from toytoy.compare.training.combined import of_gram
    >>> (of_gram([[1.0, -0.5], [-0.5, 0.25]], 1) ** 2).round(12)
    array([[1.  , 0.25]])
    """
    matrix = np.asarray(gram, dtype=float)
    if matrix.ndim != 2 or matrix.shape != matrix.shape[::-1] or not np.allclose(matrix, matrix.T):
        raise ValueError(f"gram must be a symmetric matrix, got shape {matrix.shape}; it is WᵀW of weights W")
    most = len(matrix)
    m = Domain("n_hidden", 1, most, integer=True, hint="a Gram matrix of n features has rank n at most").check(n_hidden)
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(np.sqrt(np.maximum(values[-m:], 0))[:, None] * vectors[:, -m:].T)


def _losses(losses: ArrayLike, least: int) -> Array:
    own = np.asarray(losses, dtype=float)
    if own.ndim == 0 or own.shape[-1] < least or (least > 1 and own.ndim > 1):
        needed = {1: "at least one", 2: "at least two, in one row: one is dropped"}[least]
        raise ValueError(f"losses must be {needed}, got shape {own.shape}")
    if np.isnan(own).any():
        raise ValueError("losses must be numbers, got NaN among them; leave out models that diverged")
    return own
