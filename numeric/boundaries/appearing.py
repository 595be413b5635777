"""Where a model loses stability and another grows from it, between two neighbors on a slice of a diagram."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ...analytic.certified_boundary import boundary_of_pair
from ...analytic.stability import onset_window, threshold
from .branch import State
from .onset import Onset, onset_at_importance, onset_point

ROOT = 1e-15  # of p, where the closed threshold has a given importance


@dataclass(frozen=True, eq=False)
class Appearing:
    """A passage without a jump, or with one too small to be traced.

    Parameters
    ----------
    importance, density : float
    importance_error, density_error : float
        The one that was given has none. Of a jump they are half the interval in which it lies.
    continuous : bool
    plain, grown : State
        The model that loses stability, and the one that grows.
    """

    importance: float
    density: float
    importance_error: float
    density_error: float
    continuous: bool
    plain: State
    grown: State


def appearing(one: State, other: State, by_importance: bool) -> Appearing:
    """Find the onset between two neighbors of which one has features overlap that in the other do not.

    Parameters
    ----------
    one, other : State
        Of equal density, or of equal importance.
    by_importance : bool
        Whether the importance is sought, at their density.

    Raises
    ------
    BranchLost
        If the branch that has grown can't be followed to its onset.
    """
    plain, grown = sorted((one, other), key=lambda state: len(state.branch.block))
    if plain.branch.dropped:
        return _closed(plain, grown, by_importance)
    onset = onset_point(grown, 0, one.density) if by_importance else onset_at_importance(grown, 0, one.importance)
    return _extrapolated(onset, plain, grown, by_importance)


def _closed(plain: State, grown: State, by_importance: bool) -> Appearing:
    """Give the threshold r_s(p), of the first feature its inverse; outside its window the jump just before it."""
    mirrored = plain.branch.extra not in plain.branch.dropped
    low, high = onset_window()
    p = plain.density if by_importance else _density_of_threshold(plain, grown, mirrored)
    r = 1 / threshold(p) if mirrored else threshold(p)
    if low <= p <= high:
        error = 4e-16 * r if by_importance else 0.0
        return Appearing(r, p, error, 0.0 if by_importance else 2e-15, True, plain, grown)
    pair = boundary_of_pair(p)
    lower, upper = float(pair.lower), float(pair.upper)
    if plain.branch.n_features > 2:  # three may do better than a pair, by less than the pair's own jump is deep
        lower -= threshold(p) - upper
    depth = (1 / lower - 1 / threshold(p)) if mirrored else threshold(p) - lower
    middle = (1 / upper + 1 / lower) / 2 if mirrored else (lower + upper) / 2
    if by_importance:
        half = ((1 / lower - 1 / upper) if mirrored else (upper - lower)) / 2
        return Appearing(middle, p, half + 4e-16 * middle, 0.0, False, plain, grown)
    slope = abs(threshold(p + 1e-6) - threshold(p - 1e-6)) / 2e-6
    return Appearing(plain.importance, p, 0.0, depth / slope, False, plain, grown)


def _density_of_threshold(plain: State, grown: State, mirrored: bool) -> float:
    from scipy.optimize import brentq

    target = 1 / plain.importance if mirrored else plain.importance
    ends = sorted((plain.density, grown.density))
    root: Any = brentq(lambda p: threshold(p) - target, ends[0], ends[1], xtol=ROOT)
    return float(root)


def _extrapolated(onset: Onset, plain: State, grown: State, by_importance: bool) -> Appearing:
    """Give an onset extrapolated; where it is none, an interval for the jump before it: :eq:`boundary-depth`."""
    error, density_error = onset.error * onset.importance, onset.density_error
    if onset.order == "continuous":
        pair = (error, 0.0) if by_importance else (0.0, density_error)
        return Appearing(onset.importance, onset.density, *pair, True, plain, grown)
    # The jump lies between the onset and the fold, at log r_0 + slope |u| + bend u²: it is as deep as slope² / 4 bend.
    u = abs(float(onset.state.theta[0]))
    bend = (math.log(onset.state.importance / onset.importance) / u - onset.slope) / u
    depth = onset.slope**2 / (4 * abs(bend)) if bend * onset.slope < 0 else math.inf
    if not by_importance:
        return Appearing(onset.importance, onset.density, 0.0, depth + density_error, False, plain, grown)
    middle = onset.importance * (1 - onset.growth * depth / 2)
    return Appearing(middle, onset.density, depth * onset.importance + error, 0.0, False, plain, grown)
