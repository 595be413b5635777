"""Error and gradient of one output at any number of features: few active ones exactly, the rest by lines (compiled).

What the output sees of at most one active feature has closed forms (`pair`). While two or more are active, the piece of
the activation that holds the mean of z gives a square of a linear form, whose expectation is closed too; what each
hinge away from it adds is one line integral (`line_hinge`). Features that hardly move z, |a| <= `FAINT`, count with
their mean: what is lost is of the size of their squares, and part of the error.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled
from .line_hinge import SUMS, hinge_line, lane_sum
from .line_pass import ALPHA, DENSITY, OTHERS, lane_arrays
from .line_rule import DAMPING, line_rule
from .pair import HINGES, INTERCEPTS, LEVELS, N_HINGES, SLOPES, pair_error

FAINT = 1e-7
ROUNDING = 1e-14  # of what a line adds up, in absolute value: its recurrences take some ten roundings a node
BIAS_COST, BENEFIT, INTERFERENCE, DISTORTION, FALSE_POSITIVE = range(5)
# Numbers of one output, in `state`: the bias with the faint features' mean; probabilities that no other feature is
# active, of those that count; that none, one, more of the faint are; steepest slope; size of what faint ones lose.
SHIFTED, NONE, FAINT_NONE, FAINT_ONE, FAINT_MORE, LOST = range(6)
N_STATE = 6


@compiled
def split_row(j, bias, row, densities, constants, members, state):
    """List the others that count, with their probabilities that all beside them are silent; sum up the faint ones."""
    n, count = row.size, np.int64(0)
    none, one, more = 1.0, 0.0, 0.0
    state[SHIFTED], state[LOST] = bias, 0.0
    for i in range(n):
        p = densities[i]
        if i == j:
            continue
        if abs(row[i]) > FAINT:
            members[count] = i
            count += 1
            continue
        more = more + one * p
        one = one * (1.0 - p) + none * p
        none *= 1.0 - p
        state[SHIFTED] += 0.5 * p * row[i]
        state[LOST] += p * row[i] * row[i]
    state[FAINT_NONE], state[FAINT_ONE], state[FAINT_MORE] = none, one, more
    before = 1.0
    for k in range(count):
        constants[k, OTHERS] = before
        constants[k, DENSITY] = densities[members[k]]
        before *= 1.0 - densities[members[k]]
    state[NONE] = before
    after = 1.0
    for k in range(count - 1, -1, -1):
        constants[k, OTHERS] *= after
        after *= 1.0 - densities[members[k]]
    return count


@compiled
def few_active(j, n, row, densities, act, constants, members, state, parts, gradient):
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
        weight = (1.0 - own) * densities[i] * constants[k, OTHERS]
        e, g0, g1, _ = pair_error(0.0, 0.0, row[i], 0.0, b, act)
        parts[INTERFERENCE] += weight * state[FAINT_NONE] * e
        parts[FALSE_POSITIVE] += weight * (1.0 - state[FAINT_NONE]) * e
        gradient[0] += 2.0 * weight * g0
        gradient[1 + i] += 2.0 * weight * g1


@compiled
def linear_piece(j, n, slope, intercept, row, densities, constants, members, state, parts, gradient):
    """Add E[(x_j - slope z - intercept)²] over two or more active features; return the sum of its absolute terms."""
    own, none = densities[j], state[NONE]
    start = -(slope * state[SHIFTED] + intercept)
    mean, spread, alone, alone_slope = start, 0.0, 0.0, 0.0
    for k in range(n):
        d, p = -slope * row[members[k]], constants[k, DENSITY]
        mean += 0.5 * d * p
        spread += d * d * p * (1.0 / 3.0 - 0.25 * p)
        alone += p * constants[k, OTHERS] * ((start + 0.5 * d) ** 2 + d * d / 12.0)
        alone_slope += p * constants[k, OTHERS] * (2.0 * start + d)
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
        d, p = -slope * row[members[k]], constants[k, DENSITY]
        by_d = p * ((1.0 - own) * mean + own * with_own) + 2.0 * d * p * (1.0 / 3.0 - 0.25 * p)
        by_d -= (1.0 - own) * p * constants[k, OTHERS] * (start + 0.5 * d + d / 6.0)
        gradient[1 + members[k]] -= slope * by_d
    return (1.0 - own) * (mean * mean + spread) + own * (with_own * with_own + spread + d * d / 12.0)


@compiled
def add_hinge(j, n, h, dir, near, far, row, densities, act, target, constants, members, state, arrays, sums, out):
    """Add what one hinge of the activation changes while two or more features are active; return its error."""
    parts, gradient, with_gradient = out
    theta, own_alpha = dir * (state[SHIFTED] - act[HINGES, h]), dir * row[j]
    up = theta + max(0.0, own_alpha)
    for k in range(n):
        constants[k, ALPHA] = dir * row[members[k]]
        up += max(0.0, constants[k, ALPHA])
    change, kappa, level = dir * (far - near), far * far - near * near, act[LEVELS, h]
    if up <= 0.0 or n == 0:
        return 0.0
    own = densities[j]
    c, step, blocks = line_rule(n, own_alpha, own, theta, kappa, change, level, up, target, constants)
    hinge_line(n, own_alpha, own, theta, kappa, change, level, c, step, blocks, with_gradient, arrays, sums)
    parts[FALSE_POSITIVE] += sums[0]
    parts[DISTORTION] += sums[1]
    gradient[0] += dir * sums[4]
    gradient[1 + j] += dir * sums[5]
    if with_gradient:
        for k in range(n):
            share = constants[k, DENSITY] * step / np.pi
            gradient[1 + members[k]] += dir * share * lane_sum(k, arrays[0])
    images = (abs(kappa) + abs(change) * (1.0 + abs(level))) * (DAMPING / c) ** 2 * np.exp(-DAMPING)
    return abs(sums[0] + sums[1] - sums[2] - sums[3]) + ROUNDING * sums[6] + images


@compiled
def line_row(j, bias, row, densities, act, with_gradient, parts, gradient, members, state, arrays, sums):
    """Error of output j, in five parts, and its gradient by b and row j of the Gram matrix; returns its own error."""
    constants = arrays[1]
    for k in range(parts.size):
        parts[k] = 0.0
    for k in range(gradient.size):
        gradient[k] = 0.0
    n = split_row(j, bias, row, densities, constants, members, state)
    few_active(j, n, row, densities, act, constants, members, state, parts, gradient)
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
    size = linear_piece(j, n, slope, intercept, row, densities, constants, members, state, parts, gradient)
    error = 1e-15 * (size + few) + steepest * steepest * state[LOST]
    target = 0.0
    for k in range(parts.size):
        target += parts[k]
    out = (parts, gradient, with_gradient)
    for h in range(hinges):
        dir, near, far = (1.0, act[SLOPES, h], act[SLOPES, h + 1])
        if h < piece:
            dir, near, far = (-1.0, act[SLOPES, h + 1], act[SLOPES, h])
        error += add_hinge(
            j, n, h, dir, near, far, row, densities, act, target, constants, members, state, arrays, sums, out
        )
    faint = 0.5 * gradient[0]
    for i in range(row.size):
        if i != j and abs(row[i]) <= FAINT:
            gradient[1 + i] = densities[i] * faint
    return error


@compiled
def line_rows(first, last, gram, bias, densities, act, with_gradient, parts, gradients, errors, scratch):
    """Evaluate outputs first … last - 1 of one model, given its Gram matrix."""
    members, state, arrays, sums = scratch
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
            members,
            state,
            arrays,
            sums,
        )


def line_scratch(n_features: int) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...], np.ndarray]:
    """Make the arrays of one thread."""
    return np.zeros(n_features, np.int64), np.zeros(N_STATE), lane_arrays(n_features), np.zeros(SUMS)
