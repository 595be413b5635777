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
from ..analytic.line_levels import APART, N_LINE, next_line
from ..analytic.line_parts import N_LEVELS, few_active, hinge_from, linear_piece, middle_piece, split_row
from ..analytic.line_pass import DENSITY, OTHERS
from ..analytic.line_row import line_scratch
from ..analytic.pair import INTERCEPTS, N_HINGES, SLOPES


class Plan(NamedTuple):
    """All outputs of k models of n features, with L lines: one for each hinge and level.

    exact (k, n), slopes (k, n, n + 1): the error in closed form, and its gradient by b and a row of the Gram matrix;
    counts (k, n, n): the features that an output does not count with their mean; lines (k, n, L, N_LINE): their numbers
    (see `line_levels`); densities and others (k, n, L, n): what `hinge_line` has in its constants, density 0 of
    features that are not on the line; apart (k, n, L, n): the small ones whose own sets it leaves to the next line.
    """

    exact: Array
    slopes: Array
    counts: NDArray[np.bool_]
    lines: Array
    densities: Array
    others: Array
    apart: NDArray[np.bool_]


@compiled
def plan_hinge(j, h, dir, hinge, row, densities, target, members, cuts, constants, out):
    """Lay out the lines of one hinge, as `add_hinge` does; no nodes where z does not reach past it."""
    lines, density, others, is_apart = out
    level = np.int64(0)
    while level < N_LEVELS:
        at = h * N_LEVELS + level
        n = cuts[level]
        level = next_line(j, level, dir, hinge, row, densities, target, members, cuts, lines[at], constants)
        for k in range(n):
            i = members[k]
            density[at, i], others[at, i] = constants[k, DENSITY], constants[k, OTHERS]
            is_apart[at, i] = k < lines[at, APART]


@compiled
def plan_row(j, bias, row, densities, act, parts, gradient, counts, out, scratch):
    """Add the exact parts of output j, note the features that count, lay its lines out; return the sum of its parts."""
    (members, beside, cuts), state, arrays, _, _ = scratch
    for k in range(parts.size):
        parts[k] = 0.0
    n = split_row(j, bias, row, densities, members, beside, cuts, state)
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
        dir, hinge = hinge_from(h, piece, act, state)
        plan_hinge(j, h, dir, hinge, row, densities, target, members, cuts, arrays[1], out)
    return target


@compiled
def plan_rows(gram, bias, densities, act, exact, slopes, counts, lines, line_densities, others, apart, parts, scratch):
    """Plan all outputs of a batch of models, shapes as in `Plan`; everything but parts and scratch is zero before."""
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
                scratch,
            )


def plan(gram: Array, bias: Array, densities: Array, table: Array) -> Plan:
    """Plan the lines of a batch of models, given Gram matrices (k, n, n), biases (k, n), and an activation's table."""
    k, n = bias.shape
    lines = N_LEVELS * int(table[N_HINGES, 0])
    out = Plan(
        np.zeros((k, n)),
        np.zeros((k, n, n + 1)),
        np.zeros((k, n, n), np.bool_),
        np.zeros((k, n, lines, N_LINE)),
        np.zeros((k, n, lines, n)),
        np.zeros((k, n, lines, n)),
        np.zeros((k, n, lines, n), np.bool_),
    )
    plan_rows(gram, bias, densities, table, *out, np.zeros(5), line_scratch(n))
    return out
