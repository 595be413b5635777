"""hypothesis strategies for one density, one importance, one entry of a matrix, and a small displacement."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...analytic.domain import DENSITY, IMPORTANCE
from ..ranges import LARGEST, SMALLEST, readable

SIMPLE = (0.0, 1.0, -1.0, 0.5, -0.5)
MANY = 500  # numbers of four decimals
DISPLACEMENTS = (0.0, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)  # exactly there, then plainly beside, then barely


def densities(low: float = SMALLEST, high: float = 1.0) -> SearchStrategy[float]:
    """Draw a feature density in [low, high], round ones and both ends among them.

    Parameters
    ----------
    low, high : float in (0, 1]
        Keep `low` at 0.1 or above where a test samples: of rare features a sample of thousands sees little.

    Raises
    ------
    TypeError, ValueError
        If an end is no density, or `low` exceeds `high`.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.densities())
    ... def test_it_is_a_probability(density):
    ...     assert 0 < density <= 1
    >>> test_it_is_a_probability()
    """
    return _between(DENSITY.check(low, "low"), DENSITY.check(high, "high"))


def importances(low: float = 0.0, high: float = LARGEST) -> SearchStrategy[float]:
    """Draw a relative importance in [low, high], 1, round ones and both ends among them.

    Parameters
    ----------
    low, high : float >= 0

    Raises
    ------
    TypeError, ValueError
        If an end is no importance, or `low` exceeds `high`.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.compare import strategies
    >>> @given(strategies.importances())
    ... def test_it_weighs(importance):
    ...     assert importance >= 0
    >>> test_it_weighs()
    """
    return _between(IMPORTANCE.check(low, "low"), IMPORTANCE.check(high, "high"))


def _between(low: float, high: float) -> SearchStrategy[Any]:
    if low > high:
        raise ValueError(f"low must not exceed high, got low={low!r} with high={high!r}; exchange them")
    return readable(low, high, ends=True)


@functools.cache
def entries(size: float) -> SearchStrategy[float]:
    """Draw an entry of weights or biases in [-size, size]: 0, 1, -1, halves, then numbers of up to four decimals.

    One choice an entry, from a table: a model has many entries, and hypothesis takes its time for each choice.
    """
    table = [*SIMPLE, *_decimals(size, 1), *_decimals(size, 2), *np.random.default_rng(0).uniform(-size, size, MANY)]
    table = [round(float(value), 4) for value in table]
    return st.sampled_from(table + list(SIMPLE) * (len(table) // len(SIMPLE)))  # half of what is drawn is simple


def _decimals(size: float, digits: int) -> list[float]:
    """List all numbers of so many decimals, the smallest first."""
    steps = range(1, round(size * 10**digits) + 1)
    return [sign * k / 10**digits for k in steps for sign in (1.0, -1.0)]


@functools.cache
def displacements() -> SearchStrategy[float]:
    """Draw how far a model is moved off a degeneracy: 0, or 1e-9 to 1e-3 with either sign."""
    return st.sampled_from([*DISPLACEMENTS, *(-size for size in DISPLACEMENTS[1:])])
