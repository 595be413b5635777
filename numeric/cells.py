"""The cells of a phase diagram as one batch: many toys that differ in density and importance, solved together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analytic.cube import scratch
from ..analytic.problem import Problem
from ..analytic.tables import activation_table
from .descent import descend_batch
from .polish import GRADIENT_TOLERANCE, MAX_STEPS

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Toys of one size and activation, laid out for the compiled optimizer.

    Parameters
    ----------
    template : Problem
        A toy; its density and importance are ignored.
    densities : array, shape (k,)
    importances : array, shape (k,)
        r, the importance of the extra, last, feature.
    probabilities : array, shape (k, 2^n)
        Of every active set, by its bits.
    """

    template: Problem
    densities: Array
    importances: Array
    probabilities: Array

    @classmethod
    def make(cls, template: Problem, densities: Array, importances: Array) -> Cells:
        """Lay out one cell for each pair of a density and an importance, arrays of the same length."""
        rows = {}
        for density in np.unique(densities):
            rows[density] = np.zeros(2**template.n_features)
            for active, probability in template.replace(density=float(density)).active_sets():
                rows[density][sum(1 << i for i in active)] = float(probability)
        probabilities = np.array([rows[density] for density in densities]).reshape(-1, 2**template.n_features)
        return cls(template, densities, importances, probabilities)

    def __len__(self) -> int:
        return len(self.densities)

    def take(self, index: NDArray[np.intp]) -> Cells:
        """Pick cells, in the order given; repeats are allowed."""
        return Cells(self.template, self.densities[index], self.importances[index], self.probabilities[index])

    @property
    def weights_of_features(self) -> Array:
        """Importance of every feature in every cell, shape (k, n)."""
        ones = np.ones((len(self), self.template.n_features))
        ones[:, -1] = self.importances
        return ones

    @property
    def null_loss(self) -> Array:
        """Σ_i I_i p / 3 of every cell, shape (k,): the natural scale of its losses and gradients."""
        total: Array = self.weights_of_features.sum(axis=1) * self.densities / 3
        return total

    def descend(
        self,
        thetas: Array,
        *,
        free: NDArray[np.bool_] | None = None,
        pin: float = 0.0,
        tolerance: float = GRADIENT_TOLERANCE,
        max_steps: int = MAX_STEPS,
    ) -> tuple[Array, Array]:
        """Minimize from one start a cell, shape (k, m n + n): weights row by row, then biases.

        Returns the end points and an array (k, 3): loss, largest gradient entry, evaluations. `free` and `pin`
        hold coordinates, and the extra's superposition, fixed: see `descent.value_and_gradient`.
        """
        thetas, out = np.array(thetas), np.empty((len(self), 3))
        descend_batch(
            thetas,
            np.ones(thetas.shape[1], dtype=np.bool_) if free is None else free,
            pin,
            self.template.n_hidden,
            self.weights_of_features,
            np.arange(self.probabilities.shape[1]),
            self.probabilities,
            activation_table(self.template.sigma),
            max_steps,
            tolerance * self.null_loss,
            out,
            *scratch(self.template.n_features),
        )
        return thetas, out

    def split(self, thetas: Array) -> tuple[Array, Array]:
        """Take vectors (..., m n + n) apart into weights (..., m, n) and biases (..., n)."""
        m, n = self.template.n_hidden, self.template.n_features
        return thetas[..., : m * n].reshape(*thetas.shape[:-1], m, n), thetas[..., m * n :]
