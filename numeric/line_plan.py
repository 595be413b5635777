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
from ..analytic.line_parts import N_STATE, SHIFTED, few_active, linear_piece, middle_piece, side, split_row
from ..analytic.line_pass import DENSITY, OTHERS, lane_arrays
from ..analytic.line_row import NEARNESS, lay_row, lay_small
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
def plan_line(small, n, apart, own, hinge, up, targets, dir, weight, members, constants, out):
    """Choose the nodes of one line, and note what its sum needs."""
    line, density, others, is_apart = out
    line[C], line[STEP], line[BLOCKS] = line_rule(small, n, apart, own, hinge, up, targets[0], targets[1], constants)
    line[OWN_ALPHA], line[OWN_DENSITY] = own
    line[THETA], line[KAPPA], line[CHANGE], line[LEVEL] = hinge
    line[DIRECTION], line[WEIGHT] = dir, weight
    for k in range(n):
        density[members[k]], others[members[k]] = constants[k, DENSITY], constants[k, OTHERS]
        is_apart[members[k]] = apart and k < small


@compiled
def plan_small_line(small, dir, silent, hinge, targets, members, constants, out):
    """Lay out the line of small features among themselves, as `small_line` does."""
    up = hinge[0] + lay_small(small, constants)
    if up > 0.0 and silent > 0.0:
        own, none, aims = (0.0, 0.0), np.int64(0), (targets[0] / silent, targets[1] / silent)
        plan_line(none, small, np.bool_(False), own, hinge, up, aims, dir, silent, members, constants, out)


@compiled
def plan_hinge(j, sizes, h, dir, near, far, row, densities, act, target, members, beside, state, constants, out):
    """Lay out the lines of one hinge, as `add_hinge` does; no nodes where z does not reach past it."""
    lines, density, others, is_apart = out
    theta = dir * (state[SHIFTED] - act[HINGES, h])
    up, reach, silent = lay_row(j, sizes, dir, row, densities, members, beside, constants)
    if theta + up <= 0.0 or sizes[1] == 0:
        return
    change, kappa, level = dir * (far - near), far * far - near * near, act[LEVELS, h]
    hinge, own, targets = (theta, kappa, change, level), (dir * row[j], densities[j]), (target, densities[j])
    apart, first = sizes[0] > 1 and abs(theta) < NEARNESS * reach, A_HINGE * h
    if apart:
        to = (lines[first], density[first], others[first], is_apart[first])
        plan_small_line(sizes[0], dir, silent, hinge, targets, members, constants, to)
        lay_row(j, sizes, dir, row, densities, members, beside, constants)
        for k in range(sizes[0]):
            constants[k, OTHERS] = 0.0
    to = (lines[first + 1], density[first + 1], others[first + 1], is_apart[first + 1])
    plan_line(sizes[0], sizes[1], apart, own, hinge, theta + up, targets, dir, 1.0, members, constants, to)


@compiled
def plan_row(j, bias, row, densities, act, parts, gradient, counts, out, members, beside, state, constants):
    """Add the exact parts of output j, note the features that count, lay its lines out; return the sum of its parts."""
    for k in range(parts.size):
        parts[k] = 0.0
    small, n = split_row(j, bias, row, densities, members, beside, state)
    few_active(j, n, row, densities, act, members, beside, state, parts, gradient)
    for k in range(n):
        counts[members[k]] = np.bool_(True)
    hinges, piece = np.int64(act[N_HINGES, 0]), middle_piece(j, n, row, densities, act, members, state)
    slope, intercept = act[SLOPES, piece], act[INTERCEPTS, piece]
    linear_piece(j, n, slope, intercept, row, densities, members, beside, state, parts, gradient)
    target = 0.0
    for k in range(parts.size):
        target += parts[k]
    for h in range(hinges):
        dir, near, far = side(h, piece, act)
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
