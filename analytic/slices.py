"""Second moments of a cut cube, and third moments of the slice where it is cut (compiled).

As in `cube`, h = v - Σ α_i w_i is the distance past a hinge, in units of the largest entry: w lies in the unit cube and
α falls from 1. A second derivative of the loss asks for E[w_i w_k 1{h>0}], and for E[w_i w_k δ(h)] and
E[w_i w_k w_j δ(h)]. With G_q(u) = u₊^q / q! and δ = G_(-1) these are the integrals :eq:`curvature-moments`

    E[Π w_l^(e_l) G_q(h)],   q = 0 and -1.

Variables are eliminated from the largest α down. The cube is an orthant w >= 0, less the orthants at its other corners,
w_l = t_l + ξ_l / α_l with t_l in {0, 1} and ξ_l >= 0; there ∫ ξ^r G_q(u - ξ) dξ = r! G_(q+r+1)(u). A box of small α
that lies on the open side altogether stays a box: there G_q is a polynomial. Within an orthant all terms are positive.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import compiled, inlined

INVERSE_FACTORIAL = np.array([1.0 / math.factorial(k) for k in range(32)])
FACTORIAL = np.array([1.0, 1.0, 2.0, 6.0])  # a variable stands in a product three times at most
ALPHA, SUFFIX, LADDER, REST, BEHIND, SIGN, THETA = range(7)  # rows of the scratch array
DEPTH, MOVED, MEMBERS = range(3)  # rows of its integer companion
VOLUME, SLICE, SLICE_J = range(3)  # E[w_i w_k 1{h>0}], E[w_i w_k δ(h)], E[w_i w_k w_j δ(h)]; w_0 is the constant 1


def scratch(n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make the scratch arrays: numbers, their integer companion, and moments."""
    size = 2 * n_features + 8
    return np.zeros((7, size)), np.zeros((3, size), np.int64), np.zeros((3, n_features + 1, n_features + 1))


@inlined
def lay_powers(c, behind, top, work):
    """Fill the LADDER's places 1 + q, q = -1 … top, with G_q(c), or with G_q(c + behind) - G_q(c) if behind > 0."""
    work[LADDER, 0], power = 0.0, 1.0
    for q in range(top + 1):
        work[LADDER, 1 + q] = power * INVERSE_FACTORIAL[q]
        power *= c
    for q in range(top if behind > 0.0 else -1, -1, -1):
        total, power = 0.0, behind
        for i in range(1, q + 1):  # (c + behind)^q without its first term
            total += power * INVERSE_FACTORIAL[i] * work[LADDER, 1 + q - i]
            power *= behind
        work[LADDER, 1 + q] = total


@inlined
def eliminate_variable(alpha, corner, e, top, work):
    """∫ w^e G_q dw over w = corner + ξ / alpha, ξ >= 0: each rung from those above it."""
    inverse = 1.0 / alpha
    for q in range(top + 1):
        total, power = 0.0, inverse
        for r in range(e + 1):
            if (corner == 1 or r == e) and q + 1 + r <= top:
                total += FACTORIAL[e] / FACTORIAL[e - r] * power * work[LADDER, q + 1 + r]
            power *= inverse
        work[LADDER, q] = total


@inlined
def average_variable(alpha, e, top, work):
    """∫ w^e G_q dw over a whole side of an open box: each rung from those below it; ∫ (1-y)^e y^m dy / m! is known.

    The ladder's foot, δ, is 0 in an open box.
    """
    for q in range(top, 0, -1):
        total, power = 0.0, FACTORIAL[e]
        for m in range(q):
            total += power * INVERSE_FACTORIAL[m + e + 1] * work[LADDER, q - m]
            power *= alpha
        work[LADDER, q] = total


@inlined
def lay_orthant(c, behind, d, moved, k, first, second, third, work):
    """Fill the LADDER's places 0 and 1 with E[w_first w_second w_third δ(h)] and E[w_first w_second w_third 1{h>0}].

    The range is one orthant in w_1 … w_d, its corner in the bits of `moved`, times a box in the others, where h is `c`
    at least from that corner on. w_0 is 1.
    """
    lay_powers(c, behind, d + 2, work)
    for i in range(k, 0, -1):  # the box first: there derivatives of δ, below the ladder's foot, are 0
        e = (i == first) + (i == second) + (i == third)
        if i > d:
            average_variable(work[ALPHA, i], e, d + 3, work)
        else:
            eliminate_variable(work[ALPHA, i], (moved >> i) & 1, e, d + 3, work)


@inlined
def add_orthant(sign, c, behind, d, moved, k, at_j, work, moments):
    """Add one orthant's share to the upper halves of all moments; at_j = 0 where feature j is silent."""
    for i in range(k + 1):
        for r in range(i, k + 1):
            for third in range(0, at_j + 1, max(at_j, 1)):  # without x_j, and with it
                lay_orthant(c, behind, d, moved, k, i, r, third, work)
                if third > 0:
                    moments[SLICE_J, i, r] += sign * work[LADDER, 0]
                else:
                    moments[SLICE, i, r] += sign * work[LADDER, 0]
                    moments[VOLUME, i, r] += sign * work[LADDER, 1]


@inlined
def push(top, u, behind, sign, d, moved, work, stack):
    """Put a box on the stack, and return its new height."""
    work[REST, top], work[BEHIND, top], work[SIGN, top] = u, behind, sign
    stack[DEPTH, top], stack[MOVED, top] = d, moved
    return top + 1


@compiled
def cut_matrices(v, strip, k, at_j, dir, work, stack, moments):
    """Fill the moments of the cut cube; the ALPHAs, from place 1 on, fall from 1, and v <= Σ α / 2.

    If `strip` is not 0 they are those of 1{0 < h < strip}, and of δ(h) - δ(h - strip), and v <= (Σ α + strip) / 2.
    `dir` is 1 where h grows with z, else -1: a slice that is a face of the cube counts if it is there for a larger z.
    """
    work[SUFFIX, k + 1] = 0.0
    for i in range(k, -1, -1):
        work[SUFFIX, i] = work[SUFFIX, i + 1] + work[ALPHA, i]  # place 0 is never read
        for r in range(k + 1):
            moments[VOLUME, i, r] = moments[SLICE, i, r] = moments[SLICE_J, i, r] = 0.0
    top = push(np.int64(0), v, strip, 1.0, np.int64(0), np.int64(0), work, stack)
    while top > 0:
        top -= 1
        u, behind, sign = work[REST, top], work[BEHIND, top], work[SIGN, top]
        d, moved = stack[DEPTH, top], stack[MOVED, top]
        width = work[SUFFIX, d + 1]
        if u < 0.0 or (u == 0.0 and dir < 0):
            continue
        if u >= width + behind:  # never the whole cube, as v is at most half of it
            add_orthant(sign, u - width - behind, behind, d, moved, k, at_j, work, moments)
        elif behind > 0.0 and width <= behind:  # narrower than the strip: its two hinges no longer nearly cancel
            top = push(top, u, 0.0, sign, d, moved, work, stack)
            top = push(top, u - behind, 0.0, -sign, d, moved, work, stack)
        else:
            top = push(top, u, behind, sign, d + 1, moved, work, stack)
            top = push(top, u - work[ALPHA, d + 1], behind, -sign, d + 1, moved | (2 << d), work, stack)
    for i in range(k + 1):
        for r in range(i):
            for kind in range(3):
                moments[kind, i, r] = moments[kind, r, i]
