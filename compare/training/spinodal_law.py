"""Where the pair and the dropped extra of (2,1) cease to be minima as the density moves, and how late training leaves.

At a fold the softest coordinate u of the pair obeys u' = -(a (p - p_f) + c u²/2), with a = ∂²L/∂u∂p and c = ∂³L/∂u³.
With p moving at rate ε, y = -c u / 2 and the shifted, scaled density obey y' = ν + y², ν' = ε |ac|/2, whose solution
leaves at ν = Ω (ε |ac|/2)^(2/3), Ω the first zero of Ai(-x): :eq:`sweep-fold`.

Where dropping the extra loses stability, its column W obeys W' = λ (p_s - p) W + q W² + s ε, as the bias that lags
behind p/2 drives it. W = √ε w and p_s - p = √ε τ leave no ε: the delay is of the order √ε, :eq:`sweep-threshold`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...analytic.bracket import bracketed_roots
from ...analytic.domain import IMPORTANCE, short
from ...analytic.hessian import hessian
from ...analytic.problem import Problem
from ...analytic.stability import onset_window, threshold
from ...numeric.boundaries.branch import Branch, State
from ...numeric.boundaries.fold import Ending, spinodal_point
from ...numeric.multistart import Multistart

Array = NDArray[np.float64]
AIRY = 2.338107410459767  # Ω, minus the first zero of Ai
THIRD = 1e-4  # step of θ for a third derivative from exact second ones
INSIDE = 0.97  # times p_s: there the pair is the optimum
FOLD_POWERS = (0.0, 2 / 3, 1.0, 4 / 3)  # of the rate, in an expansion of the density of the jump
THRESHOLD_POWERS = (0.0, 1 / 2, 3 / 4)
LEAST = 0.1  # importance: below it the branch of the pair is hard to follow, and sweeps take long


@dataclass(frozen=True)
class Spinodals:
    """The two ends of the loop at one importance.

    Parameters
    ----------
    importance : float
    fold : float
        p_f, above which there is no pair.
    threshold : float
        p_s, below which dropping the extra is unstable.
    norm : float
        ‖W_e‖ at the fold: what the extra loses there.
    coefficient : float
        C in p_jump - p_f = C rate^(2/3), of gradient flow: :eq:`sweep-fold`.
    """

    importance: float
    fold: float
    threshold: float
    norm: float
    coefficient: float


@cache
def spinodals_at(importance: float) -> Spinodals:
    """Find both spinodals of (2,1) at one importance below the window of continuous onset.

    Raises
    ------
    ValueError
        If the importance is outside [0.1, 0.574): above, the extra appears continuously and there is no loop.

    Examples
    --------
    >>> from toytoy.compare.training.spinodal_law import spinodals_at
    >>> ends = spinodals_at(0.3)
    >>> round(ends.threshold, 9), round(ends.fold, 9), round(ends.coefficient, 3)
    (0.283212873, 0.398710985, 10.715)
    """
    least = _threshold_density(importance)
    end = spinodal_point(_sparse_pair(importance), importance=importance, towards=1)
    assert end.kind is Ending.FOLD
    theta, mode = end.state.theta, end.mode
    problem = Problem.toy(2, importance=importance, density=end.density)
    curvatures = [
        float(mode @ hessian(problem, moved[:2][None], moved[2:]) @ mode)
        for moved in (theta + THIRD * mode, theta - THIRD * mode)
    ]
    third = (curvatures[0] - curvatures[1]) / (2 * THIRD)
    push = float(end.state.slopes.gradient_by_p @ mode)
    coefficient = AIRY * abs(push * third / 2) ** (-1 / 3)
    return Spinodals(importance, end.density, least, abs(float(theta[1])), coefficient)


def pair_at(importance: float, density: float) -> tuple[Array, Array]:
    """Give the local minimum in which both features share the dimension: weights (1, 2) and bias (2,).

    Raises
    ------
    BranchLost
        If the density is beyond the fold.
    """
    weights, bias = _sparse_pair(importance).brought(importance, density).model
    return weights, bias


@cache
def _sparse_pair(importance: float) -> State:
    """Find the pair where it is the optimum and nothing else is near: just below p_s."""
    density = INSIDE * _threshold_density(importance)
    best = Multistart(n_starts=16).minimize(Problem.toy(2, importance=importance, density=density))
    return Branch.at(best.weights, best.bias, importance, density)


def _threshold_density(importance: float) -> float:
    """Invert r_s(p) below the window of continuous onset."""
    IMPORTANCE.check(importance)
    upper = onset_window()[0]
    if not LEAST <= importance < threshold(upper):
        raise ValueError(
            f"importance must be in [{LEAST:g}, {threshold(upper):.6f}), where the extra appears by a jump, "
            f"got importance={importance!r}"
        )

    def excess(densities: Array) -> Array:
        return np.array([threshold(float(p)) - importance for p in densities])

    return float(bracketed_roots(excess, np.array([1e-3]), np.array([upper]))[0])


def extrapolated(rates: Sequence[float], jumps: Sequence[float], powers: Sequence[float]) -> tuple[float, float, float]:
    """Extrapolate densities of jumps to rate 0, by least squares on powers of the rate.

    Residuals are weighed by rate^-powers[1], as the leading term is.

    Returns
    -------
    limit : float
    error : float
        How far the limit moves when the slowest sweep is left out.
    coefficient : float
        Of the leading power.

    Raises
    ------
    ValueError
        If there are too few jumps to tell, or rates are not positive and one a jump.

    Examples
    --------
    >>> from toytoy.compare.training.spinodal_law import extrapolated
    >>> rates = [1e-2, 1e-3, 1e-4, 1e-5]
    >>> limit, error, slope = extrapolated(rates, [0.4 + 2 * x**0.5 + x for x in rates], (0, 0.5, 1))
    >>> round(limit, 12), error < 1e-12, round(slope, 9)
    (0.4, True, 2.0)
    """
    x, y = np.array(rates, dtype=float), np.array(jumps, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or not (x > 0).all():
        raise ValueError(f"rates must be positive numbers, one a jump, got rates={short(rates)} for {y.size} jumps")
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    if len(x) <= len(powers):
        raise ValueError(f"rates must hold more than {len(powers)} at which a jump was seen, got {len(x)}")
    order = np.argsort(-x)
    fits = []
    for last in (len(x), len(x) - 1):
        rate, jump = x[order[:last]], y[order[:last]]
        weight = rate ** -powers[1]
        terms = np.stack([rate**power for power in powers], axis=1) * weight[:, None]
        fits.append(np.linalg.lstsq(terms, jump * weight)[0])
    return float(fits[0][0]), float(abs(fits[0][0] - fits[1][0])), float(fits[0][1])


def exponents(rates: Array, delays: Array) -> Array:
    """Give the local exponents of delays between neighboring rates, shape (k - 1,)."""
    return np.asarray(np.diff(np.log(delays)) / np.diff(np.log(rates)))
