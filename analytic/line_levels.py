"""The lines of one hinge: one for every scale of the row that matters there (compiled).

Where entries differ by orders of magnitude the smaller ones do not decay along a line until |s| ~ 1 / |α|. So what they
do while all larger ones are silent is left to a line of their own scale, which leaves what is smaller still to the
next; while a larger one is active, small ones only shift a smooth law. Levels are those of `split_row`. Where the small
ones do not reach a hinge above them, they need no line; far below it they are left on that of the larger ones.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled, inlined
from .line_parts import N_LEVELS, OWN_LEVEL
from .line_pass import ALPHA, DENSITY, OTHERS
from .line_rule import line_rule

NEARNESS = 10.0  # reaches of the small features: as far above the hinge they have a line of their own
# Numbers of one line. COUNT others are on it; what the APART first do among themselves is left out, and where OWN_APART
# with the own one too. WEIGHT is the probability that all that is larger is silent; DIRECTION tells whether a rise of z
# is one of v. The rest is what `hinge_line` takes. There is nothing to add up where there are no blocks.
OWN_ALPHA, OWN_DENSITY, THETA, KAPPA, CHANGE, LEVEL, C, STEP, BLOCKS, DIRECTION, WEIGHT, COUNT, APART, OWN_APART = (
    range(14)
)
N_LINE = 14


@inlined
def lay_others(small, n, dir, row, densities, members, constants):
    """Lay the others' α, p and OTHERS within the line; return how far v may go up, and the small ones' reach."""
    up, reach, before, after = 0.0, 0.0, 1.0, 1.0
    for k in range(n):
        alpha, p = dir * row[members[k]], densities[members[k]]
        constants[k, ALPHA], constants[k, DENSITY], constants[k, OTHERS] = alpha, p, before
        before *= 1.0 - p
        up += max(0.0, alpha)
        if k < small:
            reach += abs(alpha)
    for k in range(n - 1, -1, -1):
        constants[k, OTHERS] *= after
        after *= 1.0 - constants[k, DENSITY]
    return up, reach


@inlined
def next_level(level, cuts):
    """Find the next level below that has an entry; `N_LEVELS` if there is none."""
    below = level + 1
    while below < N_LEVELS and cuts[below + 1] == cuts[below] and cuts[OWN_LEVEL] != below:
        below += 1
    return below


@inlined
def larger_silent(j, level, densities, members, cuts):
    """Find the probability that all features above a level are silent."""
    silent = 1.0
    for k in range(cuts[level], cuts[0]):
        silent *= 1.0 - densities[members[k]]
    return silent if cuts[OWN_LEVEL] >= level else silent * (1.0 - densities[j])


@compiled
def next_line(j, level, dir, hinge, row, densities, target, members, cuts, line, constants):
    """Lay out the line of a level, its constants included; return the level of the next, `N_LEVELS` after the last."""
    below, n = next_level(level, cuts), cuts[level]
    small, weight = cuts[below], larger_silent(j, level, densities, members, cuts)
    up, reach = lay_others(small, n, dir, row, densities, members, constants)
    own, own_small = (0.0, 0.0), cuts[OWN_LEVEL] >= below
    if cuts[OWN_LEVEL] >= level:
        own = (dir * row[j], densities[j])
        up += max(0.0, own[0])
    if own_small:
        reach += abs(own[0])
    line[BLOCKS] = 0.0
    if n == 0 or hinge[0] + up <= 0.0 or weight <= 0.0:
        return np.int64(N_LEVELS)
    apart = small + own_small > 1 and hinge[0] < NEARNESS * reach
    both = (apart, apart and own_small)
    line[C], line[STEP], line[BLOCKS] = line_rule(
        small, n, both, own, hinge, hinge[0] + up, target / weight, densities[j] / weight, constants
    )
    line[OWN_ALPHA], line[OWN_DENSITY] = own
    line[THETA], line[KAPPA], line[CHANGE], line[LEVEL] = hinge
    line[DIRECTION], line[WEIGHT], line[COUNT] = dir, weight, n
    line[APART], line[OWN_APART] = 0.0, 0.0
    if not apart:
        return np.int64(N_LEVELS)
    line[APART], line[OWN_APART] = small, both[1]
    for k in range(small):
        constants[k, OTHERS] = 0.0
    return below
