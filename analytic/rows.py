"""Loss and gradient of one output, and of a whole model, from the moments of cut cubes (compiled).

Given the active set A, output j sees z = b + Σ_{i∈A} a_i x_i, a = row j of the Gram matrix. On the piece of the
activation that holds the middle of z's range the error e = x_j - σ(z) is linear in x, and E[e²] = mean² + Σ d_i²/12
is a sum of squares. Each hinge t away from that piece adds, with h the distance past it,

    -2 D (E[x_j h] - σ(t) E[h]) + (s'² - s²) E[h²],      D = ±(s' - s),

s, s' the slopes before and past the hinge. This residual form keeps its digits where the loss is tiny.
"""

from __future__ import annotations

from .compiled import compiled
from .cube import cut_moments

NEGLIGIBLE = 1e-20  # entries this small beside their row's largest shift the loss by far less than rounding does


@compiled
def add_hinge(j, dir, weight, v, h, piece, k, members, a, act, grad, work, stack):
    """Add one hinge's correction to the gradient, and return it for the loss.

    `dir` is +1 where the far side is above the hinge, -1 where below; `piece` is the piece on the near side.
    """
    scale = abs(a[members[0]])
    at_j = -1
    for i in range(k):
        size = abs(a[members[i]]) / scale
        work[0, i] = size if size > NEGLIGIBLE else 0.0
        if members[i] == j:
            at_j = i
    m0, m1, m2 = cut_moments(v / scale, k, at_j, work, stack)
    m1, m2 = m1 * scale, m2 * scale * scale
    near, far = act[1, piece], act[1, piece + dir]
    change, squares = dir * (far - near), far * far - near * near
    level = act[3, h]
    flip_j = at_j >= 0 and dir * a[j] >= 0.0  # then x_j = 1 - w_j
    x0 = x1 = 0.0  # E[x_j 1], E[x_j h]
    if at_j >= 0:
        x0 = m0 - work[3, at_j] if flip_j else work[3, at_j]
        x1 = m1 - scale * work[5, at_j] if flip_j else scale * work[5, at_j]
    grad[0] += 2.0 * weight * dir * (squares * m1 - change * (x0 - level * m0))
    for i in range(k):
        feature, e_w, e_wh, e_ww = members[i], work[3, i], scale * work[5, i], work[4, i]
        flip = dir * a[feature] >= 0.0
        x_i = m0 - e_w if flip else e_w
        x_ih = m1 - e_wh if flip else e_wh
        x_ij = 0.0
        if at_j >= 0:  # E[x_i x_j 1] from E[w_i w_j 1], either or both flipped
            x_ij = e_w - e_ww if flip_j else e_ww
            if flip:
                x_ij = x0 - x_ij
        grad[1 + feature] += 2.0 * weight * dir * (squares * x_ih - change * (x_ij - level * x_i))
    return -2.0 * change * (x1 - level * m1) + squares * m2


@compiled
def active_error(j, weight, mask, a, b, order, members, act, n_hinges, grad, work, stack):
    """E[(x_j - σ(z))²] given the active set; adds `weight` times its gradient. Returns it with the set's size."""
    k, up, down = 0, b, b
    for i in range(a.size):
        feature = order[i]
        if (mask >> feature) & 1:
            members[k] = feature
            k += 1
            if a[feature] > 0.0:
                up += a[feature]
            else:
                down += a[feature]
    piece = 0
    for h in range(n_hinges):
        if up + down >= 2.0 * act[0, h]:
            piece = h + 1
    slope = act[1, piece]
    mean, variance = -(slope * b + act[2, piece]), 0.0
    for i in range(k):
        feature = members[i]
        d = (1.0 if feature == j else 0.0) - slope * a[feature]
        mean += 0.5 * d
        variance += d * d / 12.0
    if slope != 0.0:
        grad[0] -= 2.0 * weight * slope * mean
        for i in range(k):
            feature = members[i]
            d = (1.0 if feature == j else 0.0) - slope * a[feature]
            grad[1 + feature] -= 2.0 * weight * slope * (0.5 * mean + d / 12.0)
    error = mean * mean + variance
    for h in range(n_hinges):
        if h < piece and act[0, h] - down > 0.0:
            error += add_hinge(j, -1, weight, act[0, h] - down, h, h + 1, k, members, a, act, grad, work, stack)
        elif h >= piece and up - act[0, h] > 0.0:
            error += add_hinge(j, 1, weight, up - act[0, h], h, h, k, members, a, act, grad, work, stack)
    return error, k


@compiled
def sort_row(a, order):
    """Fill `order` with the features by falling |a|."""
    for i in range(a.size):
        k = i
        while k > 0 and abs(a[order[k - 1]]) < abs(a[i]):
            order[k] = order[k - 1]
            k -= 1
        order[k] = i


@compiled
def model_loss(weights, bias, importance, masks, probabilities, act, parts, d_weights, d_bias, work, stack):
    """Loss of one model; fills its gradient and the parts of every output (not yet weighed by importance)."""
    m, n = weights.shape
    n_hinges = int(act[4, 0])
    a, grad = work[8, :n], work[9, : n + 1]
    order, members = stack[2], stack[3]
    d_weights[:] = 0.0
    loss = 0.0
    for j in range(n):
        for i in range(n):
            a[i] = 0.0
            for k in range(m):
                a[i] += weights[k, i] * weights[k, j]
        sort_row(a, order)
        grad[:] = 0.0
        parts[j, :] = 0.0
        for s in range(masks.size):
            weight = probabilities[s]
            if weight == 0.0:
                continue
            error, size = active_error(
                j, weight, masks[s], a, bias[j], order, members, act, n_hinges, grad, work, stack
            )
            silent = 1 - ((masks[s] >> j) & 1)
            parts[j, 0 if size == 0 else (1 if size == 1 else 3) + silent] += weight * error
        for part in range(5):
            loss += importance[j] * parts[j, part]
        d_bias[j] = importance[j] * grad[0]
        for i in range(n):
            g = importance[j] * grad[1 + i]
            for k in range(m):
                d_weights[k, i] += g * weights[k, j]
                d_weights[k, j] += g * weights[k, i]
    return loss
