"""The letters of the formulas: density, importances, weights, biases, Gram entries, and what an activation adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from ..domain import Domain

# sympy ships no types: an expression is whatever sympy makes of it
Expr = Any

INDEX = Domain("index", 1, integer=True, hint="features and dimensions are numbered from 1 here, as on paper")


@dataclass(frozen=True)
class Family:
    """Real symbols of one letter, told apart by their indices, which start at 1.

    Parameters
    ----------
    letter : str
    symmetric : bool
        Whether the order of the indices does not matter.

    Raises
    ------
    TypeError, ValueError
        If an index is not a whole number >= 1.

    Examples
    --------
    >>> from toytoy.analytic.symbolic import G, b
    >>> b[1], G[1, 2] is G[2, 1]
    (b_1, True)
    """

    letter: str
    symmetric: bool = False

    def __getitem__(self, index: int | tuple[int, ...]) -> Expr:
        numbers = [INDEX.check(i) for i in (index if isinstance(index, tuple) else (index,))]
        if self.symmetric:
            numbers.sort()
        return sympy.Symbol(f"{self.letter}_{''.join(map(str, numbers))}", real=True)


p: Expr = sympy.Symbol("p", positive=True)
r: Expr = sympy.Symbol("r", positive=True)
slope: Expr = sympy.Symbol("slope", real=True)
upper: Expr = sympy.Symbol("upper", positive=True)
I = Family("I")  # noqa: E741  the importances' letter in every text on the subject
W = Family("W")
b = Family("b")
G = Family("G", symmetric=True)
