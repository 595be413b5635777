"""Expressions handed on: to LaTeX, and to functions of numbers and arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy

from .letters import Expr


def to_latex(expression: Expr) -> str:
    r"""Write an expression of this package, or a decomposition, in LaTeX.

    Parameters
    ----------
    expression : sympy expression, or anything that knows its own LaTeX

    Returns
    -------
    str
        Without the dollar signs around it.

    Examples
    --------
    >>> from toytoy.analytic import symbolic
    >>> print(symbolic.to_latex(symbolic.ansatz_loss("antipodal")))
    \frac{p^{2} \left(r + 1\right)}{6}
    """
    own = getattr(expression, "_repr_latex_", None)
    written: str = own() if own and not isinstance(expression, sympy.Basic) else sympy.latex(expression)
    return written.strip("$").removeprefix(r"\displaystyle ")


def to_numpy(expression: Expr, args: Sequence[Expr] | None = None) -> Callable[..., Any]:
    """Turn an expression into a function of numbers or numpy arrays.

    Parameters
    ----------
    expression : sympy expression, or a nested sequence of them
    args : sequence of symbols, optional
        The function's arguments, in this order. By default the expression's letters in alphabetical order.

    Returns
    -------
    callable
        In floating point: where a Gram entry is small beside its row, the loss of a region cancels; `toytoy.loss` does
        not.

    Raises
    ------
    ValueError
        If a letter of the expression is not among the arguments.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.analytic import symbolic
    >>> line = symbolic.to_numpy(symbolic.ansatz_boundary(("not_represented", "antipodal")))
    >>> line(np.array([0.1, 0.4])).round(6).tolist()
    [0.057143, 0.4]
    """
    if isinstance(expression, tuple):  # a pair of limits, by name
        expression = list(expression)
    if not isinstance(expression, sympy.Basic | list):
        raise TypeError(f"expression must be one of sympy, or a sequence, got a {type(expression).__name__}")
    letters = sorted(sympy.sympify(expression).free_symbols, key=str)
    given = letters if args is None else list(args)
    if missing := [str(letter) for letter in letters if letter not in given]:
        raise ValueError(f"args must hold every letter of the expression, got {given} without {', '.join(missing)}")
    function: Callable[..., Any] = sympy.lambdify(given, expression, "numpy")
    return function
