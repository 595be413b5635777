"""All regions of a problem: for two features in one dimension just those that models lie in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product
from math import prod

import sympy

from ..problem import Problem
from .patterns import Pattern, patterns
from .setting import checked, pieces
from .sides import Region


@dataclass(frozen=True)
class Regions(Collection[Region]):
    """The regions of a problem, made one at a time: len, `in` and iteration.

    Parameters
    ----------
    rows : tuple of tuples of patterns
        rows[j]: every pattern that output j can have by itself.
    realized : frozenset of Region, or None
        The regions that some model lies in, where they are known; None: every choice of one pattern an output.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> regions = symbolic.regions(tt.Problem.toy(2, density=0.5))
    >>> len(regions), next(iter(regions)) in regions
    (60, True)
    """

    rows: tuple[tuple[Pattern, ...], ...]
    realized: frozenset[Region] | None

    def __iter__(self) -> Iterator[Region]:
        return (region for region in map(Region, product(*self.rows)) if region in self)

    def __len__(self) -> int:
        return prod(map(len, self.rows)) if self.realized is None else len(self.realized)

    def __contains__(self, region: object) -> bool:
        if self.realized is not None:
            return region in self.realized
        return (
            isinstance(region, Region)
            and len(region.rows) == len(self.rows)
            and all(row in known for row, known in zip(region.rows, self.rows, strict=True))
        )

    def __repr__(self) -> str:
        kind = "every choice of one pattern an output" if self.realized is None else "all that models lie in"
        return f"<{len(self)} regions: {kind}>"


def regions(problem: Problem) -> Regions:
    """List the regions of a problem: each a choice, for every output, of the sides that its corners lie on.

    With two features in one dimension these are exactly the regions (open sets of models) that exist. Otherwise each
    output's patterns are exactly those that it can have by itself, and all choices of one an output are listed: a
    superset, since outputs share the entries of G, whose rank is bound.

    Parameters
    ----------
    problem : Problem
        Piecewise-linear, with at most 3 features of one density.

    Returns
    -------
    Regions
        A collection of `Region`; `rows` holds the patterns of each output.

    Raises
    ------
    TypeError, ValueError
        If the problem has no symbolic formulas, or more than 3 features.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> regions = symbolic.regions(tt.Problem.toy(2, density=0.5))
    >>> regions
    <60 regions: all that models lie in>
    >>> len(symbolic.regions(tt.Problem.toy(3, density=0.5)))
    205379
    """
    n, n_hinges = checked(problem).n_features, len(pieces(problem).hinges)
    if n > 3:
        raise ValueError(f"regions are listed for at most 3 features, got n_features={n}; region takes one model")
    rows = tuple(patterns(n, output, n_hinges) for output in range(1, n + 1))
    return Regions(rows, _realized(n_hinges) if (n, problem.n_hidden) == (2, 1) else None)


@cache
def _realized(n_hinges: int) -> frozenset[Region]:
    """Take one model of every kind: weights (1, q), a second hinge u, and all the biases that tell corners apart.

    The scale of the weights is that of u, and the sign of both does not matter.
    """
    found: set[Region] = set()
    for q in _between(_turning_ratios()):
        first = (Fraction(0), Fraction(1), q, 1 + q)  # z - b at the corners, for the first output
        values = (first, tuple(q * z for z in first))
        gaps = {abs(x - y) for row in values for x, y in combinations(row, 2)}
        for u in [u for u in _between({0, *gaps}) if u > 0] if n_hinges > 1 else [Fraction(1)]:
            hinges = (Fraction(0), u)[:n_hinges]
            found.update(map(Region, product(*(_patterns_of(row, hinges) for row in values))))
    return frozenset(found)


def _patterns_of(row: tuple[Fraction, ...], hinges: tuple[Fraction, ...]) -> set[Pattern]:
    """List the patterns that an output's corners show as its bias grows."""
    biases = _between({t - z for t in hinges for z in row})
    return {tuple(sum(bias + z > t for t in hinges) for z in row) for bias in biases}


def _turning_ratios() -> list[float]:
    """List the ratios q at which two gaps between corners, of one output or of both, are equal; so is one that is 0."""
    q = sympy.Dummy("q")
    gaps = [gap * own for gap in (1, q, 1 + q, 1 - q) for own in (1, q)]
    equations = {sympy.expand(x + sign * y) for x, y in combinations(gaps, 2) for sign in (1, -1)}
    return [float(root) for e in equations if e.has(q) for root in sympy.solve(e, q) if root.is_real]


def _between(points: Iterable[float | Fraction]) -> list[Fraction]:
    """Choose a number in every interval that the points leave, the two outer ones included."""
    ordered = sorted({Fraction(point) for point in points})
    if not ordered:
        return [Fraction(0)]
    return [ordered[0] - 1, *((low + high) / 2 for low, high in pairwise(ordered)), ordered[-1] + 1]
