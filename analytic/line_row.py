"""Error and gradient of one output at any number of features: closed forms, and lines for each hinge (compiled).

`line_parts` holds the closed forms. What a hinge away from the middle piece adds, while two or more features are
active, are line integrals (`line_hinge`), one for each scale of the row that matters (`line_levels`).
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .line_hinge import ACTIVE, BY_OWN, BY_THETA, SILENT, SIZE, hinge_line, lane_sum, sum_error
from .line_levels import (
    APART,
    BLOCKS,
    CHANGE,
    COUNT,
    DIRECTION,
    KAPPA,
    LEVEL,
    N_LINE,
    OWN_ALPHA,
    OWN_APART,
    OWN_DENSITY,
    STEP,
    WEIGHT,
    C,
    next_line,
)
from .line_parts import (
    DISTORTION,
    FAINTEST,
    FALSE_POSITIVE,
    N_LEVELS,
    N_STATE,
    OWN_LEVEL,
    faint_error,
    few_active,
    hinge_from,
    linear_piece,
    middle_piece,
    split_row,
)
from .line_pass import DENSITY, lane_arrays
from .line_rule import DAMPING
from .pair import INTERCEPTS, N_HINGES, SLOPES


@inlined
def add_sums(j, line, members, out, arrays, sums):
    """Add what a line found to the parts, to the gradient by b, and to that by the row."""
    parts, gradient, with_gradient = out
    weight, dir = line[WEIGHT], line[DIRECTION]
    parts[FALSE_POSITIVE] += weight * sums[SILENT]
    parts[DISTORTION] += weight * sums[ACTIVE]
    gradient[0] += dir * weight * sums[BY_THETA]
    gradient[1 + j] += dir * weight * sums[BY_OWN]
    if with_gradient:
        for k in range(np.int64(line[COUNT])):
            share = weight * arrays[1][k, DENSITY] * line[STEP] / np.pi
            gradient[1 + members[k]] += dir * share * lane_sum(k, arrays[0])


@inlined
def image_error(line, constants):
    """Bound what images of v add, :eq:`line-images`."""
    several = line[OWN_DENSITY]  # half the square of the mean number of active features bounds that of two and more
    for k in range(np.int64(line[COUNT])):
        several += constants[k, DENSITY]
    size = abs(line[KAPPA]) + abs(line[CHANGE]) * (1.0 + abs(line[LEVEL]))
    return size * (DAMPING / line[C]) ** 2 * np.exp(-DAMPING) * min(1.0, 0.5 * several * several)


@compiled
def add_hinge(j, dir, hinge, row, densities, target, lists, arrays, line, sums, out):
    """Add what one hinge of the activation changes while two or more features are active; return its error."""
    members, _, cuts = lists
    error, level = 0.0, np.int64(0)
    while level < N_LEVELS:
        level = next_line(j, level, dir, hinge, row, densities, target, members, cuts, line, arrays[1])
        if line[BLOCKS] > 0.0:
            hinge_line(
                np.int64(line[APART]),
                line[OWN_APART] > 0.0,
                np.int64(line[COUNT]),
                (line[OWN_ALPHA], line[OWN_DENSITY]),
                hinge,
                (line[C], line[STEP], np.int64(line[BLOCKS])),
                out[2],
                arrays,
                sums,
            )
            add_sums(j, line, members, out, arrays, sums)
            error += line[WEIGHT] * (sum_error(sums) + image_error(line, arrays[1]))
    return error


@compiled
def line_row(j, bias, row, densities, act, with_gradient, parts, gradient, lists, state, arrays, line, sums):
    """Error of output j, in five parts, and its gradient by b and row j of the Gram matrix; returns its own error."""
    members, others, cuts = lists
    for k in range(parts.size):
        parts[k] = 0.0
    for k in range(gradient.size):
        gradient[k] = 0.0
    n = split_row(j, bias, row, densities, members, others, cuts, state)
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
        dir, hinge = hinge_from(h, piece, act, state)
        error += add_hinge(j, dir, hinge, row, densities, target, lists, arrays, line, sums, out)
    faint = 0.5 * gradient[0]
    for i in range(row.size):
        if i != j and abs(row[i]) <= state[FAINTEST]:
            gradient[1 + i] = densities[i] * faint
    return error


@compiled
def line_rows(first, last, gram, bias, densities, act, with_gradient, parts, gradients, errors, scratch):
    """Evaluate outputs first … last - 1 of one model, given its Gram matrix."""
    lists, state, arrays, line, sums = scratch
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
            line,
            sums,
        )


def line_scratch(
    n_features: int,
) -> tuple[tuple[np.ndarray, ...], np.ndarray, tuple[np.ndarray, ...], np.ndarray, np.ndarray]:
    """Make the arrays of one thread."""
    lists = np.zeros(n_features, np.int64), np.zeros(n_features), np.zeros(OWN_LEVEL + 1, np.int64)
    return lists, np.zeros(N_STATE), lane_arrays(n_features), np.zeros(N_LINE), np.zeros(SIZE + 1)
