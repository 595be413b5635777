"""Moments of the part of a cube between two hinges that stand close together (compiled).

A clipped activation is flat, rises between two hinges, and is flat again. Where z spans far more than the rise, the
moments past each hinge are of size (range)², and nearly cancel. Taken together nothing does. With h the distance
past the first hinge, u the second hinge's, and c = min(h₊, u) what has been risen by,

    1{0 < h < u} = A_0,    c = A_1,         A_q(h) = G_q(h) - G_q(h - u),
    c 1{0 < h < u} = B_1,  c² / 2 = B_2,    B_q(h) = G_q(h) - G_q(h - u) - u G_(q-1)(h - u),

G_q(h) = h₊^q / q!. Each A_q, each B_q is the derivative of the next, so that they can stand in G_q's place in the
`elimination` of boxes. Past both hinges they are what is left of the binomial (h - u + u)^q / q! without its first one
or two terms, all positive: :eq:`cube-binomial`. A box that is cut is eliminated further while it is wider than u; what
is narrower lies within u of a hinge, and there the differences are taken as they stand.
"""

from __future__ import annotations

from .compiled import inlined
from .cube import INVERSE_FACTORIAL, LADDER, lay_powers

NEAR, FAR, BOTH = range(3)  # what a box awaits: the nearer hinge, the farther one (with a minus), or both


@inlined
def lay_differences(kind, order, c, u, degree, work):
    """Fill the LADDER with a box's share of A_q (order 1) or B_q / u (order 2): :eq:`cube-strip`.

    The box awaits the hinges of `kind`, and is past the last of them by c. Of the nearer hinge alone A_q is G_q.
    """
    lay_powers(c, degree, work)
    if kind == NEAR and order == 1:
        return
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
