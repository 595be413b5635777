"""The population loss in exact fractions: no rounding, so that nothing cancels and no tolerance is needed.

Rows are independent, and so are active sets: given the set A, output j sees z = b + Σ_{i∈A} a_i x_i. The error of the
first piece, continued over the whole cube, is a mean and a variance; each hinge then adds a correction (the residual
form, :eq:`cube-residual`). Its moments come from eliminating one variable at a time (:eq:`cube-vertices`), x_j last,
by parts (:eq:`cube-by-parts`). Powers are taken of whole numbers, in units of a row's common denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import factorial, lcm, prod
from typing import Any, NamedTuple

import numpy as np

from .activation import PiecewiseLinear, piecewise
from .model import check_model
from .problem import Problem
from .tables import check_size

Law = list[tuple[tuple[int, ...], Fraction]]
Vertices = dict[int, int]


class Hinge(NamedTuple):
    """Where the slope jumps, σ there, the jump s' - s, and s'² - s²."""

    at: Fraction
    level: Fraction
    jump: Fraction
    squares: Fraction


def exact_loss(problem: Problem, weights: Any, bias: Any) -> Any:
    """Compute the population loss, :eq:`cube-loss`, exactly: a Fraction, or an object array of them for a batch.

    Every number of the problem and of the model counts as the fraction that it is.

    Parameters
    ----------
    problem : Problem
        With a piecewise-linear activation and at most 10 features.
    weights : array of int, Fraction, Decimal or float, shape (..., n_hidden, n_features)
    bias : array of the same, shape (..., n_features)

    Returns
    -------
    Fraction, or object array of the broadcast leading shape
        Loss per input, summed over features.

    Raises
    ------
    TypeError, ValueError
        As `toytoy.loss` does.

    Examples
    --------
    >>> import toytoy as tt
    >>> from fractions import Fraction
    >>> from toytoy.analytic.fraction import exact_loss
    >>> problem = tt.Problem(n_features=1, n_hidden=1, density=Fraction(1, 2))
    >>> exact_loss(problem, [[Fraction(1, 2)]], [Fraction(1, 4)])
    Fraction(1, 16)
    """
    check_model(problem, weights, bias)
    check_size(problem)
    hinges, slope = _hinges(piecewise(problem.activation))
    law = [(active, exactly(p)) for active, p in problem.support.active_sets(tuple(map(exactly, problem.densities)))]
    importances = [exactly(value) for value in problem.importances]
    weights, bias = _exact_array(weights), _exact_array(bias)
    shape = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    weights = np.broadcast_to(weights, (*shape, *weights.shape[-2:]))
    bias = np.broadcast_to(bias, (*shape, problem.n_features))
    losses = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        rows = zip(importances, weights[index].T @ weights[index], bias[index], strict=True)
        losses[index] = sum(
            (value * _row_loss(j, row, b, law, slope, hinges) for j, (value, row, b) in enumerate(rows) if value),
            Fraction(0),
        )
    return losses[()]


def exactly(value: Any) -> Fraction:
    """Return the fraction that a number is; a float is one too."""
    if hasattr(value, "as_integer_ratio"):
        return Fraction(*value.as_integer_ratio())
    return Fraction(int(value))  # numpy's integers


def _exact_array(given: Any) -> Any:
    """Turn numbers into an object array of Fractions; a plain array of numbers would round them."""
    if hasattr(given, "detach"):  # a torch tensor
        given = given.detach().cpu().numpy()
    return np.vectorize(exactly, otypes=[object])(np.asarray(given, dtype=object))


def _hinges(sigma: PiecewiseLinear) -> tuple[list[Hinge], Fraction]:
    """Return the hinges of an activation, and the slope before the first."""
    slopes = [exactly(slope) for slope in sigma.slopes]
    intercept, hinges = Fraction(0), []
    for at, (near, far) in zip(map(exactly, sigma.hinges), pairwise(slopes), strict=True):
        hinges.append(Hinge(at, near * at + intercept, far - near, far**2 - near**2))
        intercept -= (far - near) * at
    return hinges, slopes[0]


def _row_loss(j: int, row: Sequence[Fraction], b: Fraction, law: Law, slope: Fraction, hinges: list[Hinge]) -> Fraction:
    """E (x_j - σ(z))² of one output, over all active sets."""
    unit = lcm(b.denominator, *(a.denominator for a in row), *(hinge.at.denominator for hinge in hinges))
    entries = [int(a * unit) for a in row]

    @cache
    def vertices(others: tuple[int, ...]) -> Vertices:
        return _doubled(vertices(others[:-1]), entries[others[-1]]) if others else {0: 1}

    total = Fraction(0)
    for active, chance in law:
        others = tuple(i for i in active if i != j and entries[i])  # a zero entry integrates to 1
        average = _averaging(vertices(others), [entries[i] for i in others])
        total += chance * _first_piece(j, active, row, b, slope)
        for hinge in hinges:
            h, hh, xh = hinge_moments(int((b - hinge.at) * unit), entries[j] if j in active else 0, average)
            against = xh / unit if j in active else 0
            error = -2 * hinge.jump * (against - hinge.level * h / unit) + hinge.squares * hh / unit**2
            total += chance * error
    return total


def _first_piece(j: int, active: tuple[int, ...], row: Sequence[Fraction], b: Fraction, slope: Fraction) -> Fraction:
    """E (x_j - s z)² over the whole cube: the square of its mean, and a twelfth of every squared coefficient."""
    coefficients = [int(i == j) - slope * row[i] for i in active]
    mean = sum(coefficients, Fraction(0)) / 2 - slope * b
    return mean**2 + sum((d**2 for d in coefficients), Fraction(0)) / 12


def _doubled(vertices: Vertices, entry: int) -> Vertices:
    """Eliminate one more variable: every vertex counts at its upper end, and with a minus at its lower one."""
    out = {z + entry: count for z, count in vertices.items()}
    for z, count in vertices.items():
        out[z] = out.get(z, 0) - count
    return out


def _averaging(vertices: Vertices, entries: list[int]) -> Callable[[int, int], Fraction]:
    """Return E G_q(u + a·x) as a function of u and q, for q >= 1: :eq:`cube-vertices`."""
    divisor, k = prod(entries), len(entries)

    def average(u: int, q: int) -> Fraction:
        total = sum(count * max(u + z, 0) ** (q + k) for z, count in vertices.items())
        return Fraction(total, divisor * factorial(q + k))

    return average


def hinge_moments(u: Any, own: Any, average: Callable[[Any, int], Any]) -> tuple[Any, Any, Any]:
    """E h, E h² and E x_j h, with h = (u + a_j x_j + Σ a_i x_i)₊: :eq:`cube-one-variable` and :eq:`cube-by-parts`.

    Parameters
    ----------
    u : number
        The distance past the hinge at x = 0.
    own : number
        a_j; 0 where feature j is silent, too.
    average : callable
        E G_q(u + Σ_{i≠j} a_i x_i), as a function of u and q, G_q(z) = z₊^q / q!.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from toytoy.analytic.fraction import hinge_moments
    >>> hinge_moments(Fraction(-1, 2), 1, lambda u, q: max(u, 0) ** q / Fraction((0, 1, 2, 6)[q]))
    (Fraction(1, 8), Fraction(1, 24), Fraction(5, 48))
    """
    if not own:
        first = average(u, 1)
        return first, 2 * average(u, 2), first / 2
    top = average(u + own, 2)
    second = 2 * (average(u + own, 3) - average(u, 3)) / own
    return (top - average(u, 2)) / own, second, (top - second / 2) / own
