"""hypothesis strategies for one number: inside a declared range, on its edge, and outside."""

from __future__ import annotations

import math
from typing import Any

from ..analytic.domain import Domain, Number

try:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
except ModuleNotFoundError as error:
    raise ImportError(
        'test strategies need hypothesis, which is not installed; pip install hypothesis, or "toytoy[test]"',
        name="hypothesis",
    ) from error

SMALLEST, LARGEST = 1e-3, 10.0  # what stands for an open end at 0, and for an infinite one: the paper's ranges
_ROUND = (1.0, 0.5, 2.0, 0.25, 0.1, 0.0, -1.0)  # tried first: what a person would write down
FULL = 17  # decimals: as many as a float has, so that it is not rounded


def _ends(domain: Domain) -> tuple[Number, Number]:
    """Give the least and the largest number to draw: included ends, and stand-ins for the others."""
    high = LARGEST if math.isinf(domain.high) else domain.high - (SMALLEST if domain.high_open else 0)
    if math.isinf(domain.low):
        return (-high, high)
    low = domain.low + (SMALLEST if domain.low_open else 0)
    return (math.ceil(low), math.floor(high)) if domain.integer else (low, high)


def inside(domain: Domain) -> SearchStrategy[Any]:
    """Draw numbers inside a parameter's range, round ones first.

    Parameters
    ----------
    domain : Domain
        See `toytoy.analytic.domain`. 0.001 stands for an open end at 0, and 10 for an infinite one.

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.analytic.domain import DENSITY
    >>> from toytoy.compare import strategies
    >>> @given(strategies.inside(DENSITY))
    ... def test_a_density_is_accepted(density):
    ...     assert DENSITY.check(density) == density
    >>> test_a_density_is_accepted()
    """
    low, high = _ends(domain)
    return st.integers(int(low), int(high)) if domain.integer else readable(float(low), float(high))


def readable(
    low: float, high: float, digits: tuple[int, ...] = (1, 2, 4, FULL), ends: bool = False
) -> SearchStrategy[float]:
    """Draw numbers in [low, high] that shrink to a round one, else to the fewest decimals that will do.

    A float that hypothesis shrinks is simple in binary; what a person reads is decimal. Half of what is drawn is round,
    or, if asked for, an end.
    """

    def rounded(drawn: tuple[int, float]) -> float:
        value = drawn[1] if drawn[0] == FULL else round(drawn[1], drawn[0])
        return min(max(value, low), high) + 0.0  # never -0.0

    numbers = st.tuples(st.sampled_from(digits), st.floats(low, high)).map(rounded)
    round_ones = [value for value in _ROUND if low <= value <= high]
    round_ones += [end for end in dict.fromkeys((low, high)) if ends and end not in round_ones]
    return st.one_of(st.sampled_from(round_ones), numbers) if round_ones else numbers


def edge(domain: Domain) -> SearchStrategy[Any]:
    """Draw the ends of a parameter's range: the last numbers that are still accepted.

    An end that is excluded is replaced by the number next to it; an infinite one by the largest number.

    Parameters
    ----------
    domain : Domain

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.analytic.domain import DENSITY
    >>> from toytoy.compare import strategies
    >>> @given(strategies.edge(DENSITY))
    ... def test_it_is_the_least_or_the_largest(density):
    ...     assert density in (5e-324, 1)
    >>> test_it_is_the_least_or_the_largest()
    """
    if domain.integer:
        return st.sampled_from([int(domain.low)] + ([] if math.isinf(domain.high) else [int(domain.high)]))
    ends: list[float] = []
    for end, inwards, is_open in ((domain.low, math.inf, domain.low_open), (domain.high, -math.inf, domain.high_open)):
        ends.append(math.nextafter(end, inwards) if is_open or math.isinf(end) else end)
    return st.sampled_from(ends)


def outside(domain: Domain) -> SearchStrategy[Any]:
    """Draw values that must be refused: beyond the ends, excluded ends, NaN, infinities, and what is no real number.

    Parameters
    ----------
    domain : Domain

    Examples
    --------
    >>> from hypothesis import given
    >>> from toytoy.analytic.domain import DENSITY
    >>> from toytoy.compare import strategies
    >>> @given(strategies.outside(DENSITY))
    ... def test_it_is_refused(density):
    ...     try:
    ...         DENSITY.check(density)
    ...     except (TypeError, ValueError):
    ...         return
    ...     raise AssertionError(density)
    >>> test_it_is_refused()
    """
    never: list[Any] = [math.nan, math.inf, -math.inf, None, "0.5", 1j, True]
    if domain.integer:
        never += [1.5, 2.0, int(domain.low) - 1]
    beyond: list[SearchStrategy[Any]] = []
    if not math.isinf(domain.low):
        never += [domain.low if domain.low_open else math.nextafter(domain.low, -math.inf)]
        beyond.append(st.floats(max_value=float(domain.low), exclude_max=True))
    if not math.isinf(domain.high):
        never += [domain.high if domain.high_open else math.nextafter(domain.high, math.inf)]
        beyond.append(st.floats(min_value=float(domain.high), exclude_min=True))
    return st.one_of(st.sampled_from(never), *beyond)
