"""Moments of the part of a cube that a hyperplane cuts off, in closed form (compiled).

The hinge of an activation cuts the cube of the active features' values. With h the distance past the hinge,
taken on the side that reaches less far, the moments E[1{h>0}], E[h], E[h²], E[w_i 1{h>0}], E[w_i w_j 1{h>0}] and
E[w_i h₊] give every piecewise-linear loss and its gradient. Here w_i in [0, 1] is the distance of a
feature's value from the corner where h is largest, h = v - Σ α_i w_i, with α_1 >= α_2 >= … >= 0.

The vertex formula, which integrates one variable at a time, ∫ G_q(v - αw) dw = (G_{q+1}(v) - G_{q+1}(v - α)) / α
with G_q(u) = u₊^q / q!, cancels when α is small beside v. Two rules keep it clean. Variables are
eliminated from the largest α down; and a box that lies on the open side altogether is integrated there and then
as a polynomial whose terms are all positive. What is left to eliminate is always cut by the hinge, so v is of
the size of α.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import compiled

INVERSE_FACTORIAL = np.array([1.0 / math.factorial(k) for k in range(32)])
# Rows of the scratch array, one for each thread. It is passed whole: a compiled call pays for every array it is given.
ALPHA, INVERSE, SUFFIX, E_W, E_WW, E_WH, E_WS, LADDER, COEFFICIENTS, REST = range(10)
ROW, GRADIENT, HINGES, SLOPES, INTERCEPTS, LEVELS = range(10, 16)
DEPTH, MOVED, KIND, ORDER, MEMBERS = range(5)  # rows of its integer companion


def scratch(n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Make the scratch arrays of one thread."""
    return np.zeros((16, 2 * n_features + 8)), np.zeros((5, 2 * n_features + 8), np.int64)


@compiled
def box_polynomial(first, k, degree, i, j, work):
    """Fill the coefficients q = 0 … degree of ∫ w_i w_j F_q(c + Σ α_l y_l) over y = 1 - w, from those at c, the LADDER.

    F_q is the derivative of F_(q+1), and a polynomial: c^q / q! unless `strip` has laid another ladder. Variables
    first … k - 1 are integrated; i or j outside that range leave their weight out. All terms have the ladder's sign.
    """
    for q in range(degree + 1):
        work[COEFFICIENTS, q] = work[LADDER, q]
    for var in range(first, k):
        shift = 1 + (var == i) + (var == j)  # ∫ (1-y)^e y^m dy / m! = e! / (m + e + 1)!
        scale = 2.0 if shift == 3 else 1.0
        for q in range(degree, -1, -1):
            total, power = 0.0, 1.0
            for m in range(q + 1):
                total += work[COEFFICIENTS, q - m] * power * INVERSE_FACTORIAL[m + shift]
                power *= work[ALPHA, var]
            work[COEFFICIENTS, q] = scale * total


@compiled
def add_eliminated(factor, d, moved, at_j, p0, p1, p2, j0, j1, work):
    """Add a box's share of E[w], E[w w_j], E[w h] for the variables already eliminated, 0 … d - 1."""
    t_j = (moved >> at_j) & 1 if 0 <= at_j < d else 0
    for i in range(d):
        t, s = (moved >> i) & 1, work[INVERSE, i]
        work[E_W, i] += factor * (t * p0 + s * p1)
        work[E_WH, i] += factor * (t * p1 + s * p2)
        if i == at_j:
            work[E_WW, i] += factor * (t * (p0 + 2.0 * s * p1) + 2.0 * s * s * p2)
        elif 0 <= at_j < d:
            s_j = work[INVERSE, at_j]
            work[E_WW, i] += factor * (t * t_j * p0 + (t * s_j + t_j * s) * p1 + s * s_j * p2)
        elif at_j >= d:
            work[E_WW, i] += factor * (t * j0 + s * j1)


@compiled
def add_open(factor, d, k, first, moved, at_j, work):
    """Add an open box's share of E[w], E[w w_j], E[w h] for the variables not yet eliminated, d … k - 1."""
    for i in range(d, k):
        box_polynomial(d, k, first + 1, i, np.int64(-1), work)
        p0, p1 = work[COEFFICIENTS, first], work[COEFFICIENTS, first + 1]
        work[E_W, i] += factor * p0
        work[E_WH, i] += factor * p1
        if 0 <= at_j < d:
            work[E_WW, i] += factor * (((moved >> at_j) & 1) * p0 + work[INVERSE, at_j] * p1)
        elif at_j >= d:
            box_polynomial(d, k, first, i, at_j, work)
            work[E_WW, i] += factor * work[COEFFICIENTS, first]


