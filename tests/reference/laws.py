"""Support laws by enumeration: every set of features, and the probability that just these are active.

Imports nothing of the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod

from tests.reference.draws import Case
from tests.reference.exact import Law


def law_of(case: Case) -> Law:
    """Return the law of the active set, without what never happens; floats count as the fractions they are."""
    n, density = len(case.bias), [Fraction(p) for p in case.density]
    sizes = case.sizes or ((n,) if case.support == "one_hot" else (1,) * n)
    law = []
    for states in product((0, 1), repeat=n):
        chance, start = Fraction(1), 0
        for size in sizes:
            chance *= group_chance(case.support, states[start : start + size], density[start])
            start += size
        law.append((tuple(i for i, on in enumerate(states) if on), chance))
    return [(active, chance) for active, chance in law if chance]


def group_chance(support: str, states: Sequence[int], p: Fraction) -> Fraction:
    """Return the probability of the states of one group, whose features have the density p."""
    size, count = len(states), sum(states)
    if support == "one_hot":
        return Fraction(int(count == 1), size)
    if support == "correlated":
        return {0: 1 - p, size: p}.get(count, Fraction(0))
    if support == "anticorrelated":
        return {0: 1 - size * p, 1: p}.get(count, Fraction(0))
    return prod((p if on else 1 - p for on in states), start=Fraction(1))
