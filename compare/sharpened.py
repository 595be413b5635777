"""Triple points to more digits than doubles have, by ball arithmetic where it is installed."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from fractions import Fraction

from ..analytic.estimate import Estimate
from ..analytic.problem import Problem
from ..numeric.boundaries.branch import State

DIGITS = 40
GRAIN = 10**DIGITS  # of the enclosures, and the grid on which densities are kept as fractions
STEP = Fraction(1e-9)  # of density, for the first secant
SETTLED = Fraction(1e-25)
MAX_STEPS = 12


def sharpened(states: Sequence[State]) -> tuple[Estimate, Estimate] | None:
    """Find where three branches have the same loss by secants on two enclosed boundaries, at densities in fractions.

    Where two of the models are nearly one, their losses agree in all digits of a double.

    Parameters
    ----------
    states : sequence of three State
        At the triple point, as well as doubles can tell.

    Returns
    -------
    density, importance : Estimate
        To the last bit of a float; None without python-flint, or where a boundary can't be enclosed.
    """
    if importlib.util.find_spec("flint") is None:
        return None
    from ..analytic.enclosure import NotProvedError

    first, second, third = sorted(states, key=lambda state: state.size)
    try:
        old = Fraction(first.density)
        gap = _gap(old, first, second, third)
        new = old + STEP
        for _ in range(MAX_STEPS):
            before, gap = gap, _gap(new, first, second, third)
            slope = (gap - before) / (new - old)
            old, new = new, Fraction(round((new - gap / slope) * GRAIN), GRAIN)
            if abs(new - old) < SETTLED:
                r = float(_importance(new, first, second))
                return Estimate(float(new), math.ulp(float(new)), "rounding"), Estimate(r, math.ulp(r), "rounding")
    except (NotProvedError, ValueError, ZeroDivisionError):
        return None
    return None


def _gap(density: Fraction, first: State, second: State, third: State) -> Fraction:
    return _importance(density, first, second) - _importance(density, first, third)


def _importance(density: Fraction, one: State, other: State) -> Fraction:
    """Enclose the importance at which two branches have the same loss; its middle."""
    from ..analytic.enclosure import enclose_boundary

    n = one.branch.n_features
    problem = Problem.toy(n, importance=Fraction(one.importance), density=density)
    return enclose_boundary(problem, one.model, other.model, "importance", DIGITS).importance.middle
