"""Integrals over the values of the active features: along a line by sympy's own integration, over a cube by vertices.

Output j, given the active set A, sees z = b_j + Σ_{i∈A} G_ji x_i. `row[S]` tells on which piece of σ the corner S of
the cube lies, S written as a bit mask: how many hinges the corner is past.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise

import sympy

from .letters import Expr, G, b
from .setting import Pieces

Row = tuple[int, ...]
Active = tuple[int, ...]


def mask(corner: Active) -> int:
    """Write a corner as a bit mask: feature i, at its largest value, sets bit i - 1."""
    return sum(1 << (i - 1) for i in corner)


def height(output: int, corner: Active) -> Expr:
    """Give z at a corner: b_j + Σ_{i∈S} G_ji."""
    return b[output] + sum(G[output, i] for i in corner)


def line_error(sigma: Pieces, row: Row, output: int, feature: int) -> Expr:
    """Integrate (x_j - σ(b_j + G_ji x))² over x in [0, 1], feature i active alone: :eq:`parts-line`.

    z moves from the corner ∅ to the corner {i}, and passes a hinge t where x = (t - b_j) / G_ji; between hinges σ is
    linear, and sympy integrates a square.
    """
    x, z = sympy.Dummy("x"), sympy.Dummy("z")
    first, last = row[0], row[mask((feature,))]
    step = 1 if last >= first else -1
    passed = range(first, last) if step > 0 else range(first - 1, last - 1, -1)
    edges = [0, *((sigma.hinges[h] - b[output]) / G[output, feature] for h in passed), 1]
    target = x if feature == output else 0
    total = sympy.Integer(0)
    for piece, (start, end) in zip(range(first, last + step, step), pairwise(edges), strict=True):
        error = target - sigma.slopes[piece] * z - sigma.intercepts[piece]
        line = error.subs(z, b[output] + G[output, feature] * x)
        total += sympy.integrate(sympy.expand(line**2), (x, start, end))
    return sympy.factor(total)


def hinge_power(
    sigma: Pieces, row: Row, output: int, hinge: int, active: Active, order: int, fixed: Active = ()
) -> Expr:
    """Integrate (z - t)₊^q / q! over the cube of the active features, those in `fixed` at 1: :eq:`parts-vertices`.

    Each integration over x_i raises the order by one and divides by G_ji, so the integral is a sum over the corners
    above the hinge, with the sign of the number of active features at 0.
    """
    total, degree = sympy.Integer(0), order + len(active)
    for size in range(len(active) + 1):
        for corner in combinations(active, size):
            if row[mask((*corner, *fixed))] > hinge:
                distance = height(output, (*corner, *fixed)) - sigma.hinges[hinge]
                total += (-1) ** (len(active) - size) * distance**degree
    return total / sympy.factorial(degree) / sympy.prod([G[output, i] for i in active])


def weighted_hinge(sigma: Pieces, row: Row, output: int, hinge: int, active: Active) -> Expr:
    """Integrate x_j (z - t)₊ over the cube of the active features, j among them: by parts, :eq:`parts-weighted`."""
    others = tuple(i for i in active if i != output)
    face = hinge_power(sigma, row, output, hinge, others, 2, (output,))
    return (face - hinge_power(sigma, row, output, hinge, active, 2)) / G[output, output]


def cube_error(sigma: Pieces, row: Row, output: int, active: Active) -> Expr:
    """Integrate (x_j - σ(z))² over the cube of the active features: :eq:`parts-hinges`.

    σ is its first piece, s z, and a change of slope at each hinge; so is σ², which also gains a multiple of (z - t)₊.
    """
    on = int(output in active)
    mean = height(output, ()) + sum(G[output, i] for i in active) / sympy.Integer(2)
    square = mean**2 + sum(G[output, i] ** 2 for i in active) / sympy.Integer(12)
    first = sigma.slopes[0]
    total = sympy.Rational(on, 3) + first**2 * square - 2 * on * first * (mean / 2 + G[output, output] / 12)
    for h, (left, right) in enumerate(pairwise(sigma.slopes)):
        total += 2 * (right**2 - left**2) * hinge_power(sigma, row, output, h, active, 2)
        total += 2 * sigma.heights[h] * (right - left) * hinge_power(sigma, row, output, h, active, 1)
        if on:
            total -= 2 * (right - left) * weighted_hinge(sigma, row, output, h, active)
    return sympy.cancel(total)  # where no hinge parts x_i = 0 from x_i = 1, G_ji leaves the denominator


@cache
def mean_square(sigma: Pieces, row: Row, output: int, active: Active) -> Expr:
    """E (x_j - σ(z))² given the active set: nothing to integrate, a line, or a cube."""
    if not active:
        piece = row[0]
        return (sigma.slopes[piece] * b[output] + sigma.intercepts[piece]) ** 2
    return line_error(sigma, row, output, *active) if len(active) == 1 else cube_error(sigma, row, output, active)
