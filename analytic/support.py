"""Which features are active together: a support law gives the probability of every active set."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from numbers import Integral
from typing import Any

from .domain import GROUP_SIZE, Number

Densities = tuple[Number, ...]
Choice = tuple[tuple[int, ...], Number]  # active features, and the probability of just these
ActiveSets = Iterator[Choice]
ROUNDING = 1e-12  # relative: a density of 1 / n, or a sum of densities that is 1, may have been rounded


class Support(ABC):
    """A law of the active set A, given the marginal density of each feature.

    Everything exact in this library asks only for `choices`; everything sampled asks only for `draw`.
    """

    @abstractmethod
    def choices(self, densities: Densities) -> list[list[Choice]]:
        """List what each group of features may do, (active features, probability); groups are independent."""

    def active_sets(self, densities: Densities) -> ActiveSets:
        """Yield (active features, probability) for every active set of positive probability.

        Parameters
        ----------
        densities : tuple of numbers, length n_features
            Marginal probability of each feature; Fractions stay Fractions.
        """
        for states in product(*reversed(self.choices(densities))):  # the first group varies fastest
            probability: Number = 1
            for _, chance in reversed(states):
                probability = probability * chance
            if probability > 0:
                yield tuple(i for members, _ in reversed(states) for i in members), probability

    def vertices(self, n_features: int) -> int:
        """Bound Σ_A 3^|A|, the work of the closed form, without listing the active sets; every subset of n: 4^n."""
        return int(4**n_features)

    @abstractmethod
    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Turn independent uniforms on [0, 1), shape (..., n_features), into masks of the same shape (True: active)."""

    def spread(self, density: Any, n_features: int) -> Any:
        """Fill in what the user may leave out: None, or one density a group; refuse sizes that don't fit.

        Returns a number, or a tuple of one a feature, not yet checked against the range of a density.
        """
        if density is None:
            raise TypeError("density must be given: a number in (0, 1], or one a feature; only OneHot() knows its own")
        return density

    def check(self, densities: Densities) -> None:  # noqa: B027 (most laws allow any)
        """Refuse densities that the law does not allow, with a ValueError."""


@dataclass(frozen=True)
class Independent(Support):
    """Every feature is active on its own, with its own density.

    Examples
    --------
    >>> import toytoy as tt
    >>> list(tt.Independent().active_sets((0.5, 1.0)))
    [((1,), 0.5), ((0, 1), 0.5)]
    """

    def choices(self, densities: Densities) -> list[list[Choice]]:
        """Every feature is silent or active."""
        return [[((), 1 - p), ((i,), p)] for i, p in enumerate(densities)]

    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Feature i is active where its own uniform is below its own density."""
        return uniforms < densities


@dataclass(frozen=True)
class _Groups(Support):
    """Consecutive groups of features, independent of each other; a group has one density."""

    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        sizes = (self.sizes,) if isinstance(self.sizes, Integral) else self.sizes
        if isinstance(sizes, str) or not hasattr(sizes, "__iter__"):
            raise TypeError(f"sizes must be the group sizes, as in {type(self).__name__}((2, 2)), got sizes={sizes!r}")
        checked = tuple(GROUP_SIZE.check(size, f"sizes[{i}]") for i, size in enumerate(sizes))
        if not checked:
            raise ValueError(f"sizes must hold at least one group, got sizes=(); try {type(self).__name__}((2, 2))")
        object.__setattr__(self, "sizes", checked)

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The features of each group, consecutive."""
        starts = [sum(self.sizes[:g]) for g in range(len(self.sizes))]
        return tuple(tuple(range(start, start + size)) for start, size in zip(starts, self.sizes, strict=True))

    def spread(self, density: Any, n_features: int) -> Any:
        """Give every member its group's density, where there is one a group."""
        if sum(self.sizes) != n_features:
            raise ValueError(
                f"sizes must add up to n_features={n_features}, got support={self!r}, which holds {sum(self.sizes)}"
            )
        density = super().spread(density, n_features)
        if isinstance(density, tuple) and len(density) == len(self.sizes) != n_features:
            return tuple(p for p, size in zip(density, self.sizes, strict=True) for _ in range(size))
        return density

    def check(self, densities: Densities) -> None:
        """Refuse a group whose members differ in density."""
        for group in self.groups:
            own = [densities[i] for i in group]
            if any(p != own[0] for p in own):
                raise ValueError(
                    f"density must be one number a group, got {tuple(own)} for features {group} of {self!r}"
                )


