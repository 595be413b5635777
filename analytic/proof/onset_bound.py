"""Up to which importance no small second feature pays, proved: the lemma of the onset, for the (2,1) toy.

The point w = (1, 0) is blown up: w_2 = -ε, w_1 = s = 1 + ε ω, b_1 = β ε s. Then the loss is at least
r v + ε² F(ε, β, ω), :eq:`certificate-blown-up`, and the lemma asks for F >= 0 in all of the box :eq:`certificate-box`.
Parts of it on which F > 0 are discarded. Around those left F is convex, and lies above its tangent plane at its
minimum, :eq:`certificate-tangent`: that costs nothing but the last digits, so the ratio found is the least there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..model import Array
from .onset_minimum import least_ratio
from .onset_search import ENDS, convex, sweep, tangent

__all__ = ["OnsetBound", "onset_bound"]

SLACK = 1 + 1e-9  # on what need not be sharp
ROUNDING = 1e-14  # of the least ratio, which is good to about 20 roundings
SWEEPS = 40
MOST_BOXES = 60_000
FEW_BOXES = 1000  # for a step along the densities
MOST_CELLS = 1024  # of the check of convexity
SHRINK = 0.8  # of a radius that does not do
FIRST = 5  # sweep after which convexity is tried
NARROWEST = 1 + 1e-5  # a step along the densities


class OnsetBound(NamedTuple):
    """Every model with 0 < -w_2 <= radius and w_1 >= 0 has a loss of r v at least, for r <= ratio."""

    radius: float
    ratio: float


class Blown(NamedTuple):
    """A box of models, blown up: 0 <= ε <= radius, -omega_below <= ω <= omega_above, -beta_below <= β <= 1."""

    radius: float
    omega_below: float
    omega_above: float
    beta_below: float


@lru_cache(maxsize=1024)
def onset_bound(density_lo: float, density_hi: float) -> OnsetBound:
    """Prove that no small second feature pays, for the (2,1) ReLU toy, I = (1, r), in an interval of densities.

    For every p in [density_lo, density_hi], every r <= ratio and every model with 0 < -w_2 <= radius and
    w_1 >= 0, whatever its biases, L >= r v, the loss of "not represented". (Other signs of the weights are no
    better, :eq:`certificate-antipodal`.) So ratio is a lower bound of :eq:`certificate-ratio` over all of these
    models, rounded down. At a single density it is their infimum, but for 1e-13 of it; where the onset is continuous
    that is r_s, :eq:`stability-threshold`. In an interval it is the ratio at the lower end: it grows with the density.

    Parameters
    ----------
    density_lo, density_hi : float
        0 < density_lo <= density_hi <= 1, taken exactly.

    Returns
    -------
    OnsetBound
        radius, of -w_2, and ratio, an importance; (0, 0) where nothing can be proved.

    Raises
    ------
    ValueError
        Where the densities are not in order, or outside (0, 1].

    Examples
    --------
    >>> from toytoy.analytic.proof.onset_bound import onset_bound
    >>> from toytoy.analytic.stability import threshold
    >>> found = onset_bound(0.7, 0.7)
    >>> found.radius > 0.3, 0 < threshold(0.7) - found.ratio < 1e-13
    (True, True)
    """
    if not 0 < density_lo <= density_hi <= 1:
        raise ValueError(
            f"densities must satisfy 0 < density_lo <= density_hi <= 1, got {density_lo}, {density_hi}; swap or clip"
        )
    found = _at(density_lo)
    if not found.radius or _holds_up_to(density_hi, density_lo, found):
        return found
    return OnsetBound(0.0, 0.0)


@lru_cache(maxsize=1024)
def _at(density: float) -> OnsetBound:
    """Prove it at one density, for the largest radius that does of a falling row."""
    radius = 0.9 * density / (2 - density)
    while radius > 1e-3 * density:
        found = _ratio(density, radius)
        if found:
            return OnsetBound(radius, found)
        radius *= SHRINK
    return OnsetBound(0.0, 0.0)


def _ratio(density: float, radius: float) -> float:
    """Prove the largest ratio that a radius allows; 0 if the proof fails."""
    here = (density, density)
    least, at = least_ratio(density, radius)
    ratio = min(1.0, least) * (1 - ROUNDING)
    for _ in range(8):
        blown = _blow_up(density, ratio, radius)
        if blown is None:
            return 0.0
        for n, hull in enumerate(_sweeps(here, ratio, blown)):
            if hull is None:
                return ratio
            if n >= FIRST and _is_convex(here, ratio, hull):
                break
        else:
            return 0.0
        if tangent(here, ratio, np.clip(at, hull[::2], hull[1::2]), hull) >= 0:
            return ratio
        ratio *= 1 - ROUNDING
    return 0.0


def _holds_up_to(high: float, low: float, found: OnsetBound) -> bool:
    """Whether what is proved at a density holds up to another, step by step, each as wide as a few boxes allow.

    On every box F grows with the density, from a value that the step before proved, or is far enough above 0.
    """
    blown = _blow_up(low, found.ratio, found.radius)
    upper = high
    while blown and low < high:
        if any(hull is None for hull in _sweeps((low, upper), found.ratio, blown, FEW_BOXES)):
            low, upper = upper, min(high, upper + 2 * (upper - low))
        elif upper < low * NARROWEST:
            return False
        else:
            upper = (low + upper) / 2
    return blown is not None


def _blow_up(p: float, r: float, radius: float) -> Blown | None:
    """Give the box that holds every model whose loss may fall to r v, :eq:`certificate-box`; None if it holds not all.

    With the smallest density of an interval: all of its conditions are then met at the others too.
    """
    tau, sigma = math.sqrt(2 * r * (1 - 0.75 * p)) * SLACK, math.sqrt(2 * r) * SLACK
    if radius * sigma >= 1:  # tau is smaller
        return None
    most = math.sqrt((1 + radius * tau) / (1 - radius * tau)) * SLACK  # of w_1
    fewest = math.sqrt(1 - radius * sigma) / SLACK
    on = radius * most * SLACK <= p * (1 - radius**2) / (2 - p)  # the second output is on everywhere
    reach = radius * SLACK <= fewest and radius * (1 + tau * most) * SLACK <= 1  # the first one's x_1 still counts
    if not (on and reach):
        return None
    above = 2 * tau / (1 - radius * tau) / (1 + most / SLACK) * SLACK  # (most - 1) / radius
    return Blown(radius, sigma / (1 + fewest) * SLACK, above, tau * most * SLACK)


def _sweeps(density: tuple[float, float], r: float, blown: Blown, most: int = MOST_BOXES) -> Iterator[Array | None]:
    """Discard boxes of models with F > 0, halve the others, and so on: the smallest box around those left, or None.

    Ends with None, when none is left, or when they get too many. Cut at β = 0; where ω < 0 no best bias lies below 0.
    """
    e, below, above, far = blown
    boxes, halves = np.empty((2, most, ENDS))
    boxes[:3] = [[0, e, 0, 1, -below, 0], [0, e, 0, 1, 0, above], [0, e, -far, 0, 0, above]]
    count, hull = 3, np.empty(ENDS)
    for _ in range(SWEEPS):
        count = sweep(density, r, boxes, np.int64(count), halves, hull)
        if count < 0:
            return
        yield hull.copy() if count else None
        if not count:
            return
        boxes, halves = halves, boxes


def _is_convex(density: tuple[float, float], r: float, hull: Array) -> bool:
    """Whether F is convex on a box, both sides of β = 0, where its slope is continuous, taken apart."""
    stack, count = np.empty((MOST_CELLS, 6)), 0
    for low, high in ((hull[2], min(hull[3], 0.0)), (max(hull[2], 0.0), hull[3])):
        if low < high:
            stack[count] = [hull[0], hull[1], low, high, hull[4], hull[5]]
            count += 1
    return bool(convex(density, r, stack, np.int64(count)))
