"""What a Laplace line is given before its sum: exact parts of every output, and where the nodes lie (compiled).

The kernels are those of `toytoy.analytic.line_row`, so that a sum taken elsewhere has the same nodes, and adds to the
same closed forms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.compiled import compiled
from ..analytic.evaluation import Array
from ..analytic.line_pass import ALPHA, DENSITY, OTHERS, lane_arrays
from ..analytic.line_row import N_STATE, NEARNESS, SHIFTED, few_active, linear_piece, split_row
from ..analytic.line_rule import line_rule
from ..analytic.pair import HINGES, INTERCEPTS, LEVELS, N_HINGES, SLOPES

# Numbers of one line, in `lines`: `hinge_line` explains them; at last whether a rise of z is one of v, and the
# probability that all is silent that the line leaves out. There is nothing to add up where there are no blocks.
OWN_ALPHA, OWN_DENSITY, THETA, KAPPA, CHANGE, LEVEL, C, STEP, BLOCKS, DIRECTION, WEIGHT = range(11)
N_LINE = 11
A_HINGE = 2  # lines: of small features among themselves, and of all


class Plan(NamedTuple):
    """All outputs of k models of n features with H hinges.

    exact (k, n), slopes (k, n, n + 1): the error in closed form, and its gradient by b and a row of the Gram matrix;
    counts (k, n, n): the features that an output does not count with their mean; lines (k, n, 2H, 11); densities and
    others (k, n, 2H, n): what `hinge_line` has in its constants, density 0 of features that are not on the line;
    apart (k, n, 2H, n): the small ones that it leaves to the other line.
    """

    exact: Array
    slopes: Array
    counts: NDArray[np.bool_]
    lines: Array
    densities: Array
    others: Array
    apart: NDArray[np.bool_]


@compiled
def plan_line(apart, n, own, hinge, up, target, steep, dir, weight, members, constants, line, density, others, small):
    """Choose the nodes of one line, and note what its sum needs."""
    c, step, blocks = line_rule(apart, n, own, hinge, up, target, steep, constants)
    line[OWN_ALPHA], line[OWN_DENSITY] = own
    line[THETA], line[KAPPA], line[CHANGE], line[LEVEL] = hinge
    line[C], line[STEP], line[BLOCKS], line[DIRECTION], line[WEIGHT] = c, step, blocks, dir, weight
    for k in range(n):
        density[members[k]], others[members[k]] = constants[k, DENSITY], constants[k, OTHERS]
        small[members[k]] = k < apart


@compiled
def plan_hinge(j, sizes, h, dir, near, far, row, densities, act, target, members, beside, state, constants, out):
    """Lay out the lines of one hinge, as `add_hinge` does; no nodes where z does not reach past it."""
    small, n = sizes
    lines, density, others, apart = out
    theta, own_alpha = dir * (state[SHIFTED] - act[HINGES, h]), dir * row[j]
    up, few_up, reach, large_silent, before = theta + max(0.0, own_alpha), theta, 0.0, 1.0 - densities[j], 1.0
    for k in range(n):
        alpha, p = dir * row[members[k]], densities[members[k]]
        constants[k, ALPHA], constants[k, DENSITY], constants[k, OTHERS] = alpha, p, beside[k]
        up += max(0.0, alpha)
        if k < small:
            few_up += max(0.0, alpha)
            reach += abs(alpha)
            constants[k, OTHERS] = before
            before *= 1.0 - p
        else:
            large_silent *= 1.0 - p
    if up <= 0.0 or n == 0:
        return
    change, kappa, level = dir * (far - near), far * far - near * near, act[LEVELS, h]
    hinge, own, alone = (theta, kappa, change, level), (own_alpha, densities[j]), (0.0, 0.0)
    few, first = np.int64(0), A_HINGE * h
    if small > 1 and abs(theta) < NEARNESS * reach:
        few, after = small, 1.0
        for k in range(small - 1, -1, -1):
            constants[k, OTHERS] *= after
            after *= 1.0 - constants[k, DENSITY]
        if few_up > 0.0 and large_silent > 0.0:
            aims, weight = (target / large_silent, densities[j] / large_silent), (dir, large_silent)
            to = (lines[first], density[first], others[first], apart[first])
            plan_line(np.int64(0), small, alone, hinge, few_up, *aims, *weight, members, constants, *to)
    for k in range(small):
        constants[k, OTHERS] = 0.0 if few > 0 else beside[k]
    to = (lines[first + 1], density[first + 1], others[first + 1], apart[first + 1])
    plan_line(few, n, own, hinge, up, target, densities[j], dir, 1.0, members, constants, *to)


@compiled
def plan_row(j, bias, row, densities, act, parts, gradient, counts, out, members, beside, state, constants):
    """Add the exact parts of output j, note the features that count, lay its lines out; return the sum of its parts."""
    for k in range(parts.size):
        parts[k] = 0.0
    small, n = split_row(j, bias, row, densities, constants, members, beside, state)
    few_active(j, n, row, densities, act, members, beside, state, parts, gradient)
    mean = state[SHIFTED] + 0.5 * densities[j] * row[j]
    for k in range(n):
        mean += 0.5 * densities[members[k]] * row[members[k]]
        counts[members[k]] = np.bool_(True)
    hinges, piece = np.int64(act[N_HINGES, 0]), np.int64(0)
    for h in range(hinges):
        if mean >= act[HINGES, h]:
            piece = h + 1
    slope, intercept = act[SLOPES, piece], act[INTERCEPTS, piece]
    linear_piece(j, n, slope, intercept, row, densities, members, beside, state, parts, gradient)
    target = 0.0
    for k in range(parts.size):
        target += parts[k]
    for h in range(hinges):
        dir, near, far = (1.0, act[SLOPES, h], act[SLOPES, h + 1])
        if h < piece:
            dir, near, far = (-1.0, act[SLOPES, h + 1], act[SLOPES, h])
        plan_hinge(
            j, (small, n), h, dir, near, far, row, densities, act, target, members, beside, state, constants, out
        )
    return target


@compiled
def plan_rows(gram, bias, densities, act, exact, slopes, counts, lines, line_densities, others, apart, scratch):
    """Plan all outputs of a batch of models, shapes as in `Plan`; everything but the scratch is zero before."""
    parts, members, beside, state, constants = scratch
    for i in range(bias.shape[0]):
        for j in range(bias.shape[1]):
            out = (lines[i, j], line_densities[i, j], others[i, j], apart[i, j])
            exact[i, j] = plan_row(
                j,
                bias[i, j],
                gram[i, j],
                densities,
                act,
                parts,
                slopes[i, j],
                counts[i, j],
                out,
                members,
                beside,
                state,
                constants,
            )


def plan(gram: Array, bias: Array, densities: Array, table: Array) -> Plan:
    """Plan the lines of a batch of models, given Gram matrices (k, n, n), biases (k, n), and an activation's table."""
    k, n = bias.shape
    lines = A_HINGE * int(table[N_HINGES, 0])
    out = Plan(
        np.zeros((k, n)),
        np.zeros((k, n, n + 1)),
        np.zeros((k, n, n), np.bool_),
        np.zeros((k, n, lines, N_LINE)),
        np.zeros((k, n, lines, n)),
        np.zeros((k, n, lines, n)),
        np.zeros((k, n, lines, n), np.bool_),
    )
    scratch = np.zeros(5), np.zeros(n, np.int64), np.zeros(n), np.zeros(N_STATE), lane_arrays(n)[1]
    plan_rows(gram, bias, densities, table, *out, scratch)
    return out
