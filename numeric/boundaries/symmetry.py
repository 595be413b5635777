"""The symmetries of a block's models: directions of θ that keep equal features equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .branch import Branch

Array = NDArray[np.float64]
EQUAL = 1e-7  # entries of twins: a descent's error is smaller, an asymmetry that matters larger


def symmetric_directions(branch: Branch, theta: Array, importance: float) -> Array:
    """Give orthonormal directions in which a model keeps the symmetry it has; all of them if it has none.

    An equal pair stays a pair, an isosceles triangle isosceles, an equilateral one, where all importances are 1,
    equilateral. A branch followed inside these directions passes the points where it loses stability against others,
    at which its whole Hessian is singular.

    Parameters
    ----------
    branch : Branch
    theta : array, shape (k,)
    importance : float
        Of the extra feature: with 1 it may be equal to others. Give NaN if it is going to change.

    Returns
    -------
    array, shape (k, j)

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.numeric.boundaries.branch import Branch
    >>> pair = Branch(3, block=(0, 1), dropped=())
    >>> symmetric_directions(pair, np.array([-0.9, 0.9, 0.1, 0.1]), importance=2.0).shape
    (4, 2)
    """
    everything = np.eye(theta.size)
    like_others = importance == 1.0 or branch.extra not in branch.block
    if theta.size == 4:
        return _mirrored(theta, np.array([1, 0, 3, 2]), np.array([-1, -1, 1, 1])) if like_others else everything
    weights = branch.model(theta, 1.0)[0]
    gram = weights.T @ weights + np.diag(theta[5:])
    if like_others and np.ptp(np.diag(gram)) < EQUAL and np.ptp(gram[np.triu_indices(3, 1)]) < EQUAL:
        scale, shift = np.append(theta[:5], np.zeros(3)), np.append(np.zeros(5), np.ones(3))
        return np.column_stack([scale / np.linalg.norm(scale), shift / np.sqrt(3)])
    return _mirrored(theta, np.array([1, 0, 2, 4, 3, 6, 5, 7]), np.array([1, 1, 1, -1, -1, 1, 1, 1]))


def _mirrored(theta: Array, order: NDArray[np.intp], signs: Array) -> Array:
    """Directions that a mirror keeps, if it keeps the model."""
    mirror = signs[:, None] * np.eye(theta.size)[order]
    if np.abs(mirror @ theta - theta).max() > EQUAL:
        return np.eye(theta.size)
    values, vectors = np.linalg.eigh(mirror)
    return np.asarray(vectors[:, values > 0])
