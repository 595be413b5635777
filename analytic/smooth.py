"""Loss and gradient of one output with a smooth activation, by tensor Gauss rules on the cube (compiled).

Given the active set A, output j sees z = b + Σ_{i∈A} a_i x_i, and errs by e = x_j - σ(z). With the nodes and weights of
a Gauss rule in each of the |A| variables, :eq:`smooth-gauss`,

    E[e²] ≈ Σ w e²,    ∂/∂b ≈ -2 Σ w e σ'(z),    ∂/∂a_i ≈ -2 Σ w e σ'(z) x_i.

All terms of the loss are positive: its rounding is relative. A rule of N points is exact for polynomials of degree
2N - 1; what is left falls like ρ^(-2N), where ρ grows as the entry a_i shrinks. So N follows the entry's size, and the
same rules one step lower tell the error.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .activation import SMOOTH, Smooth
from .compiled import compiled, inlined
from .cube import DEPTH, GRADIENT, KIND, MEMBERS, MOVED, ROW

# Points for entries up to 1, 2, 4, 8, 16, and beyond. By trial against finer rules, wherever the bend lies, they leave
# less than the lower ones by orders of magnitude: what the lower ones change is the error of the lower.
ORDERS = (12, 16, 24, 32, 48, 64)
LOWER_ORDERS = (10, 12, 16, 24, 32, 48)
REACH = 32.0  # entries beyond it bend more sharply than the last rules see: no error is claimed there
MOST_FEATURES = 4  # 16⁴ evaluations a row, where entries are of order one
NODES, WEIGHTS, SIZES, STARTS, NAME = range(5)  # rows of the table of a smooth activation


@cache
def smooth_table(sigma: Smooth, orders: tuple[int, ...] = ORDERS) -> NDArray[np.float64]:
    """Lay a smooth activation and its Gauss rules on [0, 1] out for the kernels, shape (5, all points).

    NAME holds a negative number, which no piecewise-linear table has there, and the number of rules.
    """
    table = np.zeros((5, sum(orders)))
    for level, order in enumerate(orders):
        start = sum(orders[:level])
        nodes, weights = np.polynomial.legendre.leggauss(order)
        table[NODES, start : start + order], table[WEIGHTS, start : start + order] = (nodes + 1) / 2, weights / 2
        table[SIZES, level], table[STARTS, level] = order, start
    table[NAME, 0], table[NAME, 1] = -1 - SMOOTH.index(sigma.name), len(orders)
    return table


@compiled
def value_and_slope(name, z):
    """σ(z) and σ'(z): GELU for -1, softplus for -2."""
    if name == -1.0:
        share = 0.5 * math.erfc(-0.7071067811865476 * z)  # √½
        return z * share, share + 0.3989422804014327 * z * math.exp(-0.5 * z * z)  # 1/√2π
    small = math.exp(-abs(z))
    return max(z, 0.0) + math.log1p(small), (1.0 if z >= 0.0 else small) / (1.0 + small)


@inlined
def set_rules(mask, n, act, work, stack):
    """List active features in MEMBERS, each with the start and end of its rule (DEPTH, MOVED); return their number."""
    k = np.int64(0)
    for i in range(n):
        if (mask >> i) & 1:
            level, reach = np.int64(0), 1.0
            while abs(work[ROW, i]) > reach and level < act[NAME, 1] - 1.0:
                level, reach = level + 1, 2.0 * reach
            stack[MEMBERS, k], stack[DEPTH, k] = i, np.int64(act[STARTS, level])
            stack[MOVED, k] = stack[DEPTH, k] + np.int64(act[SIZES, level])
            stack[KIND, k] = stack[DEPTH, k]
            k += 1
    return k


@inlined
def advance(k, stack):
    """Move the second and further variables to their next node; say whether there is one."""
    for i in range(1, k):
        stack[KIND, i] += 1
        if stack[KIND, i] < stack[MOVED, i]:
            return True
        stack[KIND, i] = stack[DEPTH, i]
    return False


@inlined
def add_line(j, k, z, share, target, weight, act, work, stack):
    """Add the nodes of the first variable, the others given: their part of z, their weight and, among them, x_j.

    Returns Σ w e², and adds to the gradient.
    """
    first = stack[MEMBERS, 0]
    a, own = work[ROW, first], first == j
    squares = pulls = moved = 0.0
    for t in range(stack[DEPTH, 0], stack[MOVED, 0]):
        x = act[NODES, t]
        value, slope = value_and_slope(act[NAME, 0], z + a * x)
        e = (x if own else target) - value
        squares += act[WEIGHTS, t] * e * e
        pulls += act[WEIGHTS, t] * e * slope
        moved += act[WEIGHTS, t] * e * slope * x
    factor = -2.0 * weight * share
    work[GRADIENT, 0] += factor * pulls
    work[GRADIENT, 1 + first] += factor * moved
    for i in range(1, k):
        work[GRADIENT, 1 + stack[MEMBERS, i]] += factor * pulls * act[NODES, stack[KIND, i]]
    return share * squares


@compiled
def smooth_error(j, n, weight, mask, b, act, work, stack):
    """E[(x_j - σ(z))²] given the active set; adds `weight` times its gradient. Returns it with the set's size."""
    k = set_rules(mask, n, act, work, stack)
    if k == 0:
        value, slope = value_and_slope(act[NAME, 0], b)
        work[GRADIENT, 0] += 2.0 * weight * value * slope
        return value * value, k
    error, more = 0.0, True
    while more:
        z, share, target = b, 1.0, 0.0
        for i in range(1, k):
            x = act[NODES, stack[KIND, i]]
            z += work[ROW, stack[MEMBERS, i]] * x
            share *= act[WEIGHTS, stack[KIND, i]]
            if stack[MEMBERS, i] == j:
                target = x
        error += add_line(j, k, z, share, target, weight, act, work, stack)
        more = advance(k, stack)
    return error, k
