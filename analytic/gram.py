"""How features share the hidden space: overlaps, capacity and superposition, read off the Gram matrix WᵀW."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .model import check_weights

Array = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)


def capacity(weights: ArrayLike) -> Array:
    """Compute each feature's share of the hidden dimensions, C_i = ‖W_i‖⁴ / Σ_j (W_i·W_j)².

    0: not represented; 1: dedicated; between: superposed. Also called feature dimensionality.

    Parameters
    ----------
    weights : array, shape (..., n_hidden, n_features)
        Of any size: columns of 1e-200 and of 1e150 stand side by side without over- or underflow.

    Returns
    -------
    array, shape (..., n_features)
        In [0, 1]; 0 for a zero column. The sum over features is at most the rank of W.

    Raises
    ------
    TypeError, ValueError
        If the weights are not real, finite and of at least two axes.

    References
    ----------
    Scherlis et al. 2022, "Polysemanticity and Capacity in Neural Networks", arXiv 2210.01892.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.capacity([[1.0, -1.0, 0.0], [0.0, 0.0, 2.0]])
    array([0.5, 0.5, 1. ])
    """
    inner, squares, exponents = _scaled_gram(check_weights(weights))
    with np.errstate(over="ignore"):  # an infinite rival leaves a capacity of 0, which is right
        gaps = exponents[..., None, :] - exponents[..., :, None]
        rivals = np.square(np.ldexp(inner / _positive(squares)[..., None], gaps))
    total = 1.0 + _without_diagonal(rivals).sum(-1)
    return np.where(squares > 0, 1.0 / total, 0.0)


def superposition(weights: ArrayLike) -> Array:
    """Compute how much of the other features lies along each one, Σ_{j≠i} (Ŵ_i·W_j)².

    Ŵ_i is column i at unit length. This is the bar color of the paper's demonstration figures.

    Parameters
    ----------
    weights : array, shape (..., n_hidden, n_features)

    Returns
    -------
    array, shape (..., n_features)
        Non-negative, in the units of ‖W_j‖²; 0 for a zero column.

    Raises
    ------
    TypeError, ValueError
        If the weights are not real, finite and of at least two axes.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.superposition([[1.0, -2.0, 0.0], [0.0, 0.0, 2.0]])
    array([4., 1., 0.])
    """
    shared: Array = _without_diagonal(overlaps(projections(weights))).sum(-1)
    return shared


def projections(weights: ArrayLike) -> Array:
    """Compute Ŵ_i·W_j for every pair of features, shape (..., n, n); row i is 0 where column i is.

    The diagonal holds ‖W_i‖.
    """
    inner, squares, exponents = _scaled_gram(check_weights(weights))
    unit = inner / np.sqrt(_positive(squares))[..., None]
    with np.errstate(over="ignore"):
        return np.ldexp(unit, exponents[..., None, :])


def overlaps(projected: Array) -> Array:
    """Square projections: (Ŵ_i·W_j)², with ‖W_i‖² on the diagonal."""
    with np.errstate(over="ignore"):  # beyond the largest number: above any tolerance
        return np.square(projected)


def overlap_graph(projected: Array, tolerance: float) -> NDArray[np.bool_]:
    """Tell which pairs of represented features overlap, shape (..., n, n), symmetric, False on the diagonal.

    i and j do if (Ŵ_i·W_j)² or (Ŵ_j·W_i)² exceeds the tolerance; represented: ‖W_i‖² exceeds it.
    """
    above = overlaps(projected) > tolerance
    represented = np.diagonal(above, axis1=-2, axis2=-1)
    either = above | np.swapaxes(above, -1, -2)
    edges = either & represented[..., None, :] & represented[..., :, None]
    return edges & ~np.eye(edges.shape[-1], dtype=bool)


def rank(weights: Array, tolerance: float) -> Any:
    """Count the singular values whose square exceeds the tolerance (or rounding, where that is larger)."""
    singular = np.linalg.svd(weights, compute_uv=False)
    rounding = max(weights.shape[-2:]) * EPS * singular[..., :1]  # numpy.linalg.matrix_rank's rule
    return np.sum(singular > np.maximum(np.sqrt(tolerance), rounding), axis=-1)


def _scaled_gram(weights: Array) -> tuple[Array, Array, NDArray[np.intc]]:
    """Gram matrix of columns scaled to size one by exact powers of two, its diagonal, and the powers."""
    exponents = np.frexp(np.abs(weights).max(axis=-2, initial=0.0))[1]
    scaled = np.ldexp(weights, -exponents[..., None, :])
    # one hidden dimension at a time: a fused multiply-add, as in a matrix product, leaves (a, a)·(b, -b) nonzero
    inner = np.zeros((*exponents.shape, exponents.shape[-1]))
    for h in range(scaled.shape[-2]):
        inner += scaled[..., h, :, None] * scaled[..., h, None, :]
    return inner, np.diagonal(inner, axis1=-2, axis2=-1), exponents


def _positive(squares: Array) -> Array:
    """Replace zeros by ones: what is divided by them is zero already."""
    return np.where(squares > 0, squares, 1.0)


def _without_diagonal(matrix: Array) -> Array:
    return np.where(np.eye(matrix.shape[-1], dtype=bool), 0.0, matrix)
