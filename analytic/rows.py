"""Loss and gradient of one output, and of a whole model, from the moments of cut cubes (compiled).

Given the active set A, output j sees z = b + Σ_{i∈A} a_i x_i, a = row j of the Gram matrix. On the piece of the
activation that holds the middle of z's range the error e = x_j - σ(z) is linear in x, and E[e²] = mean² + Σ d_i²/12
is a sum of squares. Each hinge t away from that piece adds, with h the distance past it,

    -2 D (E[x_j h] - σ(t) E[h]) + (s'² - s²) E[h²],      D = ±(s' - s),

s, s' the slopes before and past the hinge. This residual form keeps its digits where the loss is tiny. Where z spans
far more than a clipped activation's rise, the piece is the nearer flat one, and min(h, u) stands for h: see `strip`.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled
from .cube import (
    ALPHA,
    E_W,
    E_WH,
    E_WW,
    GRADIENT,
    HINGES,
    INTERCEPTS,
    LEVELS,
    MEMBERS,
    ORDER,
    ROW,
    SLOPES,
    cut_moments,
)
from .strip import strip_moments

NEGLIGIBLE = 1e-20  # entries this small beside their row's largest shift the loss by far less than rounding does
SMALLEST = 1e-290  # entries below it count as zero: their reciprocals overflow
# Past this many times the rise two hinges are taken together. By trial on ladders of weights: at 4 both ways miss exact
# fractions by 0.002 of the promise, at 2 the strip by 0.006, at 8 hinges one by one by 0.014, at 100 by 0.2.
WIDE = 4.0
TWELFTH = 1.0 / 12.0  # the variance of a uniform value


@compiled
def add_hinge(j, dir, weight, v, u, h, piece, k, work, stack):
    """Add one hinge's correction to the gradient, and return it for the loss.

    `dir` is +1 where the far side is above the hinge, -1 where below; `piece` is the piece on the near side. If u > 0
    the activation is flat again from that distance on: then c = min(h, u) takes the place of h (see `strip`).
    """
    scale = abs(work[ROW, stack[MEMBERS, 0]])
    inverse, at_j = 1.0 / scale, np.int64(-1)
    for i in range(k):
        size = abs(work[ROW, stack[MEMBERS, i]]) * inverse
        work[ALPHA, i] = size if size > NEGLIGIBLE else 0.0
        if stack[MEMBERS, i] == j:
            at_j = i
    if u > 0.0:
        m0, m1, m2, s1, e_wj = strip_moments(v * inverse, u * inverse, k, at_j, work, stack)
        reach = u
    else:
        m0, m1, m2 = cut_moments(v * inverse, k, at_j, work, stack)
        s1, e_wj, reach = m1, work[E_WH, at_j] if at_j >= 0 else 0.0, scale
    m1, s1, m2 = m1 * scale, s1 * reach, m2 * scale * reach
    near, far = work[SLOPES, piece], work[SLOPES, piece + dir]
    change, squares = dir * (far - near), far * far - near * near
    level = work[LEVELS, h]
    flip_j = at_j >= 0 and dir * work[ROW, j] >= 0.0  # then x_j = 1 - w_j
    x0 = x1 = 0.0  # E[x_j 1], E[x_j h]
    if at_j >= 0:
        x0 = m0 - work[E_W, at_j] if flip_j else work[E_W, at_j]
        x1 = m1 - scale * e_wj if flip_j else scale * e_wj
    work[GRADIENT, 0] += 2.0 * weight * dir * (squares * s1 - change * (x0 - level * m0))
    for i in range(k):
        feature, e_w, e_wh, e_ww = stack[MEMBERS, i], work[E_W, i], reach * work[E_WH, i], work[E_WW, i]
        flip = dir * work[ROW, feature] >= 0.0
        x_i = m0 - e_w if flip else e_w
        x_ih = s1 - e_wh if flip else e_wh
        x_ij = 0.0
        if at_j >= 0:  # E[x_i x_j 1] from E[w_i w_j 1], either or both flipped
            x_ij = e_w - e_ww if flip_j else e_ww
            if flip:
                x_ij = x0 - x_ij
        work[GRADIENT, 1 + feature] += 2.0 * weight * dir * (squares * x_ih - change * (x_ij - level * x_i))
    return -2.0 * change * (x1 - level * m1) + squares * m2


@compiled
def wide_rise(up, down, work):
    """Distance of two hinges with flat pieces outside, if z spans so much more that they are taken together; or 0."""
    first, second = work[HINGES, 0], work[HINGES, 1]
    crossed = down < first and up > second and work[SLOPES, 0] == 0.0 and work[SLOPES, 2] == 0.0
    return second - first if crossed and up - down > WIDE * (second - first) else 0.0


@compiled
def active_error(j, n, weight, mask, b, n_hinges, work, stack):
    """E[(x_j - σ(z))²] given the active set; adds `weight` times its gradient. Returns it with the set's size."""
    k, up, down = np.int64(0), b, b
    for i in range(n):
        feature = stack[ORDER, i]
        if (mask >> feature) & 1:
            stack[MEMBERS, k] = feature
            k += 1
            if work[ROW, feature] > 0.0:
                up += work[ROW, feature]
            else:
                down += work[ROW, feature]
    piece, u = 0, wide_rise(up, down, work) if n_hinges == 2 else 0.0
    for h in range(n_hinges):
        if up + down >= (2.0 * work[HINGES, h] if u == 0.0 else work[HINGES, 0] + work[HINGES, 1]):
            piece = h + 1
    slope = work[SLOPES, piece]
    mean, variance = -(slope * b + work[INTERCEPTS, piece]), 0.0
    for i in range(k):
        feature = stack[MEMBERS, i]
        d = (1.0 if feature == j else 0.0) - slope * work[ROW, feature]
        mean += 0.5 * d
        variance += d * d
    if slope != 0.0:
        work[GRADIENT, 0] -= 2.0 * weight * slope * mean
        for i in range(k):
            feature = stack[MEMBERS, i]
            d = (1.0 if feature == j else 0.0) - slope * work[ROW, feature]
            work[GRADIENT, 1 + feature] -= 2.0 * weight * slope * (0.5 * mean + d * TWELFTH)
    error = mean * mean + variance * TWELFTH
    for h in range(n_hinges):
        if u > 0.0 and h != piece >> 1:  # of a rise only the hinge next to the flat piece counts
            continue
        if h < piece and work[HINGES, h] - down > 0.0:
            error += add_hinge(j, np.int64(-1), weight, work[HINGES, h] - down, u, h, h + 1, k, work, stack)
        elif h >= piece and up - work[HINGES, h] > 0.0:
            error += add_hinge(j, np.int64(1), weight, up - work[HINGES, h], u, h, h, k, work, stack)
    return error, k


