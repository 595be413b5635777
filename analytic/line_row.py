"""Error and gradient of one output at any number of features: few active ones exactly, the rest by lines (compiled).

What the output sees of at most one active feature has closed forms (`pair`). While two or more are active, the piece of
the activation that holds the mean of z gives a square of a linear form, whose expectation is closed too; what each
hinge away from it adds is one line integral (`line_hinge`). Features that hardly move z beside others, by `FAINT`,
count with their mean: what is lost is at most of the size of |a|, and part of the error.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .line_hinge import ACTIVE, BY_OWN, BY_THETA, SILENT, SIZE, hinge_line, lane_sum, sum_error
from .line_pass import ALPHA, DENSITY, OTHERS, lane_arrays
from .line_rule import DAMPING, line_rule
from .pair import HINGES, INTERCEPTS, LEVELS, N_HINGES, SLOPES, pair_error

FAINT = 1e-10  # of the largest entry of its row
SMALL = 1e-2  # of the largest: features with a scale, and where the hinge is near, a line of their own
NEARNESS = 10.0
BIAS_COST, BENEFIT, INTERFERENCE, DISTORTION, FALSE_POSITIVE = range(5)
# Numbers of one output, in `state`: the bias with the faint features' mean; probabilities that no other feature is
# active, of those that count; that none, one, more of the faint are; size of what faint ones lose; their largest.
SHIFTED, NONE, FAINT_NONE, FAINT_ONE, FAINT_MORE, LOST, FAINTEST = range(7)
N_STATE = 7


@inlined
def add_faint(p, entry, state):
    """Count a faint feature: its mean, its part in the faint ones' sets, and what is lost."""
    state[FAINT_MORE] += state[FAINT_ONE] * p
    state[FAINT_ONE] = state[FAINT_ONE] * (1.0 - p) + state[FAINT_NONE] * p
    state[FAINT_NONE] *= 1.0 - p
    state[SHIFTED] += 0.5 * p * entry
    state[LOST] += p * abs(entry)


@compiled
def split_row(j, bias, row, densities, members, others, state):
    """List the others that count, small ones first, and fill `others`: probabilities that all beside them are silent.

    Returns how many are small, and how many count.
    """
    n, count, largest = row.size, np.int64(0), 0.0
    for i in range(n):
        largest = max(largest, abs(row[i]))
    for k in range(N_STATE):
        state[k] = 0.0
    state[SHIFTED], state[FAINT_NONE], state[FAINTEST] = bias, 1.0, FAINT * largest
    for i in range(n):
        if i != j and abs(row[i]) <= FAINT * largest:
            add_faint(densities[i], row[i], state)
        elif i != j and abs(row[i]) <= SMALL * largest:
            members[count] = i
            count += 1
    small = count
    for i in range(n):
        if i != j and abs(row[i]) > SMALL * largest:
            members[count] = i
            count += 1
    before = 1.0
    for k in range(count):
        others[k] = before
        before *= 1.0 - densities[members[k]]
    state[NONE] = before
    after = 1.0
    for k in range(count - 1, -1, -1):
        others[k] *= after
        after *= 1.0 - densities[members[k]]
    return small, count


@compiled
def few_active(j, n, row, densities, act, members, others, state, parts, gradient):
    """Add the exact errors while at most one of the features that count is active; `gradient` is b's, then a row's."""
    b, own, none = state[SHIFTED], densities[j], state[NONE]
    e, g0, _, _ = pair_error(0.0, 0.0, 0.0, 0.0, b, act)
    silent = (1.0 - own) * none
    parts[BIAS_COST] += silent * state[FAINT_NONE] * e
    parts[INTERFERENCE] += silent * state[FAINT_ONE] * e
    parts[FALSE_POSITIVE] += silent * state[FAINT_MORE] * e
    gradient[0] += 2.0 * silent * g0
    e, g0, g1, _ = pair_error(1.0, 0.0, row[j], 0.0, b, act)
    alone = own * none
    parts[BENEFIT] += alone * state[FAINT_NONE] * e
    parts[DISTORTION] += alone * (1.0 - state[FAINT_NONE]) * e
    gradient[0] += 2.0 * alone * g0
    gradient[1 + j] += 2.0 * alone * g1
    for k in range(n):
        i = members[k]
        weight = (1.0 - own) * densities[i] * others[k]
        e, g0, g1, _ = pair_error(0.0, 0.0, row[i], 0.0, b, act)
        parts[INTERFERENCE] += weight * state[FAINT_NONE] * e
        parts[FALSE_POSITIVE] += weight * (1.0 - state[FAINT_NONE]) * e
        gradient[0] += 2.0 * weight * g0
        gradient[1 + i] += 2.0 * weight * g1


