"""Which features are active together: a support law gives the probability of every active set."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from .domain import Number


class Support(ABC):
    """A law of the active set A, given the marginal density of each feature.

    Everything exact in this library asks only for `active_sets`; everything sampled asks only for `draw`.
    """

    @abstractmethod
    def active_sets(self, densities: tuple[Number, ...]) -> Iterator[tuple[tuple[int, ...], Number]]:
        """Yield (active features, probability) for every active set of positive probability.

        Parameters
        ----------
        densities : tuple of numbers, length n_features
            Marginal probability of each feature; Fractions stay Fractions.
        """

    @abstractmethod
    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Turn independent uniforms, shape (..., n_features), into masks of the same shape (True where active)."""


@dataclass(frozen=True)
class Independent(Support):
    """Every feature is active on its own, with its own density.

    Examples
    --------
    >>> import toytoy as tt
    >>> list(tt.Independent().active_sets((0.5, 1.0)))
    [((1,), 0.5), ((0, 1), 0.5)]
    """

    def active_sets(self, densities: tuple[Number, ...]) -> Iterator[tuple[tuple[int, ...], Number]]:
        """Yield (active features, probability), the probability a product over features."""
        n = len(densities)
        for states in product((False, True), repeat=n):
            probability: Number = 1
            for active, density in zip(reversed(states), densities, strict=True):
                probability = probability * (density if active else 1 - density)
            if probability > 0:
                yield tuple(i for i in range(n) if states[n - 1 - i]), probability

    def draw(self, uniforms: Any, densities: Any) -> Any:
        """Feature i is active where its own uniform is below its own density."""
        return uniforms < densities