@compiled
def set_row(j, weights, work, stack):
    """Fill row j of the Gram matrix, the order of its entries by falling size, and a zero gradient."""
    m, n = weights.shape
    work[GRADIENT, 0] = 0.0
    for i in range(n):
        entry = 0.0
        for k in range(m):
            entry += weights[k, i] * weights[k, j]
        if abs(entry) < SMALLEST:
            entry = 0.0
        work[ROW, i], work[GRADIENT, 1 + i] = entry, 0.0
        at = i
        while at > 0 and abs(work[ROW, stack[ORDER, at - 1]]) < abs(entry):
            stack[ORDER, at] = stack[ORDER, at - 1]
            at -= 1
        stack[ORDER, at] = i


@compiled
def set_activation(act, work):
    """Copy an activation's table (see `tables`) to the scratch; return its number of hinges."""
    for i in range(act.shape[1]):
        work[HINGES, i], work[SLOPES, i] = act[0, i], act[1, i]
        work[INTERCEPTS, i], work[LEVELS, i] = act[2, i], act[3, i]
    return int(act[4, 0])


@compiled
def model_loss(weights, bias, importance, masks, probabilities, act, parts, d_weights, d_bias, work, stack):
    """Loss of one model; fills its gradient and the parts of every output (not yet weighed by importance)."""
    m, n = weights.shape
    n_hinges = set_activation(act, work)
    for i in range(n):
        for k in range(m):
            d_weights[k, i] = 0.0
    loss = 0.0
    for j in range(n):
        set_row(j, weights, work, stack)
        for part in range(5):
            parts[j, part] = 0.0
        for s in range(masks.size):
            weight = probabilities[s]
            if weight == 0.0:
                continue
            error, size = active_error(j, n, weight, masks[s], bias[j], n_hinges, work, stack)
            silent = 1 - ((masks[s] >> j) & 1)
            parts[j, 0 if size == 0 else (1 if size == 1 else 3) + silent] += weight * error
        for part in range(5):
            loss += importance[j] * parts[j, part]
        d_bias[j] = importance[j] * work[GRADIENT, 0]
        for i in range(n):
            g = importance[j] * work[GRADIENT, 1 + i]
            for k in range(m):
                d_weights[k, i] += g * weights[k, j]
                d_weights[k, j] += g * weights[k, i]
    return loss


@compiled
def evaluate_batch(weights, bias, importance, masks, probabilities, act, loss, d_weights, d_bias, parts, work, stack):
    """Evaluate a batch of models, shapes (k, m, n) and (k, n), into the arrays given; nothing is allocated a model."""
    for i in range(weights.shape[0]):
        loss[i] = model_loss(
            weights[i], bias[i], importance, masks, probabilities, act, parts[i], d_weights[i], d_bias[i], work, stack
        )
