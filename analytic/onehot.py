"""One active feature at a time: the published closed form of the loss, and its regular polygons solved exactly.

Chen et al. study the ReLU model on one-hot inputs x = u e_i, u uniform on [0, 1], every feature i as likely. Their loss
is a special case of this library's (support law `OneHot`), found another way: it serves as a check, and it is simple
enough that its polygons can be solved on paper.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .activation import resolve
from .domain import Domain
from .model import Array, check_model
from .problem import Problem, check_problem
from .support import OneHot

POLYGON = Domain("k", 1, integer=True, hint="give the number of corners of the polygon")
GRID = np.linspace(-1.0, 0.0, 4097)[1:]  # of β: by trial on k up to 60, a grid 50 times finer finds no better one


def one_hot_loss(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Any:
    """Compute the loss on one-hot inputs by the published closed form, for any number of features.

    L = Σ_j I_j H_j / 3n, :eq:`onehot-loss`. With ℓ² = G_jj, a = G_ji for i ≠ j, b = b_j and
    N = (1 - ℓ²)² - 3 (1 - ℓ²) b + 3 b² (:eq:`onehot-always-on`), H_j is
    :eq:`onehot-below` for b ≤ 0 and :eq:`onehot-above` for b > 0.

    Parameters
    ----------
    problem : Problem
        With activation "relu" and support `OneHot`.
    weights : array, shape (..., n_hidden, n_features)
    bias : array, shape (..., n_features)

    Returns
    -------
    float, or array of the broadcast leading shape
        Loss per input, summed over features. Its error is a few roundings of the largest of 1, ℓ⁴ and b².

    Raises
    ------
    TypeError, ValueError
        If weights or biases don't fit the problem, or the problem is not a ReLU model of one-hot inputs.

    References
    ----------
    Chen et al. 2023, "Dynamical versus Bayesian Phase Transitions in a Toy Model of Superposition", arXiv 2310.06301.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.onehot import one_hot_loss
    >>> problem = tt.Problem(n_features=2, n_hidden=1, support=tt.OneHot())
    >>> round(float(one_hot_loss(problem, [[1.0, -0.5]], [0.0, 0.0])), 6), round(1 / 6 * 0.75**2, 6)
    (0.09375, 0.09375)
    """
    if check_problem(problem).sigma != resolve("relu") or not isinstance(problem.support, OneHot):
        raise ValueError(
            f'problem must have activation="relu" and support=OneHot() here, got activation={problem.activation!r} and '
            f"support={problem.support!r}; loss takes any"
        )
    weights, bias = check_model(problem, weights, bias)
    gram = np.swapaxes(weights, -1, -2) @ weights
    diagonal = np.diagonal(gram, axis1=-2, axis2=-1)
    terms = np.where(bias > 0, _own_above(diagonal, bias), _own_below(diagonal, bias))
    terms = terms + _written_by_others(gram, bias[..., None])
    importance = np.array([float(value) for value in problem.importances])
    return (terms @ importance)[()] / (3 * problem.n_features)


def _own_above(square: Array, b: Array) -> Array:
    return (1 - square) ** 2 - 3 * (1 - square) * b + 3 * b * b


def _own_below(square: Array, b: Array) -> Array:
    seen = (square > 0) & (-square <= b)
    beta = np.divide(b, square, out=np.zeros(np.broadcast_shapes(b.shape, square.shape)), where=seen)
    return np.where(seen, (1 + square) * beta * beta * b + _own_above(square, b), 1.0)


def _written_by_others(a: Array, b: Array) -> Array:
    """Sum over i ≠ j of 3 E (a_ij u + b_j)₊²."""
    safe = np.where(a == 0, 1.0, a)
    below = np.where((a > 0) & (a + b > 0), (a + b) ** 3 / safe, 0.0)
    above = np.where(-a > b, -(b**3) / safe, a * a + 3 * a * b + 3 * b * b)
    squares = np.where(b > 0, above, below)
    return np.asarray(np.where(np.eye(a.shape[-1], dtype=bool), 0.0, squares).sum(axis=-1))


class Polygon(NamedTuple):
    """A regular polygon of k features in the plane, at its best length and bias, on one-hot inputs.

    Parameters
    ----------
    k : int
        Number of corners: of features represented.
    length : float
        ‖W_i‖ of each, ℓ.
    bias : float
        b of each, ≤ 0.
    energy : float
        h_k = Σ H_j over the k features, in [0, k).

    Examples
    --------
    >>> from toytoy.analytic.onehot import polygon
    >>> pentagon = polygon(5)
    >>> round(pentagon.length, 5), round(pentagon.bias, 5), round(pentagon.energy, 5)
    (1.17046, -0.2823, 0.23738)
    """

    k: int
    length: float
    bias: float
    energy: float

    def loss(self, n_features: int) -> float:
        """Loss of a model that represents k features so and answers 0 for the others, :eq:`onehot-polygon-loss`."""
        return (self.energy + n_features - self.k) / (3 * n_features)

    def model(self, n_features: int) -> tuple[Array, Array]:
        """Weights, shape (2, n_features), and bias, shape (n_features,): the first k features on the polygon.

        Raises
        ------
        ValueError
            If there are fewer than k features.
        """
        if n_features < self.k:
            raise ValueError(f"n_features must be at least k={self.k}, got n_features={n_features}")
        angles = 2 * math.pi * np.arange(self.k) / self.k
        weights, bias = np.zeros((2, n_features)), np.zeros(n_features)
        weights[:, : self.k] = self.length * np.array([np.cos(angles), np.sin(angles)])
        bias[: self.k] = self.bias
        return weights, bias


def polygon(k: int) -> Polygon:
    """Solve the regular k-gon: the best length ℓ and bias b that its k features share.

    With b = β ℓ² each feature's H is quadratic in ℓ², so that ℓ² = -B / 2A and h_k = k (1 - B² / 4A), where A and
    B are polynomials in β, :eq:`onehot-polygon`; β is the root in [-1, 0] of 2 A B' = A' B, bracketed.

    Parameters
    ----------
    k : int
        Corners, >= 1.

    Returns
    -------
    Polygon
        To rounding.

    Raises
    ------
    TypeError, ValueError
        If k is not a whole number >= 1.

    References
    ----------
    Chen et al. 2023, arXiv 2310.06301, who give k = 4, 5 and 6.

    Examples
    --------
    >>> from toytoy.analytic.onehot import polygon
    >>> round(polygon(6).loss(n_features=6), 7)
    0.0481924
    """
    from scipy.optimize import brentq

    k = POLYGON.check(k)
    turns = np.cos(2 * math.pi * np.arange(1, k) / k)
    if (turns < 1e-15).all():  # up to four corners nothing is written on the others: nothing is lost
        return Polygon(k, 1.0, 0.0, 0.0)
    positive = turns[turns > 1e-15]

    def stationary(beta: float) -> float:
        a, b = _quadratic(positive, beta)
        slope = (3 * np.maximum(positive + beta, 0) ** 2 / positive).sum() + 3 * (1 + beta) ** 2
        return float(6 * a * (beta - 1) * (beta + 1) - slope * b)

    gains = np.array([b * b / a for a, b in (_quadratic(positive, beta) for beta in GRID)])
    best = int(np.argmax(gains))
    beta: Any = brentq(stationary, GRID[max(best - 1, 0)], GRID[min(best + 1, len(GRID) - 1)], xtol=1e-16)
    a, b = _quadratic(positive, beta)
    square = -b / (2 * a)
    return Polygon(k, math.sqrt(square), beta * square, k * (1 - b * b / (4 * a)))


def _quadratic(turns: Array, beta: float) -> tuple[float, float]:
    """Give A and B of H = A ℓ⁴ + B ℓ² + 1: A = Σ (c + β)₊³ / c + (1 + β)³ over the c > 0, B = (1 + β)² (β - 2)."""
    a = (np.maximum(turns + beta, 0) ** 3 / turns).sum() + (1 + beta) ** 3
    return float(a), (1 + beta) ** 2 * (beta - 2)
