"""What a problem says, in symbols: the activation's pieces, the law of the active set, the importances."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import sympy

from ..activation import ClippedReLU, LeakyReLU, PiecewiseLinear, piecewise
from ..domain import Number
from ..model import check_model
from ..problem import Problem, check_problem
from ..support import Support
from .letters import Expr, G, I, W, b, p, r, slope, upper

MOST_FEATURES = 4  # by trial: four take up to 6 s, and fill a page


class Pieces(NamedTuple):
    """A piecewise-linear σ: ascending hinges t, the slopes between them, the intercepts, and the heights σ(t)."""

    hinges: tuple[Expr, ...]
    slopes: tuple[Expr, ...]
    intercepts: tuple[Expr, ...]
    heights: tuple[Expr, ...]


def checked(problem: Any) -> Problem:
    """Return the problem if its formulas can be written down.

    Raises
    ------
    TypeError
        If it is no Problem.
    ValueError
        If the activation is smooth, features differ in density, or there are more than 4 of them.
    """
    piecewise(check_problem(problem).activation)
    if problem.n_features > MOST_FEATURES:
        raise ValueError(
            f"n_features must be at most {MOST_FEATURES} for symbolic formulas, got "
            f"n_features={problem.n_features}; decompose takes more, in numbers"
        )
    if len(set(problem.densities)) > 1:
        raise ValueError(f"symbolic formulas need one density for all features, got density={problem.density!r}")
    return problem  # type: ignore[no-any-return]


def pieces(problem: Problem) -> Pieces:
    """Write the activation with its parameter as a symbol, `slope` or `upper`."""
    sigma: PiecewiseLinear = piecewise(problem.activation)
    hinges, slopes = ((0, upper), (0, 1, 0)) if isinstance(sigma, ClippedReLU) else (sigma.hinges, sigma.slopes)
    if isinstance(sigma, LeakyReLU):
        slopes = (slope, 1)
    return _pieces(tuple(map(sympy.sympify, hinges)), tuple(map(sympy.sympify, slopes)))


@cache
def _pieces(hinges: tuple[Expr, ...], slopes: tuple[Expr, ...]) -> Pieces:
    intercepts = [sympy.Integer(0)]
    for hinge, (left, right) in zip(hinges, pairwise(slopes), strict=True):
        intercepts.append(intercepts[-1] + (left - right) * hinge)
    heights = tuple(s * t + c for t, s, c in zip(hinges, slopes, intercepts, strict=False))
    return Pieces(hinges, slopes, tuple(intercepts), heights)


def probabilities(problem: Problem) -> Mapping[tuple[int, ...], Expr]:
    """Write P(A), the probability of every active set, in `p`; features are numbered from 1."""
    return _probabilities(problem.support, problem.n_features)


@cache
def _probabilities(support: Support, n: int) -> dict[tuple[int, ...], Expr]:
    # P(A) is a polynomial of degree n at most in p, so its values at n + 1 densities give it; below 1 / n every law
    # is defined and no set is impossible
    densities = [Fraction(k, n * (n + 2)) for k in range(1, n + 2)]
    laws = [dict(support.active_sets((density,) * n)) for density in densities]
    return {tuple(i + 1 for i in active): _interpolated(densities, [law[active] for law in laws]) for active in laws[0]}


def _interpolated(densities: list[Fraction], values: list[Number]) -> Expr:
    points = [(rational(x), rational(y)) for x, y in zip(densities, values, strict=True)]
    return sympy.factor(sympy.interpolate(points, p))


def importances(problem: Problem) -> tuple[Expr, ...]:
    """Write the importances: 1, …, 1, `r` where all but the last are 1, as in the toys; else I_1, …, I_n."""
    n = problem.n_features
    if n > 1 and all(value == 1 for value in problem.importances[:-1]):
        return (*(sympy.Integer(1),) * (n - 1), r)
    return tuple(I[j] for j in range(1, n + 1))


def rational(value: Any) -> Expr:
    """Turn a number, a float too, into the rational that it is."""
    return sympy.Rational(Fraction(value.item() if hasattr(value, "item") else value))


def in_weights(problem: Problem, expression: Expr) -> Expr:
    """Replace the Gram entries by those of the weights: G_ij = Σ_k W_ki W_kj.

    Parameters
    ----------
    problem : Problem
        Which says how many features and dimensions there are.
    expression : sympy expression

    Returns
    -------
    sympy expression
        In `W` where it was in `G`.

    Raises
    ------
    TypeError
        If `problem` is no Problem.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.symbolic import G, in_weights
    >>> in_weights(tt.Problem.toy(3, density=0.5), G[1, 3])
    W_11*W_13 + W_21*W_23
    """
    n, m = check_problem(problem).n_features, problem.n_hidden
    gram = {G[i, j]: sum(W[k, i] * W[k, j] for k in range(1, m + 1)) for i in range(1, n + 1) for j in range(i, n + 1)}
    return sympy.sympify(expression).subs(gram)


def values(problem: Problem, weights: Any, bias: Any) -> dict[Expr, Expr]:
    """Give the value of every letter for one model: what to substitute into an expression of this package.

    Parameters
    ----------
    problem : Problem
        Its numbers are the values of `p`, `r`, `I`, `slope`, `upper`.
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
        Numbers; Fractions stay exact, and a float is taken as the rational that it is.

    Returns
    -------
    dict
        From symbols to rationals, so that what is substituted into is evaluated without rounding.

    Raises
    ------
    TypeError, ValueError
        If weights or biases don't fit the problem, or the problem has no symbolic formulas.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.analytic.symbolic import G, values
    >>> values(tt.Problem.toy(2, density=0.5), [[1.0, -0.5]], [0.0, 0.25])[G[1, 2]]
    -1/2
    """
    w, bias = exact_model(problem, weights, bias)
    n, m = problem.n_features, problem.n_hidden
    found = {G[i + 1, j + 1]: sum(w[k][i] * w[k][j] for k in range(m)) for i in range(n) for j in range(i, n)}
    found |= {W[k + 1, i + 1]: w[k][i] for k in range(m) for i in range(n)}
    found |= {b[j + 1]: bias[j] for j in range(n)} | {p: rational(problem.densities[0])}
    found |= {I[j + 1]: rational(value) for j, value in enumerate(problem.importances)}
    found[r] = rational(problem.importances[-1])
    for letter, name in ((slope, "slope"), (upper, "upper")):
        if hasattr(problem.sigma, name):
            found[letter] = rational(getattr(problem.sigma, name))
    return found


def exact_model(problem: Problem, weights: Any, bias: Any) -> tuple[list[list[Expr]], list[Expr]]:
    """Return one model's weights and biases as rationals, checked."""
    checked(problem)
    if any(array.ndim > axes for array, axes in zip(check_model(problem, weights, bias), (2, 1), strict=True)):
        raise ValueError(
            f"weights and bias must be those of one model, got shapes {np.shape(weights)} and "
            f"{np.shape(bias)}; loop over the models"
        )
    w, v = np.array(weights, dtype=object), np.array(bias, dtype=object)
    return [[rational(x) for x in row] for row in w], [rational(x) for x in v]
