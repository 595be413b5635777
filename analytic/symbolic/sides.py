"""A region: on which side of the hinges every output sees every corner of its cube."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy

from ..problem import Problem
from .integrals import Row, height, mask
from .letters import Expr
from .setting import checked, exact_model, pieces, values


@dataclass(frozen=True)
class Region:
    """A part of the space of models in which the loss is one rational function of G and b.

    Parameters
    ----------
    rows : tuple of tuples of int
        rows[j][S]: how many hinges z = b_j + Σ_{i∈S} G_ji lies past, for output j and every corner S of the cube, a
        bit mask: with two features the corners are in order ∅, {1}, {2}, {1, 2}.

    Examples
    --------
    >>> from toytoy.analytic.symbolic import Region
    >>> region = Region(((1, 1, 0, 1), (1, 1, 1, 1)))
    >>> print(region)
    1101 | 1111
    >>> region.cuts  # the hinge crosses the cube of the first output only
    ((0,), ())
    """

    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(map(tuple, self.rows)))  # lists can't be hashed

    @property
    def cuts(self) -> tuple[tuple[int, ...], ...]:
        """For each output, the hinges that cross its cube."""
        return tuple(tuple(range(min(row), max(row))) for row in self.rows)

    def __str__(self) -> str:
        return " | ".join("".join(map(str, row)) for row in self.rows)


def region(problem: Problem, weights: Any, bias: Any) -> Region:
    """Find the region that a model lies in, without rounding.

    A corner that lies on a hinge counts as below it: there the regions on both sides give the same loss.

    Parameters
    ----------
    problem : Problem
        Piecewise-linear, with at most 4 features of one density.
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
        Numbers; Fractions stay exact, and a float is taken as the rational that it is.

    Returns
    -------
    Region

    Raises
    ------
    TypeError, ValueError
        If weights or biases don't fit the problem, or the problem has no symbolic formulas.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> print(symbolic.region(tt.Problem.toy(2, density=0.5), [[1.0, -0.5]], [0.0, 0.25]))
    0101 | 1010
    """
    weights, bias = exact_model(problem, weights, bias)
    return region_at(problem, values(problem, weights, bias))


def region_at(problem: Problem, point: dict[Expr, Expr]) -> Region:
    """Find the region of a point given as values of `G`, `b` and the activation's parameter."""
    hinges = [hinge.xreplace(point) for hinge in pieces(problem).hinges]
    n = problem.n_features
    heights = [[height(j, corner).xreplace(point) for corner in corners(n)] for j in range(1, n + 1)]
    return Region(tuple(tuple(sum(bool(z > t) for t in hinges) for z in row) for row in heights))


def corners(n: int) -> list[tuple[int, ...]]:
    """List the corners of a cube of n features in the order of their masks."""
    everything = [corner for size in range(n + 1) for corner in combinations(range(1, n + 1), size)]
    return sorted(everything, key=mask)


def conditions(problem: Problem, region: Region) -> Expr:
    """Write the inequalities that define a region.

    Parameters
    ----------
    problem : Problem
    region : Region

    Returns
    -------
    sympy And
        Of strict inequalities in `G`, `b` and, for a clipped activation, `upper`.

    Raises
    ------
    TypeError, ValueError
        If the region is not one of such a problem.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic import symbolic
    >>> problem = tt.Problem(n_features=1, n_hidden=1, density=0.5)
    >>> symbolic.conditions(problem, symbolic.Region(((0, 1),)))
    (b_1 < 0) & (G_11 + b_1 > 0)
    """
    hinges = pieces(checked_region(problem, region)).hinges
    found = []
    for j, row in enumerate(region.rows, 1):
        for past, corner in zip(row, corners(len(region.rows)), strict=True):
            z = height(j, corner)
            found += [z > hinges[past - 1]] if past > 0 else []
            found += [z < hinges[past]] if past < len(hinges) else []
    return sympy.And(*found)


def checked_region(problem: Problem, region: Region) -> Problem:
    """Return the problem if the region has its shape: a row an output, a number of hinges a corner."""
    n, most = checked(problem).n_features, len(pieces(problem).hinges)
    if not isinstance(region, Region):
        raise TypeError(f"region must be a Region, got region={region!r}; see region(problem, weights, bias)")
    fits = [len(row) == 2**n and set(row) <= set(range(most + 1)) for row in region.rows]
    if len(fits) != n or not all(fits):
        raise ValueError(
            f"region must have {n} rows of {2**n} numbers from 0 to {most} for this problem, got {region}; "
            "see region(problem, weights, bias)"
        )
    return problem
