"""The loss of a model in balls, with its first and second derivatives by weights and biases, and its rotation gauge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..model import Array
from .flint_types import arb, arb_mat
from .numbers import CubeMoments, ball_ramp
from .rows import BallHinge, BallRow, Law, Terms

DEPENDENT = 1e-6  # share of a column's length outside the span of others, below which it counts as inside


class Jet(NamedTuple):
    """A loss, its gradient and its Hessian: balls, by the weights in C order, then the biases, as `tt.hessian`."""

    value: Any
    gradient: list[Any]
    hessian: Any


class BallModel:
    """The population loss of a model (or of all models in a box) whose weights and biases are balls.

    Parameters
    ----------
    weights : list of rows of balls, shape (n_hidden, n_features)
    bias : list of balls
    activation : from `ball_hinges`
    """

    def __init__(self, weights: list[list[Any]], bias: list[Any], activation: tuple[list[BallHinge], Any]) -> None:
        self.weights, self.m, self.n = weights, len(weights), len(bias)
        square = arb_mat(weights).transpose() * arb_mat(weights)
        self._rows = []
        for j, b in enumerate(bias):
            entries = [square[j, i] for i in range(self.n)]
            moments = [CubeMoments(b - hinge.at, entries, ball_ramp) for hinge in activation[0]]
            self._rows.append(BallRow(j, [b, *entries], moments, activation))

    def jet(self, law: Law, importance: Sequence[Any], order: int) -> Jet:
        """Give loss and derivatives up to an order <= 2, for a law of active sets and one importance a feature."""
        terms = [row.terms(law, order) if worth else {} for row, worth in zip(self._rows, importance, strict=True)]
        terms = [{by: worth * t for by, t in row.items()} for row, worth in zip(terms, importance, strict=True)]
        value = sum((row.get((), arb(0)) for row in terms), arb(0))
        if not order:
            return Jet(value, [], None)
        each = range(self.n)
        slopes = arb_mat([[terms[j].get((i + 1,), 0) + terms[i].get((j + 1,), 0) for i in each] for j in each])
        by_weights = arb_mat(self.weights) * slopes  # W (D + Dᵀ)
        gradient = [*by_weights.entries(), *(arb(row.get((0,), 0)) for row in terms)]
        return Jet(value, gradient, self._hessian(terms, slopes) if order > 1 else None)

    def _hessian(self, terms: list[Terms], slopes: Any) -> Any:
        """Chain second derivatives by rows through WᵀW, :eq:`curvature-chain`."""
        m, n = self.m, self.n
        total = arb_mat(m * n + n, m * n + n)
        for j, row in enumerate(terms):
            if row:
                second = [[row.get((min(k, i), max(k, i)), 0) for i in range(n + 1)] for k in range(n + 1)]
                moves = self._moves(j)
                total += moves.transpose() * arb_mat(second) * moves
        for h in range(m):
            for i in range(n):
                for k in range(n):
                    total[h * n + i, h * n + k] += slopes[i, k]
        return total

    def _moves(self, j: int) -> Any:
        """Differentiate θ_j = (b_j, row j of WᵀW) by all weights and biases, shape (n + 1, K)."""
        m, n = self.m, self.n
        moves = arb_mat(n + 1, m * n + n)
        moves[0, m * n + j] = 1
        for h, row in enumerate(self.weights):
            for i in range(n):
                moves[i + 1, h * n + j] += row[i]
                moves[i + 1, h * n + i] += row[j]
        return moves


class Gauge(NamedTuple):
    """A model turned so that the rotation gauge is fixed, :eq:`enclosure-gauge`.

    weights, float64, shape (m, n): of the pivot columns the k-th is 0 from row k + 1 on; free: the other entries, in C
    order; rank: the rows beyond it are 0.
    """

    weights: Array
    free: list[int]
    rank: int


def fix_gauge(weights: Array) -> Gauge:
    """Turn weights by an orthogonal matrix, to fix what the loss cannot see: a QR decomposition with pivots.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.analytic.balls.model import fix_gauge
    >>> turned = fix_gauge(np.array([[0.6, 0.0], [0.8, 0.5]]))
    >>> turned.weights.round(12), turned.free
    (array([[1. , 0.4],
           [0. , 0.3]]), [0, 1, 3])
    """
    m, n = weights.shape
    pivots: list[int] = []
    rest, basis = weights.astype(float), np.zeros((0, m))
    longest = float(np.linalg.norm(weights, axis=0).max())
    while len(pivots) < m:
        lengths = np.linalg.norm(rest, axis=0)
        pivot = int(lengths.argmax())
        if lengths[pivot] <= DEPENDENT * longest:
            break
        pivots.append(pivot)
        basis = np.vstack([basis, rest[:, pivot] / lengths[pivot]])
        rest = weights - basis.T @ (basis @ weights)
    turned = np.zeros((m, n))
    turned[: len(pivots)] = basis @ weights
    pinned = {h * n + column for k, column in enumerate(pivots) for h in range(k + 1, m)}
    turned.flat[sorted(pinned)] = 0.0
    return Gauge(turned, [i for i in range(m * n) if i not in pinned], len(pivots))
