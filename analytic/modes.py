"""Modes of the linear model's gradient flow: directions that learn alone, and the starts that have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .linear_parts import Moments, moments
from .model import Array, check_model
from .problem import Problem

EPS = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
ROUNDING = 8  # times n eps: the cosines between columns of an orthogonal n × n matrix, as numpy computes it, stay below


@dataclass(frozen=True, eq=False)
class Modes:
    """Orthonormal directions of feature space along which a linear model learns, each at its own rate.

    With strengths s_k², rates c_k, directions q_k and images u_k the start is W = Σ_k s_k u_k q_kᵀ.

    Parameters
    ----------
    strengths : array, shape (n_features,)
        Eigenvalues of WᵀW at the start, g_k = s_k² ≥ 0. Those below 2e-308 are 0.
    rates : array, shape (n_features,)
        8 I v of the features that the direction is made of.
    directions : array, shape (n_features, n_features)
        Eigenvectors q_k of WᵀW, as columns.
    images : array, shape (n_hidden, n_features)
        Unit vectors u_k = W q_k / s_k, as columns; zero where the strength is.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import modes
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=0.5, importance=(1, 1, 0.5), activation="linear")
    >>> modes(problem, [[0.2, 0.2, 0.0], [0.0, 0.0, 0.1]]).half_times.round(2)
    array([ 2.93,   inf, 11.03])
    """

    strengths: Array
    rates: Array
    directions: Array
    images: Array

    @property
    def half_times(self) -> Array:
        """When each mode reaches half strength: ln((1 - g)/g) / rate (:eq:`saxe-half-time`).

        Negative where that lies before the start, inf where it never happens (strength 0, or 1 and more; rate 0).
        """
        learns = (self.strengths > 0) & (self.strengths < 1) & (self.rates > 0)
        g = np.where(learns, self.strengths, np.nan)
        return np.where(learns, np.log((1 - g) / g) / self.rates, np.inf)


def modes(problem: Problem, weights: ArrayLike) -> Modes:
    """Find the modes of a start, if features that overlap are equal in importance and in variance.

    Only then is c_ij = I_i v_j + I_j v_i one number in every block of overlapping features (:eq:`saxe-condition`):
    modes are the singular vectors of each block. Features without importance may overlap each other as they like:
    they don't learn. Columns count as orthogonal, and singular values of a block as 0, up to rounding: 8 n eps as
    the cosine of an angle, n eps of the largest singular value.

    Parameters
    ----------
    problem : Problem
        With activation "linear" and independent features.
    weights : array, shape (n_hidden, n_features)

    Returns
    -------
    Modes
        Blocks in the order of their first features, the strongest mode of a block first: with orthogonal
        columns mode i is feature i.

    Raises
    ------
    TypeError, ValueError
        If the weights don't fit the problem, or are more than one model; if the problem is not linear with
        independent features; if two features overlap that differ in importance or in variance.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.linear import modes
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=0.5, importance=(1, 1, 0.5), activation="linear")
    >>> modes(problem, [[0.2, 0.2, 0.0], [0.0, 0.0, 0.1]]).strengths.round(12)
    array([0.08, 0.  , 0.01])
    """
    given = moments(problem)
    weights = check_model(problem, weights, given.mean)[0]
    if weights.ndim != 2:
        raise ValueError(f"weights must be one model here, got leading axes {weights.shape[:-2]}; loop over them")
    overlap = _overlaps(weights)
    _refuse_mixed(given, overlap)
    found = Modes(
        strengths=np.zeros(problem.n_features),
        rates=8 * given.importance * given.variance,
        directions=np.zeros(overlap.shape),
        images=np.zeros(weights.shape),
    )
    blocks = _blocks((overlap > 0) | np.eye(problem.n_features, dtype=bool))
    for first in np.unique(blocks):
        _decompose(found, weights, np.flatnonzero(blocks == first))
    return found


def _overlaps(weights: Array) -> Array:
    """Give cosines of the angles between columns, without sign; 0 where they are rounding."""
    largest = np.abs(weights).max(axis=0)
    scaled = weights / np.where(largest > 0, largest, np.inf)  # so that no square under- or overflows
    unit = scaled / np.maximum(np.linalg.norm(scaled, axis=0), 1.0)
    overlap: Array = np.abs(unit.T @ unit)
    return overlap * (overlap > ROUNDING * len(overlap) * EPS)


def _refuse_mixed(given: Moments, overlap: Array) -> None:
    """Refuse overlaps between features that differ in importance, or in variance where it matters."""
    importance, _, variance = given
    apart = np.abs(variance[:, None] - variance) > ROUNDING * EPS * variance  # two densities may share a variance
    differ = (importance[:, None] != importance) | (apart & (importance > 0))
    if not (differ & (overlap > 0)).any():
        return
    i, j = (int(k) for k in np.unravel_index(np.argmax(differ * overlap), overlap.shape))
    pair = f"features {i} and {j} of importance {importance[i]:.6g} and {importance[j]:.6g}"
    raise ValueError(
        "weights must have orthogonal columns wherever importance or variance differ, got an angle of cosine "
        f"{overlap[i, j]:.3g} between {pair}, variance {variance[i]:.6g} and {variance[j]:.6g}; "
        "scipy's solve_ivp takes any start, with the gradient of loss_and_grad"
    )


def _blocks(overlapping: NDArray[np.bool_]) -> NDArray[Any]:
    """Label every feature by the first one that it overlaps, directly or through others."""
    first = np.arange(len(overlapping))
    while True:
        lower = np.where(overlapping, first, len(first)).min(axis=1)
        if (lower == first).all():
            return first
        first = lower


def _decompose(found: Modes, weights: Array, block: NDArray[Any]) -> None:
    """Fill in the modes of one block of features."""
    left, singular, right = np.linalg.svd(weights[:, block])
    noise = weights.shape[1] * EPS * singular[0]
    kept = int(np.sum((singular > noise) & (singular**2 >= TINY)))
    found.directions[np.ix_(block, block)] = right.T
    found.strengths[block[:kept]] = singular[:kept] ** 2
    found.images[:, block[:kept]] = left[:, :kept]
