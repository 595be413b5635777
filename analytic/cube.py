"""What a box adds to the moments of the part of a cube that a hyperplane cuts off, in closed form (compiled).

The hinge of an activation cuts the cube of the active features' values. With h the distance past the hinge,
taken on the side that reaches less far, the moments E[1{h>0}], E[h], E[h²], E[w_i 1{h>0}], E[w_i w_j 1{h>0}] and
E[w_i h₊] give every piecewise-linear loss and its gradient. Here w_i in [0, 1] is the distance of a
feature's value from the corner where h is largest, h = v - Σ α_i w_i, with α_1 >= α_2 >= … >= 0.

The vertex formula, which integrates one variable at a time, ∫ G_q(v - αw) dw = (G_{q+1}(v) - G_{q+1}(v - α)) / α
with G_q(u) = u₊^q / q!, cancels when α is small beside v. Two rules keep it clean. Variables are
eliminated from the largest α down; and a box that lies on the open side altogether is integrated there and then
as a polynomial whose terms are all positive. What is left to eliminate is always cut by the hinge, so v is of
the size of α. `elimination` finds the boxes; here is what an open one adds.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import compiled, inlined

INVERSE_FACTORIAL = np.array([1.0 / math.factorial(k) for k in range(32)])
# Rows of the scratch array, one for each thread. It is passed whole: a compiled call pays for every array it is given.
ALPHA, INVERSE, SUFFIX, E_W, E_WW, E_WH, E_WS, LADDER, COEFFICIENTS, REST, FACTOR, ROW, GRADIENT = range(13)
DEPTH, MOVED, KIND, ORDER, MEMBERS = range(5)  # rows of its integer companion
NOBODY = np.int64(-1)  # the place of a weight that is left out


def scratch(n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Make the scratch arrays of one thread."""
    return np.zeros((13, 2 * n_features + 8)), np.zeros((5, 2 * n_features + 8), np.int64)


@compiled
def box_polynomial(first, k, degree, i, j, work):
    """Fill the coefficients q = 0 … degree of ∫ w_i w_j F_q(c + Σ α_l y_l) over y = 1 - w, from those at c, the LADDER.

    F_q is the derivative of F_(q+1), and a polynomial: c^q / q! unless `strip` has laid another ladder. Variables
    first … k - 1 are integrated, by :eq:`cube-open-box`; i or j outside that range leave their weight out. All terms
    have the ladder's sign.
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


@inlined
def add_eliminated(factor, d, moved, at_j, p0, p1, p2, j0, j1, work):
    """Add a box's share of E[w], E[w w_j], E[w h] for the variables already eliminated, 0 … d - 1."""
    for i in range(d):
        t, s = (moved >> i) & 1, work[INVERSE, i]
        work[E_W, i] += factor * (t * p0 + s * p1)
        work[E_WH, i] += factor * (t * p1 + s * p2)
        if i == at_j:
            work[E_WW, i] += factor * (t * (p0 + 2.0 * s * p1) + 2.0 * s * s * p2)
        elif 0 <= at_j < d:
            t_j, s_j = (moved >> at_j) & 1, work[INVERSE, at_j]
            work[E_WW, i] += factor * (t * t_j * p0 + (t * s_j + t_j * s) * p1 + s * s_j * p2)
        elif at_j >= d:
            work[E_WW, i] += factor * (t * j0 + s * j1)


@inlined
def add_open(factor, d, k, first, moved, at_j, work):
    """Add an open box's share of E[w], E[w w_j], E[w h] for the variables not yet eliminated, d … k - 1."""
    for i in range(d, k):
        box_polynomial(d, k, first + 1, i, NOBODY, work)
        p0, p1 = work[COEFFICIENTS, first], work[COEFFICIENTS, first + 1]
        work[E_W, i] += factor * p0
        work[E_WH, i] += factor * p1
        if 0 <= at_j < d:
            work[E_WW, i] += factor * (((moved >> at_j) & 1) * p0 + work[INVERSE, at_j] * p1)
        elif at_j >= d:
            box_polynomial(d, k, first, i, at_j, work)
            work[E_WW, i] += factor * work[COEFFICIENTS, first]


@inlined
def add_box(factor, d, k, first, moved, at_j, work):
    """Add an open box, whose LADDER is laid, to all moments; return its share of E[1], E[h], E[h²].

    `first` is where E[1] stands on the ladder: each variable eliminated has raised it by one.
    """
    j0 = j1 = 0.0
    row = LADDER
    if d < k:
        if at_j >= d:
            box_polynomial(d, k, first + 1, at_j, NOBODY, work)
            j0, j1 = work[COEFFICIENTS, first], work[COEFFICIENTS, first + 1]
        add_open(factor, d, k, first, moved, at_j, work)
        box_polynomial(d, k, first + 2, NOBODY, NOBODY, work)
        row = COEFFICIENTS
    p0, p1, p2 = work[row, first], work[row, first + 1], work[row, first + 2]
    add_eliminated(factor, d, moved, at_j, p0, p1, p2, j0, j1, work)
    return factor * p0, factor * p1, 2.0 * factor * p2


@inlined
def lay_powers(c, degree, work):
    """Fill the LADDER with c^q / q! for q = 0 … degree."""
    power = 1.0
    for q in range(degree + 1):
        work[LADDER, q] = power * INVERSE_FACTORIAL[q]
        power *= c


@inlined
def set_sides(k, work):
    """Fill INVERSE and SUFFIX, the sums of the α from each on, and clear the moments."""
    work[SUFFIX, k] = 0.0
    for i in range(k - 1, -1, -1):
        work[SUFFIX, i] = work[SUFFIX, i + 1] + work[ALPHA, i]
        work[INVERSE, i] = 1.0 / work[ALPHA, i] if work[ALPHA, i] > 0.0 else 0.0
        work[E_W, i] = work[E_WW, i] = work[E_WH, i] = 0.0
