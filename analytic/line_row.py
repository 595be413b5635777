"""Error and gradient of one output at any number of features: closed forms, and a line for each hinge (compiled).

`line_parts` holds the closed forms. What a hinge away from the middle piece adds, while two or more features are
active, is one line integral (`line_hinge`); small features have a line of their own where the hinge is near.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .line_hinge import ACTIVE, BY_OWN, BY_THETA, SILENT, SIZE, hinge_line, lane_sum, sum_error
from .line_parts import (
    DISTORTION,
    FAINTEST,
    FALSE_POSITIVE,
    N_STATE,
    SHIFTED,
    faint_error,
    few_active,
    linear_piece,
    middle_piece,
    side,
    split_row,
)
from .line_pass import ALPHA, DENSITY, OTHERS, lane_arrays
from .line_rule import DAMPING, line_rule
from .pair import HINGES, INTERCEPTS, LEVELS, N_HINGES, SLOPES

NEARNESS = 10.0  # reaches of the small features: as far from the hinge they have a line of their own


@inlined
def add_sums(n, dir, weight, step, members, out, arrays, sums):
    """Add what a line found to the parts, to the gradient by b, and to that by the others' entries."""
    parts, gradient, with_gradient = out
    parts[FALSE_POSITIVE] += weight * sums[SILENT]
    parts[DISTORTION] += weight * sums[ACTIVE]
    gradient[0] += dir * weight * sums[BY_THETA]
    if with_gradient:
        for k in range(n):
            share = weight * arrays[1][k, DENSITY] * step / np.pi
            gradient[1 + members[k]] += dir * share * lane_sum(k, arrays[0])


@inlined
def lay_small(small, constants):
    """Lay the small features' OTHERS within themselves; return how far they may take v up."""
    up, before, after = 0.0, 1.0, 1.0
    for k in range(small):
        up += max(0.0, constants[k, ALPHA])
        constants[k, OTHERS] = before
        before *= 1.0 - constants[k, DENSITY]
    for k in range(small - 1, -1, -1):
        constants[k, OTHERS] *= after
        after *= 1.0 - constants[k, DENSITY]
    return up


@compiled
def small_line(small, dir, silent, hinge, targets, members, arrays, sums, out):
    """Add what sets of two and more small features do while all larger ones and the own one are silent.

    `silent` is the probability of that. Returns the error.
    """
    constants = arrays[1]
    up = hinge[0] + lay_small(small, constants)
    if up <= 0.0 or silent <= 0.0:
        return 0.0
    own, none = (0.0, 0.0), np.int64(0)
    rule = line_rule(none, small, np.bool_(False), own, hinge, up, targets[0] / silent, targets[1] / silent, constants)
    hinge_line(none, small, own, hinge, rule, out[2], arrays, sums)
    add_sums(small, dir, silent, rule[1], members, out, arrays, sums)
    return silent * sum_error(sums)


@inlined
def lay_row(j, sizes, dir, row, densities, members, others, constants):
    """Lay the others' α, p and OTHERS; how far v may go up, the small ones' reach, and that all larger are silent."""
    up, reach, silent = max(0.0, dir * row[j]), 0.0, 1.0 - densities[j]
    for k in range(sizes[1]):
        alpha, p = dir * row[members[k]], densities[members[k]]
        constants[k, ALPHA], constants[k, DENSITY], constants[k, OTHERS] = alpha, p, others[k]
        up += max(0.0, alpha)
        if k < sizes[0]:
            reach += abs(alpha)
        else:
            silent *= 1.0 - p
    return up, reach, silent


