"""Models at any points of a diagram, from the models known on both sides: what bisection asks for."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..analytic.ansatz import CANDIDATES, frozen_model
from ..analytic.loss import evaluate
from ..analytic.problem import Problem
from ..numeric.atlas import all_starts
from ..numeric.cells import Cells

Array = NDArray[np.float64]


class Locator(Protocol):
    """Finds the model at each of k points."""

    def __call__(self, densities: Array, importances: Array, sides: Array, thorough: bool) -> Array:
        """Return models (k, m n + n), given models (2, k, m n + n) known nearby on two sides."""
        ...


def ansatz_losses(problem: Problem) -> tuple[Array, Array]:
    """Return the candidates as vectors (c, m n + n), and their losses output by output (c, n) at importance 1."""
    weights, bias = (
        np.array(part)
        for part in zip(*(frozen_model(name, problem) for name in CANDIDATES[problem.n_features]), strict=True)
    )
    vectors = np.concatenate([weights.reshape(len(weights), -1), bias], axis=1)
    return vectors, evaluate(problem, weights, bias).parts.sum(axis=-1)


def best_ansatz(vectors: Array, outputs: Array, importances: Array) -> tuple[Array, Array]:
    """Pick the candidate of least loss for each importance of the extra: vectors (r, …) and losses (r,)."""
    losses = outputs[:, :-1].sum(axis=1)[:, None] + outputs[:, -1:] * importances
    return vectors[losses.argmin(axis=0)], losses.min(axis=0)


class AnsatzLocator:
    """The best published candidate at each point; candidates' losses are kept by density."""

    def __init__(self, template: Problem) -> None:
        self.template = template
        self._known: dict[float, tuple[Array, Array]] = {}

    def __call__(self, densities: Array, importances: Array, sides: Array, thorough: bool) -> Array:
        """Return the best candidate's vector at each point."""
        found = []
        for density, importance in zip(densities, importances, strict=True):
            if density not in self._known:
                self._known[density] = ansatz_losses(self.template.replace(density=float(density)))
            found.append(best_ansatz(*self._known[density], np.array([importance]))[0][0])
        return np.array(found)


class OptimumLocator:
    """The optimum at each point: from both sides, and from every known phase where a thorough search is asked for."""

    def __init__(self, template: Problem) -> None:
        self.template = template

    def __call__(self, densities: Array, importances: Array, sides: Array, thorough: bool) -> Array:
        """Return the best end point of all starts."""
        cells = Cells.make(self.template, densities, importances)
        starts = np.concatenate([sides, all_starts(cells)]) if thorough else sides
        ends, outs = zip(*(cells.descend(start) for start in starts), strict=True)
        best = np.argmin([out[:, 0] for out in outs], axis=0)
        found: Array = np.array(ends)[best, np.arange(len(cells))]
        return found
