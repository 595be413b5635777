"""Where two branches of local minima have the same loss: Newton's method on the exact difference of losses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.loss import rounding_bound
from .branch import BranchLost, State

Array = NDArray[np.float64]
MAX_STEPS = 30
LONGEST_STEP = 0.1  # in log r and in p
LEVEL = 1e-12  # slope of a gap that does not depend on r, times p
SOLVED = 1e-15  # of a Newton step in (log r, p), which can't be smaller than rounding


class Crossing(NamedTuple):
    """Two local minima at one importance and density: `below` is the one of less loss as r falls."""

    below: State
    above: State

    @classmethod
    def ordered(cls, one: State, other: State) -> Crossing:
        """Put two states of equal loss in order: as r grows, or where r does not matter as p grows, `above` wins.

        As r grows it is the one with less error on the extra feature: :eq:`boundary-concave`.
        """
        gap = one.slopes.by_log_r - other.slopes.by_log_r
        if abs(gap) < LEVEL * one.density:
            gap = one.slopes.by_p - other.slopes.by_p
        return cls(one, other) if gap > 0 else cls(other, one)

    @property
    def importance(self) -> float:
        """Importance r of the extra feature."""
        return self.below.importance

    @property
    def density(self) -> float:
        """Density p."""
        return self.below.density

    @property
    def gap(self) -> float:
        """Loss below minus loss above: zero on the boundary."""
        return self.below.loss - self.above.loss

    @property
    def gradient(self) -> Array:
        """Slopes of the gap by (log r, p), exact: :eq:`boundary-envelope`."""
        a, b = self.below.slopes, self.above.slopes
        return np.array([a.by_log_r - b.by_log_r, a.by_p - b.by_p])

    @property
    def distance(self) -> float:
        """Largest difference of the two models' Gram entries, which tells how large the jump is."""
        return apart(self.below, self.above)

    def moved(self, importance: float, density: float) -> Crossing:
        """Follow both branches; raises BranchLost where one ends."""
        return Crossing(self.below.moved(importance, density), self.above.moved(importance, density))

    def shifted(self, step: Array) -> Crossing:
        """Follow both branches by a step in (log r, p)."""
        return self.moved(self.importance * math.exp(step[0]), self.density + float(step[1]))

    @property
    def rounding(self) -> float:
        """Bound the rounding error of the gap."""
        return _rounding(self.below) + _rounding(self.above)

    @property
    def error(self) -> Array:
        """Bound what rounding of the losses moves the boundary by, in (log r, p): :eq:`boundary-error`."""
        with np.errstate(divide="ignore"):
            return np.asarray(self.rounding / np.abs(self.gradient))


def apart(one: State, other: State) -> float:
    """Give the largest difference of two states' Gram entries."""
    grams = [state.model[0].T @ state.model[0] for state in (one, other)]
    return float(np.abs(grams[0] - grams[1]).max())


def _rounding(state: State) -> float:
    null_loss = (state.branch.n_features - 1 + state.importance) * state.density / 3
    return float(rounding_bound(state.loss, null_loss))


def solve(crossing: Crossing, along: Array) -> Crossing:
    """Solve for equal loss along a direction of (log r, p): (1, 0) at given density, (0, 1) at given importance.

    Raises
    ------
    BranchLost
        If a branch ends before, or the losses do not meet.
    """
    for _ in range(MAX_STEPS):
        slope = float(crossing.gradient @ along)
        if slope == 0.0:
            break
        step = -crossing.gap / slope
        if not np.isfinite(step):
            break
        if abs(step) * np.abs(along).max() <= SOLVED:
            return crossing
        crossing = crossing.shifted(np.clip(step * along, -LONGEST_STEP, LONGEST_STEP))
        if abs(crossing.gap) <= _rounding(crossing.below) / 8:  # no further digit to gain
            return crossing
    raise BranchLost(f"no equal losses near importance={crossing.importance!r}, density={crossing.density!r}")


def meet(states: Sequence[State]) -> tuple[State, ...]:
    """Find where three branches have the same loss: two equations for (log r, p), :eq:`boundary-triple`.

    Raises
    ------
    BranchLost
        If a branch ends before, or they do not meet.
    """
    first, *others = states
    for _ in range(MAX_STEPS):
        pairs = [Crossing(first, other) for other in others]
        gaps, slopes = np.array([pair.gap for pair in pairs]), np.array([pair.gradient for pair in pairs])
        step = -np.linalg.lstsq(slopes, gaps)[0]
        if np.abs(step).max() <= 4 * SOLVED:
            return first, *others
        step *= min(1.0, LONGEST_STEP / np.abs(step).max())
        at = first.importance * math.exp(step[0]), first.density + float(step[1])
        previous = np.abs(gaps).max()
        first, *others = (state.moved(*at) for state in (first, *others))
        gap = max(abs(first.loss - other.loss) for other in others)
        if gap <= _rounding(first) / 8 or (gap >= previous and gap <= _rounding(first)):
            return first, *others
    raise BranchLost(f"no triple point near importance={first.importance!r}, density={first.density!r}")