@compiled
def add_hinge(j, sizes, h, dir, near, far, row, densities, act, target, lists, state, arrays, sums, out):
    """Add what one hinge of the activation changes while two or more features are active; return its error."""
    members, others = lists
    theta = dir * (state[SHIFTED] - act[HINGES, h])
    up, reach, silent = lay_row(j, sizes, dir, row, densities, members, others, arrays[1])
    if theta + up <= 0.0 or sizes[1] == 0:
        return 0.0
    change, kappa, level = dir * (far - near), far * far - near * near, act[LEVELS, h]
    hinge, own, targets = (theta, kappa, change, level), (dir * row[j], densities[j]), (target, densities[j])
    error, small = 0.0, np.int64(0)
    if sizes[0] > 1 and abs(theta) < NEARNESS * reach:
        small = sizes[0]
        error += small_line(small, dir, silent, hinge, targets, members, arrays, sums, out)
        lay_row(j, sizes, dir, row, densities, members, others, arrays[1])
        for k in range(small):
            arrays[1][k, OTHERS] = 0.0
    apart = np.bool_(small > 0)
    rule = line_rule(sizes[0], sizes[1], apart, own, hinge, theta + up, targets[0], targets[1], arrays[1])
    hinge_line(small, sizes[1], own, hinge, rule, out[2], arrays, sums)
    add_sums(sizes[1], dir, 1.0, rule[1], members, out, arrays, sums)
    out[1][1 + j] += dir * sums[BY_OWN]
    several = densities[j]  # half the square of the mean number of active features bounds that of two and more
    for k in range(sizes[1]):
        several += densities[members[k]]
    images = (abs(kappa) + abs(change) * (1.0 + abs(level))) * (DAMPING / rule[0]) ** 2 * np.exp(-DAMPING)
    images *= min(1.0, 0.5 * several * several)
    return error + sum_error(sums) + images


@compiled
def line_row(j, bias, row, densities, act, with_gradient, parts, gradient, lists, state, arrays, sums):
    """Error of output j, in five parts, and its gradient by b and row j of the Gram matrix; returns its own error."""
    members, others = lists
    for k in range(parts.size):
        parts[k] = 0.0
    for k in range(gradient.size):
        gradient[k] = 0.0
    small, n = split_row(j, bias, row, densities, members, others, state)
    few_active(j, n, row, densities, act, members, others, state, parts, gradient)
    few = 0.0
    for k in range(parts.size):
        few += parts[k]
    hinges, piece = np.int64(act[N_HINGES, 0]), middle_piece(j, n, row, densities, act, members, state)
    steepest = abs(act[SLOPES, 0])
    for h in range(hinges):
        steepest = max(steepest, abs(act[SLOPES, h + 1]))
    slope, intercept = act[SLOPES, piece], act[INTERCEPTS, piece]
    size = linear_piece(j, n, slope, intercept, row, densities, members, others, state, parts, gradient)
    error = 1e-15 * (size + few) + faint_error(steepest, hinges, densities[j], act, state)
    target = 0.0
    for k in range(parts.size):
        target += parts[k]
    out = (parts, gradient, with_gradient)
    for h in range(hinges):
        dir, near, far = side(h, piece, act)
        error += add_hinge(
            j, (small, n), h, dir, near, far, row, densities, act, target, lists, state, arrays, sums, out
        )
    faint = 0.5 * gradient[0]
    for i in range(row.size):
        if i != j and abs(row[i]) <= state[FAINTEST]:
            gradient[1 + i] = densities[i] * faint
    return error


@compiled
def line_rows(first, last, gram, bias, densities, act, with_gradient, parts, gradients, errors, scratch):
    """Evaluate outputs first … last - 1 of one model, given its Gram matrix."""
    lists, state, arrays, sums = scratch
    for j in range(first, last):
        errors[j] = line_row(
            j,
            bias[j],
            gram[j],
            densities,
            act,
            with_gradient,
            parts[j],
            gradients[j],
            lists,
            state,
            arrays,
            sums,
        )


def line_scratch(n_features: int) -> tuple[tuple[np.ndarray, ...], np.ndarray, tuple[np.ndarray, ...], np.ndarray]:
    """Make the arrays of one thread."""
    lists = np.zeros(n_features, np.int64), np.zeros(n_features)
    return lists, np.zeros(N_STATE), lane_arrays(n_features), np.zeros(SIZE + 1)
