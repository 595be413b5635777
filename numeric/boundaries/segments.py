"""Pieces of a diagram's lines, and the junctions at which they end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .branch import State
from .continuation import End
from .crossing import Crossing

Array = NDArray[np.float64]
SAME_PLACE = 1e-6  # in (log r, p): two junctions that are one
SNAP = 1e-4  # in (log r, p): slivers below it are not resolved


@dataclass(frozen=True, eq=False)
class Junction:
    """Where a line ends: with three branches of equal loss, or without a third one for the other reasons to end."""

    importance: float
    density: float
    states: tuple[State, ...]
    reason: End | None = None  # None: a triple point

    @property
    def place(self) -> Array:
        """(log r, p)."""
        return np.array([np.log(self.importance), self.density])

    def is_at(self, other: Junction) -> bool:
        """Tell whether two junctions are one."""
        return bool(np.abs(self.place - other.place).max() < SAME_PLACE) and len(self.states) == len(other.states)


@dataclass(frozen=True, eq=False)
class Segment:
    """A piece of a line on which both states are optima (or, if not `stable`, are not).

    Where it is `narrow`, the phase on one of its sides is a sliver.
    """

    points: tuple[Crossing, ...]
    ends: tuple[Junction, Junction]
    stable: bool
    narrow: tuple[bool, ...]


def snapped(segment: Segment, junctions: list[Junction]) -> Segment:
    """Let a lost end of a line be the triple point of its two branches that another line has found close by."""
    ends = list(segment.ends)
    for k, end in enumerate(ends):
        if segment.stable and end.reason is End.LOST:
            branches = {state.branch for state in end.states}
            near = [
                other
                for other in junctions
                if other.reason is None
                and branches <= {state.branch for state in other.states}
                and np.abs(other.place - end.place).max() < SNAP
            ]
            if near:
                ends[k] = min(near, key=lambda other: float(np.abs(other.place - end.place).max()))
    return replace(segment, ends=(ends[0], ends[1]))


def place(at: Crossing | State) -> Array:
    """Return (log r, p)."""
    return np.array([np.log(at.importance), at.density])
