"""The search beyond the closed form: starts race, the best model hops on, and blocks are solved on their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from .blocks import best_by_blocks
from .large_hops import hop
from .race import LIMITED, Descents, Progress, each_by_scipy, legs_of, race
from .starts import large_starts

Array = NDArray[np.float64]
ROOM = 2**31  # numbers that a search may hold at once, 17 GB
MATRICES, STRUCTURED = 11, 40  # of n by n numbers that one exact loss takes; structured starts, at the most


@dataclass(frozen=True)
class LargeSearch:
    """Descend by "L-BFGS-B", starts racing each other, or by a method of scipy, each to that method's own end."""

    problem: Problem
    optimizer: str = LIMITED
    n_hops: int = 0
    seed: int = 0
    # times the null loss: searches of 20 features end at 6e-15 (p = 1) to 1.6e-7 (p = 0.003)
    converged: ClassVar[float] = 1e-6

    def check_room(self, n_starts: int) -> None:
        """Refuse what no memory holds at once, instead of filling it for minutes first.

        Raises
        ------
        ValueError
            If so many starts need more than 17 GB.
        """
        n, m = self.problem.n_features, self.problem.n_hidden
        numbers = (STRUCTURED + n_starts) * (m + 1) * n + MATRICES * n * n
        if numbers > ROOM:
            raise ValueError(
                f"a search must fit in {8 * ROOM / 1e9:.0f} GB, got n_features={n} with n_hidden={m} and "
                f"n_starts={n_starts}: some {8 * numbers / 1e9:.0f} GB; take fewer features or starts"
            )

    def structured(self) -> tuple[Array, Array]:
        """Return a start for every known structure, slightly shaken: weights (k, m, n) and biases (k, n)."""
        return large_starts(self.problem, self.seed)

    def descend(self, weights: Array, bias: Array, progress: Progress | None = None) -> Descents:
        """Descend from models, shapes (k, m, n) and (k, n), the best of them to a stationary point if time allows."""
        if self.optimizer != LIMITED:
            return each_by_scipy(self.problem, weights, bias, self.optimizer)
        return best_by_blocks(self.problem, self._race_and_hop(weights, bias, progress))

    def _race_and_hop(self, weights: Array, bias: Array, progress: Progress | None) -> Descents:
        runs = sum(legs_of(len(weights)))

        def done(count: int) -> None:
            if progress:
                progress(count, runs + self.n_hops)

        found = race(self.problem, weights, bias, lambda count, _: done(count))
        if not self.n_hops or found.trouble:
            return found
        return hop(self.problem, found, self.n_hops, self.seed, lambda count: done(runs + count))
