"""The boundaries met along one line through a diagram: at a given density, or at a given importance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.problem import Problem
from ..atlas import optimum_map
from .branch import Branch, BranchLost, State
from .crossing import Crossing, apart, solve
from .rivals import check
from .seeds import SUSPECT, best_of, between, reaches
from .segments import place

Array = NDArray[np.float64]
# Where boundaries may lie: at low density they scale with it, and by symmetry with its inverse.
LOWEST, HIGHEST, PER_DECADE = 0.2, 5.0, 40
DENSITIES = 0.002, 1.0 - 1e-6
N_DENSITIES = 200
SAME_PLACE = 1e-9  # in (log r, p)
MOST_STRIPS = 5  # phases inside one step of a slice


class Passage(NamedTuple):
    """Two neighbors on a slice whose optima lie on different branches, and the crossing between them, if by a jump."""

    one: State
    other: State
    crossing: Crossing | None


def passages(n_features: int, *, density: float | None = None, importance: float | None = None) -> Iterator[Passage]:
    """Walk along a slice of optima, and find where the branch changes.

    Yields
    ------
    Passage
        By rising importance at given density, or by rising density at given importance.
    """
    held = None if density is None else min(density, DENSITIES[1])
    for one, other in pairwise(_optima(n_features, held, importance)):
        if one.branch != other.branch or apart(one, other) >= SUSPECT:
            for passage in passages_between(one, other):
                yield passage if held == density or density is None else _at(passage, density)


def _at(passage: Passage, density: float) -> Passage:
    """Move a passage found next to density 1, where models that differ in signs tie, to it."""
    if passage.crossing is None:
        return passage
    return passage._replace(
        crossing=solve(passage.crossing.moved(passage.crossing.importance, density), np.array([1.0, 0.0]))
    )


def passages_between(
    one: State, other: State, strips: int = MOST_STRIPS, known: list[Crossing] | None = None
) -> Iterator[Passage]:
    """Find the crossing between two states, or all of them if other branches are better in between; none twice."""
    known = [] if known is None else known
    crossing = between(one, other)
    if crossing is not None and any(np.abs(place(crossing) - place(each)).max() < SAME_PLACE for each in known):
        return
    if crossing is None:
        if one.branch != other.branch:
            yield Passage(one, other, None)
        return
    rival = check([crossing]).better[0]
    if rival is None or not strips:
        known.append(crossing)
    if not strips or (rival is None and _joins(one, crossing, other)):
        yield Passage(one, other, crossing)
        return
    if rival is None:  # a crossing of other branches in between: what is on its two sides
        first, second = crossing if _precedes(crossing, one, other) else crossing[::-1]
        yield from () if reaches(one, first) else passages_between(one, first, strips - 1, known)
        yield Passage(first, second, crossing)
        yield from () if reaches(second, other) else passages_between(second, other, strips - 1, known)
        return
    rival = best_of(one, other, (rival.importance, rival.density)) or rival  # a search may miss a branch about to end
    behind = list(passages_between(one, rival, strips - 1, known))
    yield from behind
    yield from passages_between(_followed(one, behind, rival), other, strips - 1, known)


def _followed(one: State, behind: list[Passage], rival: State) -> State:
    """Take the branch that the passages so far lead to instead of a rival, where it is better: its end is near."""
    last = one
    if behind and behind[-1].crossing is not None:
        crossing = behind[-1].crossing
        last = crossing.above if _precedes(crossing, one, rival) else crossing.below
    try:
        followed = last.brought(rival.importance, rival.density)
    except BranchLost:
        return rival
    return followed if followed.loss < rival.loss else rival


def _joins(one: State, crossing: Crossing, other: State) -> bool:
    """Tell whether a crossing is one of the two branches of its neighbors."""
    first, second = crossing if _precedes(crossing, one, other) else crossing[::-1]
    return reaches(one, first) and reaches(second, other)


def _precedes(crossing: Crossing, one: State, other: State) -> bool:
    """Tell whether the branch `above` is the one that is better on the side of the other neighbor.

    A neighbor may lie on the line itself: the way is from one to the other.
    """
    way = np.array([np.log(other.importance / one.importance), other.density - one.density])
    return bool(crossing.gradient @ way > 0)


def _optima(n_features: int, density: float | None, importance: float | None) -> list[State]:
    if density is not None:
        low, high = LOWEST * density, HIGHEST / density
        count = 2 * int(PER_DECADE / 2 * np.log10(high / low))  # even: r = 1, where models may tie, is no point of it
        grid = np.array([density]), np.geomspace(low, high, count)
    else:
        grid = np.linspace(*DENSITIES, N_DENSITIES), np.array([importance])
    atlas = optimum_map(Problem.toy(n_features, density=1.0), *grid)
    weights, bias = atlas.cells.split(atlas.thetas)
    found = []
    for k in range(len(atlas.cells)):
        try:
            at = float(atlas.cells.importances[k]), float(atlas.cells.densities[k])
            found.append(Branch.at(weights[k], bias[k], *at))
        except BranchLost:
            continue
    return found
