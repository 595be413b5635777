"""Boundaries as whole curves: pseudo-arclength continuation of equal losses in (log r, p), with step control."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .branch import BranchLost
from .crossing import Crossing, solve

Array = NDArray[np.float64]
LONGEST, SHORTEST = 0.04, 1e-7  # steps of arclength
FIRST = 0.005
WIDEST_TURN = 0.05  # radians a step: what a smooth plot shows as a curve
RELATIVE = 0.15  # longest relative step of the density: boundaries at low density scale with it
CORRECTIONS = 8
TINY = 1e-300
STALLED = 1e-6  # of arclength: what rounding of losses may move a line whose two minima are about to become one
POLISHED = 1 / 16  # of the gap's rounding: what `solve` leaves, at a given density or importance
MERGED = 2e-3  # difference of Gram entries at which two minima are about to become one
SHRINK = 0.6  # of that difference in one step: two minima that meet do so like the square root of the distance
STRETCH = 1.25
MOST_POINTS = 4000


class End(StrEnum):
    """Why a curve ends."""

    WINDOW = "window"  # it leaves the window
    MERGED = "merged"  # the two minima become one: a critical or tricritical point
    LOST = "lost"  # a branch ceases to exist, or loses stability


@dataclass(frozen=True)
class Window:
    """Ranges of importance and density."""

    importance: tuple[float, float] = (0.1, 10.0)
    density: tuple[float, float] = (0.01, 1.0)

    def exit(self, inside: Array, outside: Array) -> tuple[Array, float, int] | None:
        """Where the step from inside leaves, in (log r, p): axis held, its value, its index; None if it does not."""
        found = None
        for axis, limits in enumerate((np.log(self.importance), np.array(self.density))):
            for limit in limits:
                if (inside[axis] - limit) * (outside[axis] - limit) < 0:
                    share = (limit - inside[axis]) / (outside[axis] - inside[axis])
                    if found is None or share < found[0]:
                        found = (share, float(limit), axis)
        if found is None:
            return None
        share, limit, axis = found
        return inside + share * (outside - inside), limit, axis

    def holds(self, importance: float, density: float) -> bool:
        """Tell whether a point lies inside, or on the border."""
        slack = 1e-12
        low, high = self.importance
        return bool(
            low * (1 - slack) <= importance <= high * (1 + slack)
            and self.density[0] * (1 - slack) <= density <= self.density[1]
        )


def follow(start: Crossing, sense: float, window: Window) -> tuple[list[Crossing], End]:
    """Trace equal losses from a point on the curve, one way, :eq:`boundary-arclength`; the start is not repeated.

    Parameters
    ----------
    start : Crossing
        On the curve.
    sense : 1 or -1
        Which way; 1 has the side on which `above` is better on its left in the plane of (log r, p).
    window : Window

    Returns
    -------
    points : list of Crossing
    end : End
    """
    points: list[Crossing] = []
    step, at = FIRST, start
    tangent = _tangent(at, sense)
    while len(points) < MOST_POINTS:
        step = min(step, LONGEST, RELATIVE * at.density / max(abs(tangent[1]), TINY))
        ahead = turned = None
        with contextlib.suppress(BranchLost):
            ahead = _corrected(at, step * tangent, window)
            turned = _tangent(ahead, sense)
        if ahead is not None and not window.holds(ahead.importance, ahead.density):
            return points, End.WINDOW
        if ahead is None or turned is None or _too_far(at, ahead) or _angle(tangent, turned) > WIDEST_TURN:
            step /= 2
            if step < SHORTEST:
                return points, End.LOST
            continue
        points.append(ahead)
        if ahead.distance < MERGED:
            return points, End.MERGED
        if _on_border(ahead, window):
            return points, End.WINDOW
        step *= 1.5 if _angle(tangent, turned) < WIDEST_TURN / 3 else 1.0
        at, tangent = ahead, turned
    return points, End.LOST


def _too_far(at: Crossing, ahead: Crossing) -> bool:
    """Tell whether the two minima come together faster than a step should see."""
    return ahead.distance < SHRINK * at.distance


def _tangent(at: Crossing, sense: float) -> Array:
    by_log_r, by_p = at.gradient
    size = np.hypot(by_log_r, by_p)
    if size == 0.0:
        raise BranchLost("both branches are the same")
    return np.asarray(sense * np.array([by_p, -by_log_r]) / size)


def _angle(first: Array, second: Array) -> float:
    return float(np.arccos(np.clip(first @ second, -1.0, 1.0)))


def _corrected(at: Crossing, step: Array, window: Window) -> Crossing:
    """Go along the tangent, then back to the curve by the shortest way; at the window's border along it."""
    inside = np.array([np.log(at.importance), at.density])
    leaving = window.exit(
        inside, inside + STRETCH * step
    )  # a step that ends short of the border may be corrected past it
    if leaving is not None:
        point, limit, axis = leaving
        along = np.array([float(axis == 1), float(axis == 0)])
        place = [np.exp(point[0]), point[1]]
        place[axis] = np.exp(limit) if axis == 0 else limit
        return solve(at.moved(*place), along)
    ahead = corrected(at.shifted(step))
    if np.abs(np.array([np.log(ahead.importance), ahead.density]) - inside - step).max() > np.abs(step).max():
        raise BranchLost("the step was too long")
    return ahead


def corrected(at: Crossing) -> Crossing:
    """Go back to the curve by the shortest way, until the gap is small beside its own rounding.

    That is what searches are compared with. A short step alone won't do: at low density, where losses and slopes are
    small, the gap left by one of 1e-13 is many roundings, and a line's better model would look like a rival.

    Raises
    ------
    BranchLost
        If a branch ends before, or the way does not get shorter.
    """
    before, found = np.inf, None
    for _ in range(CORRECTIONS):
        gradient = at.gradient
        correction = -at.gap * gradient / max(float(gradient @ gradient), TINY)
        size = float(np.abs(correction).max())
        if abs(at.gap) <= at.rounding and size < STALLED:
            found = at
            if abs(at.gap) <= POLISHED * at.rounding:
                return at
        if size > before / 2:
            break
        try:
            at, before = at.shifted(correction), size
        except BranchLost:
            break
    if found is None:
        raise BranchLost("the step was too long")
    return found


def _on_border(at: Crossing, window: Window) -> bool:
    close = 1e-12
    return any(abs(at.importance / limit - 1) < close for limit in window.importance) or any(
        abs(at.density - limit) < close for limit in window.density
    )
