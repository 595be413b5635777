"""Laws of features in independent groups, all of a group active together or one of them: factors of E e^(sz).

A group's factor, :eq:`group-factor`, is 1 - p + p Π ψ_i together, 1 - k p + p Σ ψ_i one at a time. What two and
more active features do is the product of the factors less what none, and each one alone, do.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .problem import Problem
from .support import ROUNDING, AnticorrelatedGroups, CorrelatedGroups, Densities, OneHot, Support

Array = NDArray[np.float64]
Values = NDArray[Any]  # real, or complex at the nodes of a line


class GroupLaw(NamedTuple):
    """Which features are active, as long as those that are not listed are silent.

    together; features, shape (k,), by group; group, shape (k,), of each; density and silent, shape (groups,): the
    probability of a member, and of none in the group; scale: the probability that groups left out are silent.
    """

    together: bool
    features: NDArray[np.int64]
    group: NDArray[np.int64]
    density: Array
    silent: Array
    scale: float

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many features each group has."""
        return np.bincount(self.group, minlength=len(self.density))

    @property
    def several(self) -> bool:
        """Tell whether two features can be active at once."""
        return self.scale > 0 and (len(self.density) > 1 or (self.together and len(self.features) > 1))

    def few(self) -> tuple[float, Array]:
        """Give the probability that no feature is active, and of each that it alone is, shape (k,)."""
        others = self.scale * exclusive(self.silent)
        lone = np.where((self.sizes == 1) | (not self.together), self.density, 0.0)
        return float(self.scale * self.silent.prod()), (lone * others)[self.group]

    def blocks(self, psi: Values) -> Values:
        """Multiply the ψ of each group, or add them where one member at a time is active: (k, …) to (groups, …)."""
        if not len(self.features):
            return psi
        starts = np.flatnonzero(np.diff(self.group, prepend=-1))
        return (np.multiply if self.together else np.add).reduceat(psi, starts, axis=0)

    def silenced(self, keep: NDArray[np.bool_]) -> GroupLaw:
        """Return the law of the features kept, shape (k,), while all others are silent; it adds up to less than 1."""
        kept = np.bincount(self.group[keep], minlength=len(self.density))
        live = kept == self.sizes if self.together else kept > 0
        inside = keep & live[self.group]
        renumbered = (np.cumsum(live) - 1)[self.group[inside]]
        scale = self.scale * float(self.silent[~live].prod())
        return GroupLaw(self.together, self.features[inside], renumbered, self.density[live], self.silent[live], scale)


def is_grouped(support: Support) -> bool:
    """Tell whether a law is one of these."""
    return isinstance(support, (CorrelatedGroups, AnticorrelatedGroups, OneHot))


def group_law(problem: Problem) -> GroupLaw:
    """Lay out the law of a problem's features.

    Raises
    ------
    TypeError
        If they are not in groups.
    """
    n, support = problem.n_features, problem.support
    groups: tuple[tuple[int, ...], ...]
    densities: Densities
    if isinstance(support, OneHot):
        groups, densities = (tuple(range(n)),), (1.0 / n,) * n
    elif isinstance(support, (CorrelatedGroups, AnticorrelatedGroups)):
        groups, densities = support.groups, problem.densities
    else:
        raise TypeError(f"group_law needs groups of features, got support={support!r}; see CorrelatedGroups")
    together = isinstance(support, CorrelatedGroups)
    rest = [float(1 - (1 if together else len(g)) * densities[g[0]]) for g in groups]
    silent = np.array([0.0 if abs(p) <= ROUNDING and not together else p for p in rest])
    density = np.array([float(densities[g[0]]) for g in groups])
    return GroupLaw(
        together, np.arange(n), np.repeat(np.arange(len(groups)), [*map(len, groups)]), density, silent, 1.0
    )


def exclusive(factors: Values) -> Values:
    """Multiply all factors but one along the first axis, for each of them, without a division."""
    before, after = np.ones_like(factors), np.ones_like(factors)
    before[1:] = np.cumprod(factors[:-1], axis=0)
    after[:-1] = np.cumprod(factors[:0:-1], axis=0)[::-1]
    return np.asarray(before * after)


class Company(NamedTuple):
    """What two and more active features make of E e^(sv), with the output's own feature silent, or active.

    silent, active, shape (nodes,), the latter without its own ψ; rest, shape (groups, nodes), products of the other
    groups' factors, the own group's left out of all; own_silent, own_active: that one's factor; without, the ψ, the own
    one left out of its group.
    """

    silent: Values
    active: Values
    rest: Values
    own_silent: Values
    own_active: Values
    without: Values


def company(law: GroupLaw, own: int, psi: Values) -> Company:
    """Evaluate a law at the nodes of ψ, shape (k, nodes); own is the place of the output's feature, or -1."""
    without = psi.copy()
    if own >= 0:
        without[own] = 1.0 if law.together else 0.0
    member = law.density[:, None] * law.blocks(without)
    factors = law.silent[:, None] + member
    if own < 0:
        more = law.scale * _sorted_product(law, member, -1)[2]
        absent = np.zeros_like(more)
        return Company(more, absent, law.scale * exclusive(factors), np.ones_like(more), absent, without)
    g = law.group[own]
    none, one, more = _sorted_product(law, member, g)
    if law.together:
        mates = none if law.sizes[g] > 1 else 0.0
        own_silent, own_active = np.full_like(member[g], law.silent[g]), member[g]
        silent, active = law.silent[g] * more, member[g] * (mates + one + more)
    else:
        own_silent, own_active = factors[g].copy(), np.full_like(member[g], law.density[g])
        silent, active = own_silent * more + member[g] * one, law.density[g] * (one + more)
    factors[g] = 1.0
    rest = law.scale * exclusive(factors)
    return Company(law.scale * silent, law.scale * active, rest, own_silent, own_active, without)


def _sorted_product(law: GroupLaw, member: Values, out: int) -> tuple[float, Values, Values]:
    """Sort the product over all groups but one by what is active: none, one feature, more.

    Each has its own recurrence, since the product less its other parts would cancel.
    """
    none, one = 1.0, np.zeros_like(member[0])
    more = one
    for g, (silent, active, size) in enumerate(zip(law.silent.tolist(), member, law.sizes.tolist(), strict=True)):
        if g != out:
            company = none * active if law.together and size > 1 else 0.0
            more = more * (silent + active) + one * active + company
            one = silent * one + (0.0 if law.together and size > 1 else none * active)
            none *= silent
    return none, one, more


def pull(law: GroupLaw, own: int, at: Company, psi_slope: Values, kernels: tuple[Values, Values]) -> Array:
    """Sum, over nodes, kernels times the derivatives of silent and active company by every other ψ, shape (k,)."""
    _, one = law.few()
    kernel_silent, kernel_active = kernels
    outer = at.rest * (at.own_silent * kernel_silent + at.own_active * kernel_active)
    if own >= 0:
        g = law.group[own]
        outer[g] = at.rest[g] * (kernel_active if law.together else kernel_silent)
    outer = outer * law.density[:, None]
    sums = np.zeros(len(law.features))
    for g in range(len(law.density)):
        members = law.group == g
        inner = exclusive(at.without[members]) if law.together else 1.0
        sums[members] = (psi_slope[members] * (inner * outer[g] - one[members, None] * kernel_silent)).sum(1).real
    if own >= 0:
        sums[own] = 0.0
    return sums
