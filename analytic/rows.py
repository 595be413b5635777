"""Loss and gradient of one output, and of a whole model, from the moments of cut cubes (compiled).

Given the active set A, output j sees z = b + Σ_{i∈A} a_i x_i, a = row j of the Gram matrix. On the piece of the
activation that holds the middle of z's range the error e = x_j - σ(z) is linear in x, and E[e²] = mean² + Σ d_i²/12
is a sum of squares (:eq:`cube-residual`). Each hinge t away from that piece adds, with h the distance past it,

    -2 D (E[x_j h] - σ(t) E[h]) + (s'² - s²) E[h²],      D = ±(s' - s),

s, s' the slopes before and past the hinge. This residual form keeps its digits where the loss is tiny. Where z spans
far more than a clipped activation's rise, the piece is the nearer flat one, and min(h, u) stands for h: see `strip`.

Sets of at most two features, all there are in the smallest toy and half of those in the next, are written out in
registers (`pair`); larger ones use the scratch (`many`). Smooth activations have neither pieces nor hinges: `smooth`.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .cube import GRADIENT, ORDER, ROW
from .many import WIDE, many_error
from .pair import HINGES, N_HINGES, NEGLIGIBLE, pair_error
from .smooth import smooth_error

__all__ = ["NEGLIGIBLE", "SMALLEST", "WIDE", "evaluate_batch", "model_loss"]  # where formulas change, and what to call
SMALLEST = 1e-290  # entries below it count as zero: their reciprocals overflow


@inlined
def active_error(j, n, weight, mask, b, act, work, stack):
    """E[(x_j - σ(z))²] given the active set; adds `weight` times its gradient. Returns it with the set's size."""
    k, first, second = np.int64(0), n, n  # a silent partner is feature n, of entry 0
    for i in range(n):
        if (mask >> i) & 1:
            first, second = i, first
            k += 1
    a1, a2 = work[ROW, first], work[ROW, second]
    narrow = act[N_HINGES, 0] < 2.0 or abs(a1) + abs(a2) <= WIDE * (act[HINGES, 1] - act[HINGES, 0])
    if k > 2 or not narrow:
        return many_error(j, n, weight, mask, b, act, work, stack), k
    if abs(a1) < abs(a2):
        first, second, a1, a2 = second, first, a2, a1
    error, g0, g1, g2 = pair_error(1.0 if first == j else 0.0, 1.0 if second == j else 0.0, a1, a2, b, act)
    work[GRADIENT, 0] += 2.0 * weight * g0
    work[GRADIENT, 1 + first] += 2.0 * weight * g1
    work[GRADIENT, 1 + second] += 2.0 * weight * g2
    return error, k


@inlined
def set_row(j, weights, work, stack):
    """Fill row j of the Gram matrix, the order of its entries by falling size, and a zero gradient."""
    m, n = weights.shape
    work[GRADIENT, 0] = work[ROW, n] = 0.0
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
def model_loss(weights, bias, importance, masks, probabilities, act, parts, d_weights, d_bias, work, stack):
    """Loss of one model; fills its gradient and the parts of every output (not yet weighed by importance)."""
    m, n = weights.shape
    smooth = act[N_HINGES, 0] < 0.0
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
            if smooth:
                error, size = smooth_error(j, n, weight, masks[s], bias[j], act, work, stack)
            else:
                error, size = active_error(j, n, weight, masks[s], bias[j], act, work, stack)
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
def evaluate_batch(weights, bias, importances, masks, probabilities, act, loss, d_weights, d_bias, parts, work, stack):
    """Evaluate a batch of models, shapes (k, m, n) and (k, n), into the arrays given; nothing is allocated a model.

    Importances, (r, n), and probabilities, (r, ·), have one row for all models, or one for each.
    """
    rows = importances.shape[0]
    for i in range(weights.shape[0]):
        row = i if rows > 1 else 0
        loss[i] = model_loss(
            weights[i],
            bias[i],
            importances[row],
            masks,
            probabilities[row],
            act,
            parts[i],
            d_weights[i],
            d_bias[i],
            work,
            stack,
        )
