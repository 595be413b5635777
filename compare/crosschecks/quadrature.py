"""The population loss by adaptive quadrature of its defining integral: slow, of up to three features, independent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.activation import Activation
from ...analytic.estimate import ErrorKind, Estimate
from ...analytic.problem import Problem, check_problem

Array = NDArray[np.float64]
MOST_FEATURES = 3
ASKED = 1e-11  # absolute error asked of the adaptive rule; the one that it reports is returned
ROUNDINGS = 100.0  # of one integrand: sums over nodes and pieces, of squares of order one
EPS = float(np.finfo(np.float64).eps)
RULES = tuple(np.polynomial.legendre.leggauss(k) for k in (20, 14))  # the second one tells the first one's error


def loss_by_quadrature(problem: Problem, weights: Any, bias: Any) -> Estimate:
    """Integrate Σ_j I_j Σ_A P(A) ∫ (x_j − σ(b_j + Σ_{i∈A} G_ji x_i))² dx numerically, as it is defined.

    The first variables adaptively by scipy's `quad`, between the places where a hinge passes a corner of the rest; the
    last one by Gauss rules between its hinges. None of the closed forms is used.

    Parameters
    ----------
    problem : Problem
        Of at most three features.
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)

    Returns
    -------
    Estimate
        Of kind "quadrature": the rules' own errors, and roundings.

    Raises
    ------
    ValueError
        If there are more than three features.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.quadrature import loss_by_quadrature
    >>> found = loss_by_quadrature(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.0, 0.0])
    >>> round(found.value, 9)  # p² / 3
    0.083333333
    """
    if check_problem(problem).n_features > MOST_FEATURES:
        raise ValueError(f"quadrature takes at most {MOST_FEATURES} features, got n_features={problem.n_features}")
    weights, bias = np.asarray(weights, dtype=float), np.asarray(bias, dtype=float)
    gram = weights.T @ weights
    total, gap, size = 0.0, 0.0, 1.0 + float(np.abs(gram).sum(axis=1).max() + np.abs(bias).max())
    for j, importance in enumerate(problem.importances):
        for active, chance in problem.active_sets():
            slopes, own = [float(gram[j, i]) for i in active], [float(i == j) for i in active]
            value, error = _mean_square(float(bias[j]), slopes, 0.0, own, problem.sigma)
            share = float(importance) * float(chance)
            total, gap = total + share * value, gap + share * (error + ROUNDINGS * EPS * size**2)
    return Estimate(total, gap, ErrorKind.QUADRATURE)


def _mean_square(
    z: float, slopes: Sequence[float], x: float, own: Sequence[float], sigma: Activation
) -> tuple[float, float]:
    """∫ (x + own·u − σ(z + slopes·u))² du over the unit cube, and its error."""
    from scipy.integrate import quad

    if not slopes:
        return float(sigma(np.array(z)) ** 2), 0.0  # nothing is active: x is 0
    (slope, *later), (mine, *others) = slopes, own
    if not later:
        return _last(z, slope, x, mine, sigma)
    inner: list[float] = []

    def section(u: float) -> float:
        value, error = _mean_square(z + slope * u, later, x + mine * u, others, sigma)
        inner.append(error)
        return value

    pieces = [  # with full output it says no more than the error does
        quad(section, low, high, epsabs=ASKED, epsrel=0.0, full_output=True)[:2]
        for low, high in pairwise(_cuts(z, slopes, sigma))
    ]
    return sum(value for value, _ in pieces), sum(error for _, error in pieces) + max(inner)


def _last(z: float, slope: float, x: float, own: float, sigma: Activation) -> tuple[float, float]:
    """Integrate over one variable by Gauss rules: exact between hinges of a piecewise-linear activation."""
    ends = np.array(_cuts(z, [slope], sigma))
    lengths, found = np.diff(ends), []
    for nodes, weights in RULES:
        u = ends[:-1, None] + lengths[:, None] * (0.5 + 0.5 * nodes)
        found.append(float(lengths @ ((x + own * u - sigma(z + slope * u)) ** 2) @ (0.5 * weights)))
    return found[0], abs(found[0] - found[1])


def _cuts(z: float, slopes: Sequence[float], sigma: Activation) -> list[float]:
    """Give the ends of pieces of [0, 1] on which the integral over the later variables is smooth in the first."""
    first, *later = slopes
    corners = [z + sum(compress(later, corner)) for corner in product((False, True), repeat=len(later))]
    passed = [(float(t) - corner) / first for corner in corners for t in sigma.hinges] if first else []
    return sorted({0.0, 1.0, *np.clip(passed, 0.0, 1.0).tolist()})
