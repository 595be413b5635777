"""What the states on the two sides of a line are called."""

from __future__ import annotations

import numpy as np

from ..analytic.gram import capacity
from ..analytic.regime import Phase, phase
from ..numeric.boundaries.branch import State
from ..numeric.boundaries.crossing import Crossing

TOLERANCE = 1e-14  # on squared norms and overlaps: states of branches are solved to rounding
EQUAL = 1e-6  # lengths that differ by less are equal: of twins up to rounding
# In one phase two states are told apart by the extra's length, or where that is the same by the others' lengths.
SIZES, OTHERS = ("small", "large"), ("equal", "unequal")


def phase_of(state: State) -> Phase:
    """Return the phase of a state."""
    named: Phase = phase(state.model[0], TOLERANCE)
    return named


def between(crossing: Crossing) -> tuple[str, str]:
    """Name the two sides of a line: by their phases, within one phase by which of the two models it is."""
    below, above = (phase_of(state) for state in crossing)
    if below is not above:
        return str(below), str(above)
    sizes = [state.size for state in crossing]
    if abs(sizes[0] - sizes[1]) > EQUAL:
        words = SIZES if sizes[0] < sizes[1] else SIZES[::-1]
    else:
        words = (OTHERS[lengths_differ(crossing.below)], OTHERS[lengths_differ(crossing.above)])
    return f"{below}_{words[0]}", f"{above}_{words[1]}"


def of_small_jump(names: tuple[str, str]) -> tuple[str, str]:
    """Name the sides of a jump from nothing that is too small to be traced.

    There a pair comes first, :eq:`boundary-onset-plane`: the cubic coefficient is negative, so that an extra that leans
    on one other feature does better than one that leans on two, if only in a sliver.
    """
    if Phase.NOT_REPRESENTED not in names:
        return names
    first, second = (str(Phase.ANTIPODAL) if name == Phase.TRIANGLE else name for name in names)
    return first, second


def shape_of(state: State) -> str:
    """Say in words what a model looks like."""
    named = phase_of(state)
    if named is Phase.NOT_REPRESENTED:
        return "extra dropped"
    if named is Phase.DEDICATED:
        return "extra alone, another dropped"
    if named is Phase.TRIANGLE:
        if lengths_differ(state):
            return "scalene triangle"
        return "equilateral triangle" if abs(_lengths(state)[0] - state.size) < EQUAL else "isosceles triangle"
    if named is Phase.ANTIPODAL_OTHERS:
        return f"{OTHERS[lengths_differ(state)]} pair of the others, extra alone"
    first, extra = _lengths(state)[0], state.size
    size = "equal" if abs(first - extra) < EQUAL else ("small" if extra < first else "large")
    return f"pair with {'an' if size == 'equal' else 'a'} {size} extra"


def lengths_differ(state: State) -> bool:
    """Tell whether the first two of three features, equally important, have columns of different length."""
    lengths = _lengths(state)
    return len(lengths) > 2 and abs(lengths[0] - lengths[1]) > EQUAL


def extra_capacity(state: State) -> float:
    """Return the capacity of the extra feature."""
    return float(capacity(state.model[0])[-1])


def _lengths(state: State) -> list[float]:
    return [float(x) for x in np.linalg.norm(state.model[0], axis=0)]
