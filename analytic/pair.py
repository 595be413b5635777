"""The error of an output while at most two features are active: closed forms in scalars (compiled).

Half of the gradient is returned: it is a moment, as the error is. `rows` explains the residual form.
"""

from __future__ import annotations

import numpy as np

from .compiled import inlined

HINGES, SLOPES, INTERCEPTS, LEVELS, N_HINGES = range(5)  # rows of an activation's table, see `tables`
NEGLIGIBLE = 1e-20  # entries this small beside their row's largest shift the loss by far less than rounding does
TWELFTH = 1.0 / 12.0  # the variance of a uniform value


@inlined
def square_moments(v, q):
    """Moments of the part of a square past the hinge, h = v - w_1 - q w_2 > 0.

    0 <= q <= 1, and 0 < v <= (1 + q) / 2 keeps w_1 below 1. Returns E[1], E[h], E[h²] / 2; E[w_1], E[w_1 h]; E[w_2],
    E[w_2 h]; E[w_1²], E[w_1 w_2], E[w_2²].
    """
    square = v * v
    if v < q:  # a triangle in the corner
        s = 1.0 / q
        p0, p1, p2 = 0.5 * s * square, s * square * v / 6.0, s * square * square / 24.0
        return p0, p1, p2, p1, p2, s * p1, s * p2, 2.0 * p2, s * p2, 2.0 * s * s * p2
    c = v - q
    p0, p1 = c + 0.5 * q, 0.5 * (c * v + q * q / 3.0)
    p2 = (c * c * (c + 1.5 * q) + q * q * (c + 0.25 * q)) / 6.0
    j0, j1 = 0.5 * c + q / 6.0, 0.5 * (0.5 * c * c + c * q / 3.0 + q * q / 12.0)
    return p0, p1, p2, p1, p2, j0, j1, 2.0 * p2, j1, c / 3.0 + q / 12.0


@inlined
def pair_hinge(t1, t2, a1, a2, v, dir, near, far, level):
    """Correct `pair_error` for a hinge that z passes by at most v, upward where dir is 1, downward where it is -1.

    The terms are those of :eq:`cube-residual` and :eq:`cube-gradient`.
    """
    scale = abs(a1)
    inverse = 1.0 / scale
    q = abs(a2) * inverse
    m0, m1, m2, w1, w1h, w2, w2h, w11, w12, w22 = square_moments(v * inverse, q if q > NEGLIGIBLE else 0.0)
    f1, f2 = 1.0 if dir * a1 > 0.0 else 0.0, 1.0 if dir * a2 > 0.0 else 0.0  # x = f + s w: 1 - w or w
    s1, s2 = 1.0 - 2.0 * f1, 1.0 - 2.0 * f2
    x1, x1h, x2, x2h = f1 * m0 + s1 * w1, f1 * m1 + s1 * w1h, f2 * m0 + s2 * w2, f2 * m1 + s2 * w2h
    x11, x22 = f1 * (x1 - w1) + w11, f2 * (x2 - w2) + w22
    x12 = f1 * x2 + s1 * (f2 * w1 + s2 * w12)
    change, squares = dir * (far - near), (far * far - near * near) * scale
    error = 2.0 * scale * (squares * m2 - change * (t1 * x1h + t2 * x2h - level * m1))
    g0 = dir * (squares * m1 - change * (t1 * x1 + t2 * x2 - level * m0))
    g1 = dir * (squares * x1h - change * (t1 * x11 + t2 * x12 - level * x1))
    g2 = dir * (squares * x2h - change * (t1 * x12 + t2 * x22 - level * x2))
    return error, g0, g1, g2


@inlined
def pair_error(t1, t2, a1, a2, b, act):
    """E[(t_1 x_1 + t_2 x_2 - σ(z))²], z = b + a_1 x_1 + a_2 x_2, and half its derivatives by b, a_1, a_2.

    |a_1| >= |a_2|. t is 1 for the output's own feature, 0 for another; one with a = t = 0 is as good as silent.
    """
    up, down = b + max(a1, 0.0) + max(a2, 0.0), b + min(a1, 0.0) + min(a2, 0.0)
    n_hinges, piece = np.int64(act[N_HINGES, 0]), 0
    for h in range(n_hinges):
        if up + down >= 2.0 * act[HINGES, h]:
            piece = h + 1
    slope = act[SLOPES, piece]
    d1, d2 = t1 - slope * a1, t2 - slope * a2
    mean = 0.5 * (d1 + d2) - (slope * b + act[INTERCEPTS, piece])
    error = mean * mean + (d1 * d1 + d2 * d2) * TWELFTH
    g0, g1, g2 = -slope * mean, -slope * (0.5 * mean + d1 * TWELFTH), -slope * (0.5 * mean + d2 * TWELFTH)
    for h in range(n_hinges):
        hinge, below, above = act[HINGES, h], act[SLOPES, h], act[SLOPES, h + 1]
        dir, v, near, far = (1.0, up - hinge, below, above) if h >= piece else (-1.0, hinge - down, above, below)
        if v > 0.0:
            e, e0, e1, e2 = pair_hinge(t1, t2, a1, a2, v, dir, near, far, act[LEVELS, h])
            error, g0, g1, g2 = error + e, g0 + e0, g1 + e1, g2 + e2
    return error, g0, g1, g2
