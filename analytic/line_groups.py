"""Population loss and gradient at any number of features in groups: few active ones exactly, the rest by lines.

One-hot features, and one anticorrelated group, never have two active: then all is exact, and there is no line.
"""

from __future__ import annotations

import numpy as np

from .group_law import Array, GroupLaw, group_law
from .group_line import Hinge, hinge_share
from .problem import Problem
from .tables import activation_table

BIAS_COST, BENEFIT, INTERFERENCE, DISTORTION, FALSE_POSITIVE = range(5)
HINGES, SLOPES, INTERCEPTS, LEVELS, N_HINGES = range(5)  # rows of an activation's table, see `tables`
ROUNDING = 1e-15  # of the exact parts
NEGLIGIBLE = 3e-4  # of the density: a thousandth of the error of an output that is always 0; smaller ones count as it


def group_rows(problem: Problem, gram: Array, bias: Array, gradient: bool, out: tuple[Array, Array, Array]) -> None:
    """Evaluate all outputs of one model, given its Gram matrix, into parts, slopes (b's, then a row's) and errors."""
    law, table = group_law(problem), activation_table(problem.sigma)
    errors = out[2]
    for j, (parts, slopes) in enumerate(zip(*out[:2], strict=True)):
        row = GroupRow(law, table, j, gram[j], float(bias[j]), parts, slopes)
        row.few_active()
        errors[j] = ROUNDING * np.abs(parts).sum()
        if law.several:
            errors[j] += row.many_active(gradient)


class GroupRow:
    """One output's error in five parts, and its gradient by b and its row of the Gram matrix, filled step by step."""

    def __init__(
        self, law: GroupLaw, table: Array, j: int, row: Array, bias: float, parts: Array, slopes: Array
    ) -> None:
        self.law, self.table, self.j, self.row, self.bias = law, table, j, row, bias
        self.parts, self.slopes = parts, slopes
        self.none, self.one = law.few()
        parts[:], slopes[:] = 0.0, 0.0

    def few_active(self) -> None:
        """Add the exact errors of no feature, and of each one alone."""
        from .pair import pair_error

        e, g0, _, _ = pair_error(0.0, 0.0, 0.0, 0.0, self.bias, self.table)
        self.parts[BIAS_COST] += self.none * e
        self.slopes[0] += 2.0 * self.none * g0
        for i, (entry, weight) in enumerate(zip(self.row.tolist(), self.one.tolist(), strict=True)):
            e, g0, g1, _ = pair_error(float(i == self.j), 0.0, entry, 0.0, self.bias, self.table)
            self.parts[BENEFIT if i == self.j else INTERFERENCE] += weight * e
            self.slopes[0] += 2.0 * weight * g0
            self.slopes[1 + i] += 2.0 * weight * g1

    def many_active(self, gradient: bool) -> float:
        """Add the errors of two and more active features; return what may be wrong with all."""
        law, table = self.law, self.table
        hinges = int(table[N_HINGES, 0])
        mean = self.bias + 0.5 * float(law.density[law.group] @ self.row)
        piece = int((mean >= table[HINGES, :hinges]).sum())
        size = self._linear_piece(float(table[SLOPES, piece]), float(table[INTERCEPTS, piece]))
        steep, error = float(law.density[law.group[self.j]]), ROUNDING * size
        target = max(float(self.parts.sum()), NEGLIGIBLE * steep)
        for h in range(hinges):
            up = h >= piece
            sign, near, far = (1.0, h, h + 1) if up else (-1.0, h + 1, h)
            slope, past = float(table[SLOPES, near]), float(table[SLOPES, far])
            theta = sign * (self.bias - float(table[HINGES, h]))
            hinge = Hinge(theta, past**2 - slope**2, sign * (past - slope), float(table[LEVELS, h]))
            share = hinge_share(law, self.j, sign * self.row, hinge, target, steep, gradient)
            self.parts[FALSE_POSITIVE] += share.silent
            self.parts[DISTORTION] += share.active
            self.slopes[0] += sign * share.by_theta
            self.slopes[1:] += sign * share.by_alpha
            error += share.error
        return error

    def _linear_piece(self, slope: float, intercept: float) -> float:
        """Add E[(x_j - slope z - intercept)²] over two and more active features; return the size of what it sums."""
        law, j = self.law, self.j
        g, start = law.group[j], -(slope * self.bias + intercept)
        d = -slope * self.row
        d[j] += 1.0
        mean, spread, spread_slope = other_moments(law, g, d)
        members = np.flatnonzero(law.group == g)
        states, chances = group_states(law, g, len(members))
        means = start + mean + 0.5 * states @ d[members]
        squares = means**2 + spread + states @ d[members] ** 2 / 12.0
        own = states[:, members == j][:, 0] > 0
        lone = (start + 0.5 * d) ** 2 + d**2 / 12.0
        one = self.one.copy()
        alone, one[j] = one[j], 0.0
        self.parts[FALSE_POSITIVE] += chances[~own] @ squares[~own] - self.none * start**2 - one @ lone
        self.parts[DISTORTION] += chances[own] @ squares[own] - alone * lone[j]
        one[j] = alone
        by_start = 2.0 * (chances @ means - self.none * start - one @ (start + 0.5 * d))
        by_d = spread_slope + float(chances @ means) * law.density[law.group]
        by_d[members] = chances @ (states * (means[:, None] + d[members] / 6.0))
        by_d -= one * (start + 0.5 * d + d / 6.0)
        self.slopes[0] -= slope * by_start
        self.slopes[1:] -= slope * by_d
        return float(chances @ squares)


def group_states(law: GroupLaw, g: int, size: int) -> tuple[Array, Array]:
    """List who is active in a group, shape (states, size), 0 or 1, and the probability of each state."""
    states = np.vstack([np.zeros(size), np.ones((1, size)) if law.together else np.eye(size)])
    return states, np.array([law.silent[g], *(law.density[g],) * (len(states) - 1)])


def other_moments(law: GroupLaw, own: int, d: Array) -> tuple[float, float, Array]:
    """Mean and variance of Σ d_i x_i over all groups but one, :eq:`group-variance`, and its slope by every d_i."""
    p = np.where(np.arange(len(law.density)) == own, 0.0, law.density)
    groups, each = len(p), p[law.group]
    sums = np.bincount(law.group, d, groups)
    squares = np.bincount(law.group, d * d, groups)
    mean = 0.5 * float(p @ sums)
    if law.together:
        spread = p * (1.0 - p) * sums**2 / 4.0 + p * squares / 12.0
        slope = each * (1.0 - each) * sums[law.group] / 2.0 + each * d / 6.0
    else:
        spread = p * squares / 3.0 - p**2 * sums**2 / 4.0
        slope = 2.0 * each * d / 3.0 - each**2 * sums[law.group] / 2.0
    return mean, float(spread.sum()), np.asarray(slope)
