"""Moments of the part of a cube past one hinge, or between two: the largest entry is eliminated first (compiled).

A box that is cut falls into two with one variable less, by :eq:`cube-vertices`; an open one is added (`cube`); a shut
one is dropped. With one hinge a box's ladder holds powers G_q, with two the differences of `strip`.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .cube import ALPHA, DEPTH, E_W, E_WH, E_WS, FACTOR, INVERSE, KIND, MOVED, REST, SUFFIX, add_box, set_sides
from .strip import BOTH, FAR, NEAR, lay_differences


@compiled
def eliminate(v, u, kind, order, k, at_j, work, stack):
    """E[A_0], E[A_1], 2 E[A_2] (order 1), or the same of B_(q+1) / u (order 2): see `strip`; v > 0.

    Fills E_W, E_WW with what is weighed in E[A_0] or E[B_1] / u, E_WH with E[w_i A_1] or E[w_i B_2] / u.
    Of a box that is cut, one half is eliminated further at once, the other one waits.
    """
    set_sides(k, work)
    m0 = m1 = m2 = 0.0
    work[REST, 0], work[FACTOR, 0] = v, 1.0
    stack[DEPTH, 0], stack[MOVED, 0], stack[KIND, 0] = 0, 0, kind
    top = 1
    while top > 0:
        top -= 1
        rest, factor = work[REST, top], work[FACTOR, top]
        d, moved, kind = stack[DEPTH, top], stack[MOVED, top], stack[KIND, top]
        behind = u if kind == BOTH else 0.0
        while rest < work[SUFFIX, d] + behind:
            if kind == BOTH and work[SUFFIX, d] <= u:  # a narrow box: the hinges no longer cancel, and part
                other, turned, bit, side = rest - u, factor, 0, FAR
                kind, behind = NEAR, 0.0
            else:
                factor *= work[INVERSE, d]
                other, turned, bit, side = rest - work[ALPHA, d], -factor, 1 << d, kind
                d += 1
            if other > 0.0:
                work[REST, top], work[FACTOR, top] = other, turned
                stack[DEPTH, top], stack[MOVED, top], stack[KIND, top] = d, moved | bit, side
                top += 1
        first = d + order - 1
        lay_differences(kind, order, max(rest - behind - work[SUFFIX, d], 0.0), u, first + 2, work)
        s0, s1, s2 = add_box(factor, d, k, first, moved, at_j, work)
        m0, m1, m2 = m0 + s0, m1 + s1, m2 + s2
    return m0, m1, m2


@inlined
def cut_moments(v, k, at_j, work, stack):
    """Moments of the cut cube; work[ALPHA, :k] falls from 1, and 0 < v <= Σ α / 2.

    Returns E[1{h>0}], E[h₊], E[h₊²]; leaves E[w_i 1], E[w_i w_j 1], E[w_i h₊] in the rows E_W, E_WW, E_WH.
    """
    return eliminate(v, 0.0, np.int64(NEAR), np.int64(1), k, at_j, work, stack)


@inlined
def strip_moments(v, u, k, at_j, work, stack):
    """Moments of the cube with two hinges; work[ALPHA, :k] falls from 1, v is the largest h, and u > 0.

    Returns E[1{0<h<u}], E[c], E[c²] / u, E[c 1{0<h<u}] / u and E[w_j c]; leaves E[w_i 1{0<h<u}],
    E[w_i w_j 1{0<h<u}], E[w_i c 1{0<h<u}] / u in the rows E_W, E_WW, E_WH.
    """
    s1, half, _ = eliminate(v, u, np.int64(BOTH), np.int64(2), k, np.int64(-1), work, stack)
    for i in range(k):
        work[E_WS, i] = work[E_W, i]
    m0, m1, _ = eliminate(v, u, np.int64(BOTH), np.int64(1), k, at_j, work, stack)
    e_wj = work[E_WH, at_j] if at_j >= 0 else 0.0
    for i in range(k):
        work[E_WH, i] = work[E_WS, i]
    return m0, m1, 2.0 * half, s1, e_wj
