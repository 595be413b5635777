"""What of an output's error has a closed form at any number of features, and which features it counts (compiled).

What the output sees of at most one active feature has closed forms (`pair`). While two or more are active, the piece of
the activation that holds the mean of z gives a square of a linear form, whose expectation is closed too; `line_row`
adds what each hinge away from that piece changes. Features that hardly move z beside others, by `FAINT`, count with
their mean: what is lost is at most of the size of |a|, and part of the error.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .pair import HINGES, LEVELS, N_HINGES, SLOPES, pair_error

SMALL = (
    1e-2  # from level to level of a row's entries: each level has a scale, and where the hinge is near, its own line
)
N_LEVELS = 5
FAINT = 1e-10  # of the largest entry of its row: below all levels
OWN_LEVEL = N_LEVELS + 1  # where `cuts` keeps the level of the own feature; before, how many others each level leaves
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


@inlined
def list_levels(j, row, faintest, members, cuts):
    """List the others above `faintest`, lowest level first; note how many each level leaves, and the own level."""
    count, low = np.int64(0), faintest
    cuts[N_LEVELS], cuts[OWN_LEVEL] = 0, N_LEVELS - 1
    for back in range(N_LEVELS):
        level = N_LEVELS - 1 - back
        high = low / SMALL if level > 0 else np.inf
        for i in range(row.size):
            if low < abs(row[i]) <= high:
                if i == j:
                    cuts[OWN_LEVEL] = level
                else:
                    members[count] = i
                    count += 1
        cuts[level], low = count, high
    return count


@compiled
def split_row(j, bias, row, densities, members, others, cuts, state):
    """List the others that count, by levels, and fill `others`: probabilities that all beside them are silent.

    A level holds entries of one scale; the `cuts[k]` first are of level k or below. Returns how many count.
    """
    largest = 0.0
    for i in range(row.size):
        largest = max(largest, abs(row[i]))
    for k in range(N_STATE):
        state[k] = 0.0
    state[SHIFTED], state[FAINT_NONE], state[FAINTEST] = bias, 1.0, FAINT * largest
    for i in range(row.size):
        if i != j and abs(row[i]) <= FAINT * largest:
            add_faint(densities[i], row[i], state)
    count = list_levels(j, row, FAINT * largest, members, cuts)
    before = 1.0
    for k in range(count):
        others[k] = before
        before *= 1.0 - densities[members[k]]
    state[NONE] = before
    after = 1.0
    for k in range(count - 1, -1, -1):
        others[k] *= after
        after *= 1.0 - densities[members[k]]
    return count


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
    whole = with_own * with_own + spread + d * d / 12.0
    active = whole - none * ((start + 0.5 * d) ** 2 + d * d / 12.0)
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
    return (1.0 - own) * (mean * mean + spread) + own * whole


@inlined
def middle_piece(j, n, row, densities, act, members, state):
    """Find the piece of the activation that holds the mean of z."""
    mean, piece = state[SHIFTED] + 0.5 * densities[j] * row[j], np.int64(0)
    for k in range(n):
        mean += 0.5 * densities[members[k]] * row[members[k]]
    for h in range(np.int64(act[N_HINGES, 0])):
        if mean >= act[HINGES, h]:
            piece = h + 1
    return piece


@inlined
def side(h, piece, act):
    """Tell whether a hinge lies above the middle piece (1) or below (-1), and the slopes before and past it."""
    if h < piece:
        return -1.0, act[SLOPES, h + 1], act[SLOPES, h]
    return 1.0, act[SLOPES, h], act[SLOPES, h + 1]


@inlined
def hinge_from(h, piece, act, state):
    """See a hinge from the middle piece: the direction of v, and (θ, κ, D, σ_t)."""
    dir, near, far = side(h, piece, act)
    return dir, (dir * (state[SHIFTED] - act[HINGES, h]), far * far - near * near, dir * (far - near), act[LEVELS, h])


@inlined
def faint_error(steepest, hinges, density, act, state):
    """Bound what is lost with faint features: near a hinge the error may be the feature's own, or the hinge's level."""
    level = steepest * state[FAINTEST]
    for h in range(hinges):
        level = max(level, abs(act[LEVELS, h]))
    return 2.0 * steepest * (density + level) * state[LOST]