@compiled
def add_box(factor, d, k, first, moved, at_j, work):
    """Add an open box, whose LADDER is laid, to all moments; return its share of E[1], E[h], E[h²].

    `first` is where E[1] stands on the ladder: each variable eliminated has raised it by one.
    """
    j0 = j1 = 0.0
    row = LADDER
    if d < k:
        if at_j >= d:
            box_polynomial(d, k, first + 1, at_j, np.int64(-1), work)
            j0, j1 = work[COEFFICIENTS, first], work[COEFFICIENTS, first + 1]
        add_open(factor, d, k, first, moved, at_j, work)
        box_polynomial(d, k, first + 2, np.int64(-1), np.int64(-1), work)
        row = COEFFICIENTS
    p0, p1, p2 = work[row, first], work[row, first + 1], work[row, first + 2]
    add_eliminated(factor, d, moved, at_j, p0, p1, p2, j0, j1, work)
    return factor * p0, factor * p1, 2.0 * factor * p2


@compiled
def lay_powers(c, degree, work):
    """Fill the LADDER with c^q / q! for q = 0 … degree."""
    power = 1.0
    for q in range(degree + 1):
        work[LADDER, q] = power * INVERSE_FACTORIAL[q]
        power *= c


@compiled
def set_sides(k, work):
    """Fill INVERSE and SUFFIX, the sums of the α from each on, and clear the moments."""
    work[SUFFIX, k] = 0.0
    for i in range(k - 1, -1, -1):
        work[SUFFIX, i] = work[SUFFIX, i + 1] + work[ALPHA, i]
        work[INVERSE, i] = 1.0 / work[ALPHA, i] if work[ALPHA, i] > 0.0 else 0.0
        work[E_W, i] = work[E_WW, i] = work[E_WH, i] = 0.0


@compiled
def one_moments(v, work):
    """`cut_moments` for one variable, written out: α is 1."""
    square = v * v
    work[E_W, 0], work[E_WW, 0], work[E_WH, 0] = square / 2.0, square * v / 3.0, square * v / 6.0
    return v, square / 2.0, square * v / 3.0


@compiled
def two_moments(v, at_j, work):
    """`cut_moments` for two variables, written out: α is (1, q), and v <= (1 + q) / 2 keeps w_1 below 1."""
    q, square = work[ALPHA, 1], v * v
    if v < q:  # a triangle in the corner
        s = 1.0 / q
        p0, p1, p2 = s * square / 2.0, s * square * v / 6.0, s * square * square / 24.0
        work[E_W, 0], work[E_WH, 0], work[E_W, 1], work[E_WH, 1] = p1, p2, s * p1, s * p2
        work[E_WW, 0], work[E_WW, 1] = (2.0 * p2, s * p2) if at_j == 0 else (s * p2, 2.0 * s * s * p2)
        return p0, p1, 2.0 * p2
    c = v - q
    p0, p1 = c + q / 2.0, (c * v + q * q / 3.0) / 2.0
    p2 = (c * c * (c + 1.5 * q) + q * q * (c + q / 4.0)) / 6.0
    j0, j1 = c / 2.0 + q / 6.0, (c * c / 2.0 + c * q / 3.0 + q * q / 12.0) / 2.0
    work[E_W, 0], work[E_WH, 0], work[E_W, 1], work[E_WH, 1] = p1, p2, j0, j1
    work[E_WW, 0], work[E_WW, 1] = (2.0 * p2, j1) if at_j == 0 else (j1, c / 3.0 + q / 12.0)
    return p0, p1, 2.0 * p2


@compiled
def cut_moments(v, k, at_j, work, stack):
    """Moments of the cut cube; work[ALPHA, :k] falls from 1, and 0 < v <= Σ α / 2.

    Returns E[1{h>0}], E[h₊], E[h₊²]; leaves E[w_i 1], E[w_i w_j 1], E[w_i h₊] in the rows E_W, E_WW, E_WH.
    """
    if k == 1:
        return one_moments(v, work)
    if k == 2:
        return two_moments(v, at_j, work)
    set_sides(k, work)
    m0 = m1 = m2 = 0.0
    work[REST, 0], stack[DEPTH, 0], stack[MOVED, 0] = v, 0, 0
    top = 1
    while top > 0:
        top -= 1
        u, d, moved = work[REST, top], stack[DEPTH, top], stack[MOVED, top]
        if u <= 0.0:
            continue
        if u >= work[SUFFIX, d]:
            factor = 1.0
            for i in range(d):
                factor *= -work[INVERSE, i] if (moved >> i) & 1 else work[INVERSE, i]
            lay_powers(u - work[SUFFIX, d], d + 2, work)
            s0, s1, s2 = add_box(factor, d, k, d, moved, at_j, work)
            m0, m1, m2 = m0 + s0, m1 + s1, m2 + s2
            continue
        for bit in range(2):
            work[REST, top] = u - bit * work[ALPHA, d]
            stack[DEPTH, top], stack[MOVED, top] = d + 1, moved | (bit << d)
            top += 1
    return m0, m1, m2
