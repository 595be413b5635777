"""Where lines are first met: neighbors of a coarse map of optima that lie on different branches."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...analytic.problem import Problem
from ..atlas import optimum_map
from .branch import Branch, BranchLost, State
from .continuation import MERGED, Window
from .crossing import Crossing, apart, solve
from .rivals import search

Array = NDArray[np.float64]
# A map of this size meets every line that is longer than a cell; triple points lead to the shorter ones.
N_DENSITIES, N_IMPORTANCES = 40, 60
SUSPECT = 0.05  # difference of Gram entries between neighbors above which they may lie on different branches
MOST_HALVINGS = 40
STRAY = 0.2  # of a step: what a smooth branch may stray from its prediction
SAME = 1e-6  # in θ and in Gram entries: what Newton's method finds twice
SLACK = 1e-6  # relative: a search in the middle tells two losses apart to no more


def candidates(n_features: int, window: Window) -> Iterator[tuple[State, State]]:
    """List neighbors, along importance and along density, whose optima may lie on different branches."""
    template = Problem.toy(n_features, density=1.0)
    low, high = window.density
    densities = low + (high - low) * (np.arange(N_DENSITIES) + 0.5) / N_DENSITIES  # never on the border
    decades = np.log(window.importance)
    importances = np.exp(decades[0] + np.diff(decades) * (np.arange(N_IMPORTANCES) + 0.5) / N_IMPORTANCES)
    atlas = optimum_map(template, densities, importances)
    weights, bias = atlas.cells.split(atlas.thetas)
    number = np.arange(len(atlas.cells)).reshape(N_DENSITIES, N_IMPORTANCES)
    gram = np.einsum("kia,kib->kab", weights, weights)
    for one, other in ((number[:, :-1], number[:, 1:]), (number[:-1], number[1:])):
        pairs = np.stack([one.ravel(), other.ravel()], axis=1)
        jump = np.abs(gram[pairs[:, 0]] - gram[pairs[:, 1]]).max(axis=(1, 2))
        for pair in pairs[jump > SUSPECT]:
            try:
                first, second = (
                    Branch.at(weights[k], bias[k], float(atlas.cells.importances[k]), float(atlas.cells.densities[k]))
                    for k in pair
                )
            except BranchLost:
                continue
            yield first, second


def between(one: State, other: State) -> Crossing | None:
    """Find where the optimum changes by a jump from one branch to another, by halving with a search in the middle.

    The step over which the model changes most is halved first: a jump stays as large as it is, what is smooth does not.
    """
    along = np.array([float(one.importance != other.importance), float(one.density != other.density)])
    steps = [(one, other)]
    for _ in range(MOST_HALVINGS):
        if not steps:
            return None  # one branch, along which the model changes quickly
        one, other = steps.pop(int(np.argmax([apart(*step) for step in steps])))
        middle = math.sqrt(one.importance * other.importance), (one.density + other.density) / 2
        found = _crossing(one, other, middle, along)
        if found is not None and found.distance >= MERGED:
            return found
        if found is not None and one.branch != other.branch:
            return None  # two minima that have become one where their losses meet: the passage is continuous there
        best = best_of(one, other, middle)
        if best is None:
            return None
        steps += [step for step in ((one, best), (best, other)) if apart(*step) >= MERGED and not _is_smooth(*step)]
    return None


def best_of(one: State, other: State, at: tuple[float, float]) -> State | None:
    """Find the optimum in the middle: of a search, and of the two branches as far as they reach."""
    found = []
    with contextlib.suppress(BranchLost):
        found.append(search(one.branch.n_features, [at[0]], [at[1]]).state(0))
    for state in (one, other):
        with contextlib.suppress(BranchLost):
            found.append(state.brought(*at))
    return min(found, key=lambda state: state.loss, default=None)


def _is_smooth(one: State, other: State) -> bool:
    """Tell whether each of two states is much where the other's slopes predict it: then no jump lies between."""
    if one.branch != other.branch:
        return False
    for here, there in ((one, other), (other, one)):
        stray = np.abs(here.predicted(there.importance, there.density) - there.theta).max(initial=0.0)
        if stray > STRAY * np.abs(there.theta - here.theta).max(initial=0.0):
            return False
    return True


def _crossing(one: State, other: State, middle: tuple[float, float], along: Array) -> Crossing | None:
    for at in (middle, (other.importance, other.density), (one.importance, one.density)):
        try:
            found = solve(Crossing(one.moved(*at), other.moved(*at)), along)
        except BranchLost:
            continue
        if found.distance > SAME and _lies_between(found, one, other):
            return Crossing.ordered(*found)
    return None


def _lies_between(found: Crossing, one: State, other: State) -> bool:
    (low_r, high_r), (low_p, high_p) = (
        sorted([one.importance, other.importance]),
        sorted([one.density, other.density]),
    )
    inside = low_r * (1 - SLACK) <= found.importance <= high_r * (1 + SLACK)
    return inside and low_p * (1 - SLACK) <= found.density <= high_p * (1 + SLACK)


def reaches(one: State, other: State) -> bool:
    """Tell whether a branch leads from one state to the other, and back: a small jump is passed one way more easily."""
    return one.branch == other.branch and _leads(one, other) and _leads(other, one)


def _leads(one: State, other: State) -> bool:
    try:
        moved = one.brought(other.importance, other.density)
    except BranchLost:
        return False
    return bool(np.abs(moved.theta - other.theta).max(initial=0.0) < SAME)