@compiled
def linear_piece(j, n, slope, intercept, row, densities, members, others, state, parts, gradient):
    """Add E[(x_j - slope z - intercept)²] over two or more active features; return the sum of its absolute terms."""
    own, none = densities[j], state[NONE]
    start = -(slope * state[SHIFTED] + intercept)
    mean, spread, alone, alone_slope = start, 0.0, 0.0, 0.0
    for k in range(n):
        d, p = -slope * row[members[k]], densities[members[k]]
        mean += 0.5 * d * p
        spread += d * d * p * (1.0 / 3.0 - 0.25 * p)
        alone += p * others[k] * ((start + 0.5 * d) ** 2 + d * d / 12.0)
        alone_slope += p * others[k] * (2.0 * start + d)
    d = 1.0 - slope * row[j]
    with_own = mean + 0.5 * d
    silent = mean * mean + spread - none * start * start - alone
    active = with_own * with_own + spread + d * d / 12.0 - none * ((start + 0.5 * d) ** 2 + d * d / 12.0)
    parts[FALSE_POSITIVE] += (1.0 - own) * silent
    parts[DISTORTION] += own * active
    by_start = (1.0 - own) * (2.0 * mean - 2.0 * none * start - alone_slope)
    by_start += own * (2.0 * with_own - none * (2.0 * start + d))
    gradient[0] -= slope * by_start
    gradient[1 + j] -= slope * own * (with_own + d / 6.0 - none * (start + 0.5 * d + d / 6.0))
    for k in range(n):
        d, p = -slope * row[members[k]], densities[members[k]]
        by_d = p * ((1.0 - own) * mean + own * with_own) + 2.0 * d * p * (1.0 / 3.0 - 0.25 * p)
        by_d -= (1.0 - own) * p * others[k] * (start + 0.5 * d + d / 6.0)
        gradient[1 + members[k]] -= slope * by_d
    return (1.0 - own) * (mean * mean + spread) + own * (with_own * with_own + spread + d * d / 12.0)


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


@compiled
def small_line(small, dir, silent, hinge, targets, members, arrays, sums, out):
    """Add what sets of two and more small features do while all larger ones and the own one are silent.

    `silent` is the probability of that. Returns the error.
    """
    constants = arrays[1]
    up, before, after = hinge[0], 1.0, 1.0
    for k in range(small):
        up += max(0.0, constants[k, ALPHA])
        constants[k, OTHERS] = before
        before *= 1.0 - constants[k, DENSITY]
    for k in range(small - 1, -1, -1):
        constants[k, OTHERS] *= after
        after *= 1.0 - constants[k, DENSITY]
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


@inlined
def faint_error(steepest, hinges, density, act, state):
    """Bound what is lost with faint features: near a hinge the error may be the feature's own, or the hinge's level."""
    level = steepest * state[FAINTEST]
    for h in range(hinges):
        level = max(level, abs(act[LEVELS, h]))
    return 2.0 * steepest * (density + level) * state[LOST]


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
    mean = state[SHIFTED] + 0.5 * densities[j] * row[j]
    for k in range(n):
        mean += 0.5 * densities[members[k]] * row[members[k]]
    hinges, piece = np.int64(act[N_HINGES, 0]), np.int64(0)
    steepest = abs(act[SLOPES, 0])
    for h in range(hinges):
        steepest = max(steepest, abs(act[SLOPES, h + 1]))
        if mean >= act[HINGES, h]:
            piece = h + 1
    slope, intercept = act[SLOPES, piece], act[INTERCEPTS, piece]
    size = linear_piece(j, n, slope, intercept, row, densities, members, others, state, parts, gradient)
    error = 1e-15 * (size + few) + faint_error(steepest, hinges, densities[j], act, state)
    target = 0.0
    for k in range(parts.size):
        target += parts[k]
    out = (parts, gradient, with_gradient)
    for h in range(hinges):
        dir, near, far = (1.0, act[SLOPES, h], act[SLOPES, h + 1])
        if h < piece:
            dir, near, far = (-1.0, act[SLOPES, h + 1], act[SLOPES, h])
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