@dataclass(frozen=True)
class CorrelatedGroups(_Groups):
    """The features of a group are active all together, with the group's density p, or all silent.

    Their values are drawn independently. Groups are independent of each other.

    Parameters
    ----------
    sizes : sequence of int
        Size of each group, in the order of the features; they add up to n_features.

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number >= 1, or there is none.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=3, n_hidden=2, density=0.25, support=tt.CorrelatedGroups((2, 1)))
    >>> problem.active_sets()
    (((), 0.5625), ((0, 1), 0.1875), ((2,), 0.1875), ((0, 1, 2), 0.0625))
    """

    def choices(self, densities: Densities) -> list[list[Choice]]:
        """Every group is silent or active as a whole."""
        return [[((), 1 - densities[g[0]]), (g, densities[g[0]])] for g in self.groups]

    def vertices(self, n_features: int) -> int:
        """Each group is silent, or has all its vertices: Π (1 + 3^k)."""
        return int(prod(1 + 3**size for size in self.sizes))

    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Make a group active where the uniform of its first feature is below its density."""
        first = [group[0] for group in self.groups for _ in group]
        return uniforms[..., first] < densities


@dataclass(frozen=True)
class AnticorrelatedGroups(_Groups):
    """Of a group of k features at most one is active: with probability k p ≤ 1 one of them, each as likely.

    p, the density, is the marginal probability of one feature. Groups are independent of each other.

    Parameters
    ----------
    sizes : sequence of int
        Size of each group, in the order of the features; they add up to n_features.

    Raises
    ------
    TypeError, ValueError
        If a size is not a whole number >= 1, or there is none.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem(n_features=2, n_hidden=1, density=0.25, support=tt.AnticorrelatedGroups((2,)))
    >>> problem.active_sets()
    (((), 0.5), ((0,), 0.25), ((1,), 0.25))
    """

    def choices(self, densities: Densities) -> list[list[Choice]]:
        """Every group is silent, or has one feature active."""
        return [[((), _rest(densities[g[0]], len(g))), *(((i,), densities[i]) for i in g)] for g in self.groups]

    def vertices(self, n_features: int) -> int:
        """Each group is silent, or one of k features has three vertices: Π (1 + 3 k)."""
        return int(prod(1 + 3 * size for size in self.sizes))

    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Member t of a group is active where the uniform of its first feature lies in [t p, (t + 1) p)."""
        first = [group[0] for group in self.groups for _ in group]
        turn = [t for group in self.groups for t in range(len(group))]
        return (uniforms[..., first] // densities) == turn

    def check(self, densities: Densities) -> None:
        """Refuse a group whose members differ in density, or whose densities add up to more than 1."""
        super().check(densities)
        for group in self.groups:
            if _rest(densities[group[0]], len(group)) < 0:
                raise ValueError(
                    f"density must be at most 1 / {len(group)} in an anticorrelated group of {len(group)}, where one "
                    f"feature at most is active, got density={densities[group[0]]!r}; it is the density of one feature"
                )


@dataclass(frozen=True)
class OneHot(Support):
    """Exactly one feature is active, each with probability 1 / n: one anticorrelated group of density 1 / n.

    The density may be left out; if given it must be 1 / n.

    References
    ----------
    Chen et al. 2023, "Dynamical versus Bayesian Phase Transitions in a Toy Model of Superposition", arXiv 2310.06301.

    Examples
    --------
    >>> import toytoy as tt
    >>> tt.Problem(n_features=3, n_hidden=2, support=tt.OneHot()).active_sets()
    (((0,), Fraction(1, 3)), ((1,), Fraction(1, 3)), ((2,), Fraction(1, 3)))
    """

    def choices(self, densities: Densities) -> list[list[Choice]]:
        """One feature is active, each with probability 1 / n, a Fraction whatever the type of the density."""
        return [[((i,), Fraction(1, len(densities))) for i in range(len(densities))]]

    def vertices(self, n_features: int) -> int:
        """Three vertices for each feature."""
        return 3 * n_features

    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Make the one feature active that the first uniform times n, rounded down, names."""
        n = uniforms.shape[-1]
        return (uniforms[..., :1] * n) // 1 == list(range(n))

    def spread(self, density: Any, n_features: int) -> Any:
        """Take 1 / n where no density is given."""
        return Fraction(1, n_features) if density is None else density

    def check(self, densities: Densities) -> None:
        """Refuse any density but 1 / n."""
        n = len(densities)
        for p in densities:
            if _rest(p, n) != 0:
                raise ValueError(f"density must be 1 / {n} with OneHot(), or left out, got density={p!r}")


def _rest(density: Number, size: int) -> Any:
    """Probability that an anticorrelated group is silent; 0 where floats add up to 1 but for rounding."""
    silent: Any = 1 - size * density
    return 0 if isinstance(silent, float) and abs(silent) <= ROUNDING else silent
