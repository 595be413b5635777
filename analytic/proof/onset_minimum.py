"""Where the blown-up loss is least, in floats: the point at which `onset_bound` lays its tangent plane.

Nothing here need be right for the bound to hold; a poor point costs sharpness only.
"""

from __future__ import annotations

import numpy as np

from ..model import Array
from ..stability import threshold
from .onset_form import second, value_and_slope

STEPS = 20


def least_ratio(density: float, radius: float) -> tuple[float, Array]:
    """Find the least ratio of the first output's loss to what the second one gains, :eq:`certificate-ratio`.

    Where F grows from ε = 0 on, by :eq:`certificate-cubic`, it is r_s, :eq:`stability-threshold`. Elsewhere: Newton's
    method for F at an importance, which is then set to the one at which F would vanish, and again.

    Parameters
    ----------
    density : float
        p, in (0, 1].
    radius : float
        The largest ε = -w_2.

    Returns
    -------
    ratio : float
        An importance; r_s where the least lies at ε = 0.
    at : array, shape (3,)
        ε, β, ω.

    Examples
    --------
    >>> from toytoy.analytic.proof.onset_minimum import least_ratio
    >>> ratio, at = least_ratio(0.9, 0.3)
    >>> round(ratio, 6), round(float(at[0]), 3)
    (0.940953, 0.049)
    """
    p, ratio = density, threshold(density)
    beta = _beta(p, ratio)
    at: Array = np.array([0.0, beta, 0.75 * (p / 2 - beta)])
    if _slopes(at, p, ratio)[0] >= 0:
        return ratio, at
    for _ in range(STEPS):
        at = _settle(at, p, ratio, radius)
        before, ratio = ratio, _ratio(at, p)
        if ratio >= before * (1 - 1e-15):
            break
    return ratio, at


def _beta(p: float, ratio: float) -> float:
    """β* of :eq:`stability-beta`, by Newton's method, so that it fits to the last digit."""
    beta = p * p / 8
    for _ in range(STEPS):
        at = np.array([0.0, beta, 0.75 * (p / 2 - beta)])
        # along ω's best reply, which is linear in β
        bend = _bends(at, p, ratio)
        beta -= _slopes(at, p, ratio)[1] / (bend[1, 1] - bend[1, 2] ** 2 / bend[2, 2])
    return beta


def _settle(at: Array, p: float, ratio: float, radius: float) -> Array:
    """Newton's method for the least F at one importance; on the face ε = radius if it would leave."""
    free = [0, 1, 2]
    for _ in range(STEPS):
        step = np.zeros(3)
        step[free] = np.linalg.solve(_bends(at, p, ratio)[np.ix_(free, free)], -_slopes(at, p, ratio)[free])
        at = at + step
        if at[0] > radius:
            at[0], free = radius, [1, 2]
        at[0] = max(at[0], 0.0)
        if np.abs(step).max() < 1e-16:
            break
    return at


def _ratio(at: Array, p: float) -> float:
    """Give the importance at which F vanishes: F at r = 0 by v (2 - s² - ε²)."""
    s = 1 + at[0] * at[2]
    return float(_middles(at, p, 0.0)[0] / (p * (4 - 3 * p) / 12 * (2 - s * s - at[0] ** 2)))


def _middles(at: Array, p: float, ratio: float) -> Array:
    """Give F and its gradient, without the intervals."""
    e, b, w = ((float(x), float(x)) for x in at)
    found: Array = np.mean(value_and_slope(e, b, w, (p, p), ratio, bool(at[1] < 0)), axis=1)
    return found


def _slopes(at: Array, p: float, ratio: float) -> Array:
    """Give the gradient of F."""
    return _middles(at, p, ratio)[1:]


def _bends(at: Array, p: float, ratio: float) -> Array:
    """Give the second derivatives of F."""
    e, b, w = ((float(x), float(x)) for x in at)
    ee, eb, ew, bb, bw, ww = np.mean(second(e, b, w, (p, p), ratio, bool(at[1] < 0)), axis=1)
    return np.array([[ee, eb, ew], [eb, bb, bw], [ew, bw, ww]])
