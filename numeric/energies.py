"""Energies of points on a sphere: what charges, and what features of a ReLU model, do to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)
Evaluated = tuple[float, Array, Array]  # value, gradients in points (d, N) and biases (N,)


class Energy(NamedTuple):
    """An energy of unit vectors, and what its solver has to know.

    Parameters
    ----------
    evaluate : callable
        Of points (d, N) and biases (N,): the value, and its gradients in both.
    biased : bool
        Whether the biases are to be found, in [-1, 0], or have no meaning.
    rounding : callable
        Of points and biases: a bound on the value's rounding error, points on the sphere to rounding.
    """

    evaluate: Callable[[Array, Array], Evaluated]
    biased: bool
    rounding: Callable[[Array, Array], float]


def thomson_energy(points: Array, bias: Array) -> Evaluated:
    """Compute Σ_{i<j} 1 / |x_i - x_j|, :eq:`geometry-thomson`."""
    squares = ((points[:, :, None] - points[:, None, :]) ** 2).sum(0)
    np.fill_diagonal(squares, np.inf)
    with np.errstate(divide="ignore"):  # points that coincide: an infinite energy is right
        inverse = squares**-0.5
    cubes = np.where(squares > 0, inverse**3, 0.0)
    return float(inverse.sum() / 2), points @ cubes - points * cubes.sum(0), np.zeros_like(bias)


def interference_energy(points: Array, bias: Array) -> Evaluated:
    """Compute Σ_{i≠j} E relu(x_i·x_j u)² for u uniform on [0, 1], :eq:`geometry-interference`; biases are 0."""
    positive = np.maximum(_cosines(points), 0.0)
    return float((positive**2).sum() / 3), 4 / 3 * points @ positive, np.zeros_like(bias)


def sparse_energy(points: Array, bias: Array) -> Evaluated:
    """Compute the loss per active feature in the sparse limit, :eq:`geometry-sparse`, for biases in [-1, 0].

    The interference under those biases, and what they cost each feature when it is itself active.
    """
    cosines = _cosines(points)
    above = np.maximum(cosines + bias, 0.0)  # column j: what is written on j, beyond its threshold
    safe = np.where(above > 0, cosines, 1.0)  # positive wherever it counts: above > 0 and b <= 0
    value = (bias**2 + 2 / 3 * bias**3).sum() + (above**3 / (3 * safe)).sum()
    slope = above**2 * (2 * cosines - bias) / (3 * safe**2)
    return float(value), points @ (slope + slope.T), 2 * bias * (1 + bias) + (above**2 / safe).sum(0)


def _cosines(points: Array) -> Array:
    gram = points.T @ points
    np.fill_diagonal(gram, 0.0)
    return np.asarray(gram)


def _thomson_rounding(points: Array, bias: Array) -> float:
    """Bound the rounding: coordinates wrong by an ε move a distance r by 2 ε, sums and roots add some ε of a term."""
    squares = ((points[:, :, None] - points[:, None, :]) ** 2).sum(0)
    np.fill_diagonal(squares, np.inf)
    terms = squares**-0.5
    return float(EPS * (terms * (8 + len(points) + len(terms) + 2 * terms)).sum())


def _relu_rounding(points: Array, bias: Array) -> float:
    """Bound the rounding: every entry of the Gram matrix is wrong by at most (d + 4) ε, and no slope exceeds 1."""
    n = points.shape[1]
    return float(EPS * n * (n * (len(points) + 4) + 8))


ENERGIES: dict[str, Energy] = {
    "thomson": Energy(thomson_energy, False, _thomson_rounding),
    "interference": Energy(interference_energy, False, _relu_rounding),
    "sparse": Energy(sparse_energy, True, _relu_rounding),
}
