"""The line on which a small extra appears by a jump: met where the onset turns from continuous to a jump."""

from __future__ import annotations

import numpy as np

from ...analytic.stability import onset_window, threshold
from .branch import Branch, BranchLost
from .crossing import Crossing, solve
from .rivals import search

# Densities a little outside the window of continuous onset, by trial: below it the small pair exists in a strip of
# densities only 0.009 wide, before a large one takes over.
BELOW, ABOVE = 0.0062, 0.03
PAST = (
    1e-6,
    3e-6,
    1e-5,
    3e-5,
    1e-4,
    3e-4,
)  # relative distances in r past the threshold at which the pair is looked for
SMALL = 0.3  # ‖W_e‖ of the small extra


def small_pairs(n_features: int) -> list[Crossing]:
    """Find jumps from no extra to a small one, as in (2,1), where they are about to become continuous."""
    low, high = onset_window()
    found = []
    for density in (low - BELOW, high + ABOVE):
        crossing = _crossing(density)
        if crossing is not None:
            found.append(crossing if n_features == 2 else _embedded(crossing))
    return found


def _crossing(density: float) -> Crossing | None:
    nothing = Branch(2, (), (1,))
    for past in PAST:
        importance = threshold(density) * (1 + past)
        try:
            pair = search(2, [importance], [density]).state(0)
            if not 0.0 < pair.size < SMALL:
                continue
            return solve(Crossing(nothing.settle(np.empty(0), importance, density), pair), np.array([1.0, 0.0]))
        except BranchLost:
            continue
    return None


def _embedded(crossing: Crossing) -> Crossing:
    """Put the dedicated second feature of (3,2) beside both models."""
    below, above = crossing
    at = crossing.importance, crossing.density
    return Crossing(Branch(3, (), (2,)).settle(below.theta, *at), Branch(3, (0, 2), ()).settle(above.theta, *at))
