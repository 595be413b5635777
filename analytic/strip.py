"""Moments of the part of a cube between two hinges that stand close together (compiled).

A clipped activation is flat, rises between two hinges, and is flat again. Where z spans far more than the rise, the
moments past each hinge are of size (range)², and nearly cancel. Taken together nothing does. With h the distance
past the first hinge, u the second hinge's, and c = min(h₊, u) what has been risen by,

    1{0 < h < u} = A_0,    c = A_1,         A_q(h) = G_q(h) - G_q(h - u),
    c 1{0 < h < u} = B_1,  c² / 2 = B_2,    B_q(h) = G_q(h) - G_q(h - u) - u G_(q-1)(h - u),

G_q(h) = h₊^q / q!. Each A_q, each B_q is the derivative of the next, so that they can stand in G_q's place in the
elimination of `cube`. Past both hinges they are what is left of the binomial (h - u + u)^q / q! without its first one
or two terms: all are positive. A box that is cut is eliminated further while it is wider than u; what is narrower
lies within u of a hinge, and there the differences are taken as they stand.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled
from .cube import (
    ALPHA,
    DEPTH,
    E_W,
    E_WH,
    E_WS,
    INVERSE,
    INVERSE_FACTORIAL,
    KIND,
    LADDER,
    MOVED,
    REST,
    SUFFIX,
    add_box,
    lay_powers,
    set_sides,
)

NEAR, FAR, BOTH = range(3)  # what a box awaits: the nearer hinge, the farther one (with a minus), or both


@compiled
def lay_differences(kind, order, c, u, degree, work):
    """Fill the LADDER with a box's share of A_q (order 1) or B_q / u (order 2), c past its hinge, or past both."""
    lay_powers(c, degree, work)
    unit = 1.0 if order == 1 else 1.0 / u  # u² underflows where entries are 1e160 times the rise
    for q in range(degree, -1, -1):
        if kind == NEAR:
            work[LADDER, q] *= unit
        elif kind == FAR:
            work[LADDER, q] = -unit * work[LADDER, q] - (work[LADDER, q - 1] if order == 2 and q > 0 else 0.0)
        else:
            total, power = 0.0, u
            for i in range(order, q + 1):
                total += power * INVERSE_FACTORIAL[i] * work[LADDER, q - i]
                power *= u
            work[LADDER, q] = total


@compiled
def eliminate(v, u, order, k, at_j, work, stack):
    """E[A_0], E[A_1] (order 1), or E[B_1] / u, E[B_2] / u (order 2); fills rows as `cut_moments` does for G_0, G_1."""
    set_sides(k, work)
    m0 = m1 = 0.0
    work[REST, 0], stack[DEPTH, 0], stack[MOVED, 0], stack[KIND, 0] = v, 0, 0, BOTH
    top = 1
    while top > 0:
        top -= 1
        rest, d, moved, kind = work[REST, top], stack[DEPTH, top], stack[MOVED, top], stack[KIND, top]
        width, behind = work[SUFFIX, d], u if kind == BOTH else 0.0
        if rest <= 0.0:
            continue
        if rest >= width + behind:
            factor, first = 1.0, d + order - 1
            for i in range(d):
                factor *= -work[INVERSE, i] if (moved >> i) & 1 else work[INVERSE, i]
            lay_differences(kind, order, max(rest - behind - width, 0.0), u, first + 2, work)
            s0, s1, _ = add_box(factor, d, k, first, moved, at_j, work)
            m0, m1 = m0 + s0, m1 + s1
            continue
        apart = kind == BOTH and width <= u  # a narrow box: the hinges no longer cancel, and go one at a time
        for bit in range(2):
            if apart:
                work[REST, top], stack[DEPTH, top], stack[MOVED, top], stack[KIND, top] = rest - bit * u, d, moved, bit
            else:
                work[REST, top], stack[DEPTH, top] = rest - bit * work[ALPHA, d], d + 1
                stack[MOVED, top], stack[KIND, top] = moved | (bit << d), kind
            top += 1
    return m0, m1


@compiled
def strip_moments(v, u, k, at_j, work, stack):
    """Moments of the cube with two hinges; work[ALPHA, :k] falls from 1, v is the largest h, and u > 0.

    Returns E[1{0<h<u}], E[c], E[c²] / u, E[c 1{0<h<u}] / u and E[w_j c]; leaves E[w_i 1{0<h<u}],
    E[w_i w_j 1{0<h<u}], E[w_i c 1{0<h<u}] / u in the rows E_W, E_WW, E_WH.
    """
    s1, half = eliminate(v, u, np.int64(2), k, np.int64(-1), work, stack)
    for i in range(k):
        work[E_WS, i] = work[E_W, i]
    m0, m1 = eliminate(v, u, np.int64(1), k, at_j, work, stack)
    e_wj = work[E_WH, at_j] if at_j >= 0 else 0.0
    for i in range(k):
        work[E_WH, i] = work[E_WS, i]
    return m0, m1, 2.0 * half, s1, e_wj
