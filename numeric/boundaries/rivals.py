"""Is a traced state the global optimum? An independent multistart at its point tells, or shows what is better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...analytic.loss import rounding_bound
from ...analytic.problem import Problem
from ..atlas import all_starts
from ..cells import Cells
from ..starts import random_starts
from .branch import Branch, BranchLost, State
from .crossing import Crossing

Array = NDArray[np.float64]
ASIDE = 1e-4  # in log r (or p): how far from a line its two sides are looked at
N_RANDOM, SEED = 16, 17  # besides a start from every known phase; another seed than any map's


@dataclass(frozen=True, eq=False)
class Rivals:
    """The best model of an independent search at each of k points.

    Parameters
    ----------
    cells : Cells
    thetas : array, shape (k, m n + n)
    losses : array, shape (k,)
    """

    cells: Cells
    thetas: Array
    losses: Array

    def beat(self, index: int, loss: float) -> bool:
        """Tell whether the search found less than a loss, beyond rounding: less is never an error of the search."""
        rounding = rounding_bound(loss, self.cells.null_loss[index])
        return bool(self.losses[index] < loss - 4 * rounding)  # a line itself is solved for to twice that

    def state(self, index: int) -> State:
        """Settle on the branch of the best model; raises BranchLost where Newton's method does not stay with it."""
        weights, bias = (part[index] for part in self.cells.split(self.thetas))
        return Branch.at(weights, bias, float(self.cells.importances[index]), float(self.cells.densities[index]))


def search(n_features: int, importances: Sequence[float], densities: Sequence[float]) -> Rivals:
    """Search for the optimum at every point, from every known phase and from random starts of its own seed."""
    template = Problem.toy(n_features, density=1.0)
    cells = Cells.make(template, np.array(densities, dtype=float), np.array(importances, dtype=float))
    weights, bias = random_starts(template, N_RANDOM, SEED)
    drawn = np.concatenate([weights.reshape(N_RANDOM, -1), bias], axis=1)
    drawn = np.broadcast_to(drawn[:, None], (N_RANDOM, len(cells), drawn.shape[1]))
    ends, outs = zip(*(cells.descend(start) for start in np.concatenate([all_starts(cells), drawn])), strict=True)
    losses = np.array([out[:, 0] for out in outs])
    best = losses.argmin(axis=0)
    every = np.arange(len(cells))
    return Rivals(cells, np.array(ends)[best, every], losses[best, every])


@dataclass(frozen=True, eq=False)
class Check:
    """What an independent search says of the points of a line.

    Parameters
    ----------
    optimal : list of bool
        No model is better on the line.
    better : list of State or None
        Where one is: a branch that is better.
    narrow : list of bool
        No model is better on the line, but a third one is 1e-4 aside of it: the phase on that side is a sliver.
    """

    optimal: list[bool]
    better: list[State | None]
    narrow: list[bool]


def check(crossings: Sequence[Crossing]) -> Check:
    """Search on every point of a line, where its two models may have no rival, and on both sides of it."""
    if not crossings:
        return Check([], [], [])
    looked = [state for crossing in crossings for state in (crossing.below, *_sides(crossing))]
    n_features = looked[0].branch.n_features
    found = search(n_features, [s.importance for s in looked], [s.density for s in looked])
    beaten = [found.beat(i, state.loss) for i, state in enumerate(looked)]
    on_line = beaten[::3]
    aside = [any(beaten[3 * k + 1 : 3 * k + 3]) for k in range(len(crossings))]
    better = [_settled(found, [3 * k]) if worse else None for k, worse in enumerate(on_line)]
    return Check(
        [not worse for worse in on_line],
        better,
        [near and not worse for near, worse in zip(aside, on_line, strict=True)],
    )


def _sides(crossing: Crossing) -> tuple[State, State]:
    """Return the state of each side a little aside from the line, or on it where a branch ends in between."""
    gradient = crossing.gradient
    step = ASIDE * gradient / np.linalg.norm(gradient)  # towards where `above` is better
    if crossing.density + abs(step[1]) > 1.0:
        step = np.array([ASIDE * np.sign(step[0]), 0.0])
    pair = []
    for state, sign in zip(crossing, (-1.0, 1.0), strict=True):
        try:
            pair.append(
                state.brought(state.importance * math.exp(sign * step[0]), state.density + float(sign * step[1]))
            )
        except BranchLost:
            pair.append(state)
    return pair[0], pair[1]


def _settled(found: Rivals, beaten: list[int]) -> State | None:
    for index in beaten:
        try:
            return found.state(index)
        except BranchLost:
            continue
    return None
