"""The error of an output with any number of active features, in the scratch (compiled); `rows` explains the form."""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .cube import ALPHA, E_W, E_WH, E_WW, GRADIENT, MEMBERS, ORDER, ROW
from .elimination import cut_moments, strip_moments
from .pair import HINGES, INTERCEPTS, LEVELS, N_HINGES, NEGLIGIBLE, SLOPES, TWELFTH

# Past this many times the rise two hinges are taken together. By trial on ladders of weights: at 4 both ways miss exact
# fractions by 0.002 of the promise, at 2 the strip by 0.006, at 8 hinges one by one by 0.014, at 100 by 0.2.
WIDE = 4.0


@inlined
def scale_row(j, k, work, stack):
    """Fill ALPHA with the members' entries over the largest; return that one, and the place of j among them or -1."""
    scale, at_j = abs(work[ROW, stack[MEMBERS, 0]]), np.int64(-1)
    inverse = 1.0 / scale
    for i in range(k):
        size = abs(work[ROW, stack[MEMBERS, i]]) * inverse
        work[ALPHA, i] = size if size > NEGLIGIBLE else 0.0
        if stack[MEMBERS, i] == j:
            at_j = i
    return scale, at_j


@inlined
def many_hinge(j, dir, weight, v, u, h, k, act, work, stack):
    """Add one hinge's correction to the gradient, :eq:`cube-gradient`, and return it for the loss.

    `dir` is +1 where the far side is above the hinge, -1 where below, and z passes it by at most v. If u > 0
    the activation is flat again from that distance on: then c = min(h, u) takes the place of h (see `strip`).
    """
    scale, at_j = scale_row(j, k, work, stack)
    inverse = 1.0 / scale
    if u > 0.0:
        m0, m1, m2, s1, e_wj = strip_moments(v * inverse, u * inverse, k, at_j, work, stack)
        reach = u
    else:
        m0, m1, m2 = cut_moments(v * inverse, k, at_j, work, stack)
        s1, e_wj, reach = m1, work[E_WH, at_j] if at_j >= 0 else 0.0, scale
    m1, s1, m2 = m1 * scale, s1 * reach, m2 * scale * reach
    near, far, level = act[SLOPES, h], act[SLOPES, h + 1], act[LEVELS, h]
    if dir < 0.0:
        near, far = far, near
    change, squares, weight = dir * (far - near), far * far - near * near, 2.0 * weight * dir
    x0 = x1 = f_j = s_j = 0.0  # E[x_j 1], E[x_j h]; x = f + s w
    if at_j >= 0:
        f_j = 1.0 if dir * work[ROW, j] > 0.0 else 0.0
        s_j = 1.0 - 2.0 * f_j
        x0, x1 = f_j * m0 + s_j * work[E_W, at_j], f_j * m1 + s_j * scale * e_wj
    work[GRADIENT, 0] += weight * (squares * s1 - change * (x0 - level * m0))
    for i in range(k):
        feature, e_w = stack[MEMBERS, i], work[E_W, i]
        f = 1.0 if dir * work[ROW, feature] > 0.0 else 0.0
        s = 1.0 - 2.0 * f
        x_i, x_ih, x_ij = f * m0 + s * e_w, f * s1 + s * reach * work[E_WH, i], 0.0
        if at_j >= 0:
            x_ij = f * x0 + s * (f_j * e_w + s_j * work[E_WW, i])
        work[GRADIENT, 1 + feature] += weight * (squares * x_ih - change * (x_ij - level * x_i))
    return -2.0 * change * (x1 - level * m1) + squares * m2


@inlined
def wide_rise(up, down, act):
    """Distance of two hinges with flat pieces outside, if z spans so much more that they are taken together; or 0."""
    first, second = act[HINGES, 0], act[HINGES, 1]
    crossed = down < first and up > second and act[SLOPES, 0] == 0.0 and act[SLOPES, 2] == 0.0
    return second - first if crossed and up - down > WIDE * (second - first) else 0.0


@inlined
def piece_error(j, weight, b, slope, intercept, k, work, stack):
    """Return the error as if one piece held all of the cube, and add `weight` times its gradient."""
    mean, variance = -(slope * b + intercept), 0.0
    for i in range(k):
        feature = stack[MEMBERS, i]
        d = (1.0 if feature == j else 0.0) - slope * work[ROW, feature]
        mean += 0.5 * d
        variance += d * d
    factor = -2.0 * weight * slope
    work[GRADIENT, 0] += factor * mean
    for i in range(k):
        feature = stack[MEMBERS, i]
        d = (1.0 if feature == j else 0.0) - slope * work[ROW, feature]
        work[GRADIENT, 1 + feature] += factor * (0.5 * mean + d * TWELFTH)
    return mean * mean + variance * TWELFTH


@compiled
def many_error(j, n, weight, mask, b, act, work, stack):
    """E[(x_j - σ(z))²] given the active set; adds `weight` times its gradient."""
    k, up, down = np.int64(0), b, b
    for i in range(n):
        feature = stack[ORDER, i]
        if (mask >> feature) & 1:
            stack[MEMBERS, k] = feature
            k += 1
            up += max(work[ROW, feature], 0.0)
            down += min(work[ROW, feature], 0.0)
    n_hinges, piece = np.int64(act[N_HINGES, 0]), 0
    u = wide_rise(up, down, act) if n_hinges == 2 else 0.0
    for h in range(n_hinges):
        if up + down >= (2.0 * act[HINGES, h] if u == 0.0 else act[HINGES, 0] + act[HINGES, 1]):
            piece = h + 1
    error = piece_error(j, weight, b, act[SLOPES, piece], act[INTERCEPTS, piece], k, work, stack)
    for h in range(n_hinges):
        if u > 0.0 and h != piece >> 1:  # of a rise only the hinge next to the flat piece counts
            continue
        dir, v = (1.0, up - act[HINGES, h]) if h >= piece else (-1.0, act[HINGES, h] - down)
        if v > 0.0:
            error += many_hinge(j, dir, weight, v, u, h, k, act, work, stack)
    return error
