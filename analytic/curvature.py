"""How the loss bends at a model: the eigenvalues of its Hessian, rotations of the hidden space set apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from .hessian import check_one, second_derivatives
from .kinks import kinks
from .model import Array
from .problem import Problem
from .solution import Kink

EPS = float(np.finfo(np.float64).eps)
# Largest error of a Hessian in units of K eps times its norm, against exact fractions, on 6400 drawn points: 3.4, and
# 17 once, with a tiny entry beside a corner on a hinge; clipped ReLUs with weights beyond 100 left out. Where outputs
# barely open the loss of answering 0 is the scale.
ROUNDING = 64


@dataclass(frozen=True, eq=False)
class Curvature:
    """The second derivatives of the loss at one model, summed up.

    Parameters
    ----------
    eigenvalues : array, ascending
        Of the Hessian on the complement of the rotations, n_hidden n_features + n_features - n_gauge of them.
    n_gauge : int
        Dimension of the rotations: directions A W, A antisymmetric, along which the loss never changes.
    n_flat : int
        How many eigenvalues are 0 within the tolerance.
    kinks : tuple of Kink
        Where the second derivatives jump; the eigenvalues are then those for biases slightly larger.
    tolerance : float
        Bound on the rounding error of an eigenvalue.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=1, n_hidden=1, density=1.0, activation="linear")
    >>> tt.curvature(problem, [[1.0]], [0.0]).bends_up
    True
    """

    eigenvalues: Array
    n_gauge: int
    n_flat: int
    kinks: tuple[Kink, ...]
    tolerance: float

    @property
    def bends_up(self) -> bool:
        """Whether a stationary point that bends so is a strict local minimum, but for rotations; False at kinks."""
        return not self.kinks and bool((self.eigenvalues > self.tolerance).all())


def curvature(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> Curvature:
    """Find the Hessian's eigenvalues off the rotations W → QW, :eq:`curvature-gauge`, and count those that are 0.

    At a stationary point rotations are null directions of the Hessian. Elsewhere they are not, as the gradient turns
    with the model; they are projected out all the same. Directions that are flat for another reason (a feature of no
    importance, an output that never opens, rotations among tied features) stay, and are counted.

    Parameters
    ----------
    problem : Problem
        With a piecewise-linear activation and at most 10 features.
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)

    Returns
    -------
    Curvature
        Eigenvalues in loss per squared length of weights and biases; no warning at kinks, they are listed.

    Raises
    ------
    TypeError, ValueError
        As `hessian` does.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=0.5, importance=(1, 1, 0.5), activation="linear")
    >>> from toytoy.analytic.linear import best_linear
    >>> best = best_linear(problem)
    >>> bends = tt.curvature(problem, best.weights, best.bias)
    >>> bends.n_gauge, bends.n_flat, bends.bends_up
    (1, 0, True)
    """
    weights, bias = check_one("curvature", problem, weights, bias)
    second = second_derivatives(problem, weights, bias)
    others, n_gauge = off_gauge(weights)
    eigenvalues = np.asarray(np.linalg.eigvalsh(others @ second @ others.T), dtype=np.float64)
    tolerance = ROUNDING * len(second) * EPS * (float(np.linalg.norm(second)) + problem.null_loss)
    n_flat = int((np.abs(eigenvalues) <= tolerance).sum())
    return Curvature(eigenvalues, n_gauge, n_flat, kinks(problem, weights, bias), tolerance)


def off_gauge(weights: Array) -> tuple[Array, int]:
    """Return an orthonormal basis, as rows, of what is orthogonal to all A W in (W, b), and the dimension of the A W.

    A runs over the antisymmetric matrices; fewer than m (m - 1) / 2 of the A W are independent if W has a low rank.
    """
    m, n = weights.shape
    turns = np.zeros((m * (m - 1) // 2, m * n + n))
    for turn, (i, k) in zip(turns, combinations(range(m), 2), strict=True):
        turn[i * n : (i + 1) * n], turn[k * n : (k + 1) * n] = weights[k], -weights[i]
    _, sizes, basis = np.linalg.svd(turns)
    n_gauge = int((sizes > EPS * max(turns.shape) * sizes.max(initial=0.0)).sum())
    return basis[n_gauge:], n_gauge
