"""The search while the loss has a closed form: every start runs to its end, and the best of the ends hops on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from .polish import polish
from .race import Descents, Progress, each_by_scipy
from .small_hops import hop_small
from .starts import structured_starts

Array = NDArray[np.float64]
OWN = "bfgs"


@dataclass(frozen=True)
class SmallSearch:
    """Descend from every start by "bfgs", compiled and all in one call, or by a method of scipy and then by "bfgs"."""

    problem: Problem
    optimizer: str = OWN
    n_hops: int = 0
    seed: int = 0
    # largest gradient entry of what counts as converged, times the null loss: where a hinge is about to touch a corner
    # descents stall at up to 4e-8
    converged: ClassVar[float] = 1e-7

    def structured(self) -> tuple[Array, Array]:
        """Return a start for every known phase: weights (k, m, n) and biases (k, n); nothing in them is random."""
        return structured_starts(self.problem)

    def descend(self, weights: Array, bias: Array, progress: Progress | None = None) -> Descents:
        """Descend from every model, shapes (k, m, n) and (k, n), to a stationary point; too fast for progress."""
        if self.optimizer != OWN:
            weights, bias, before, trouble = each_by_scipy(self.problem, weights, bias, self.optimizer)
            weights, bias, out = polish(self.problem, weights, bias)
            return Descents(weights, bias, before + int(out[:, 2].sum()), trouble)
        weights, bias, out = polish(self.problem, weights, bias)
        found = Descents(weights, bias, int(out[:, 2].sum()))
        return hop_small(self.problem, found, out[:, 0], self.n_hops, self.seed)
