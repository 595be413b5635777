"""A toy over a grid: one problem for every density and every importance of the extra feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.problem import Problem
from .grids import density_grid, importance_grid, toy_template

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ToyGrid:
    """The cells of a phase diagram, as problems; densities come first wherever cells stand in a row.

    Parameters
    ----------
    template : Problem
        The toy, its density and importance left open.
    densities : array, shape (d,), in (0, 1], ascending
        One density for all features.
    importances : array, shape (r,), > 0, ascending
        Of the extra, last, feature; the others have 1.
    """

    template: Problem
    densities: Array
    importances: Array

    @classmethod
    def checked(
        cls, n_features: Any, n_hidden: Any, density: ArrayLike, importance: ArrayLike, activation: Any
    ) -> ToyGrid:
        """Make a grid of what a user gave.

        Raises
        ------
        TypeError, ValueError
            If the size is neither toy, or an axis is out of range or does not ascend.
        """
        template = toy_template(n_features, n_hidden, activation)
        return cls(template, density_grid(density), importance_grid(importance))

    @property
    def shape(self) -> tuple[int, int]:
        """How many densities, and how many importances."""
        return len(self.densities), len(self.importances)

    @property
    def axes(self) -> dict[str, Array]:
        """The axes by name, as a sweep takes them."""
        return {"density": self.densities, "importance": self.importances}

    @property
    def null_loss(self) -> Array:
        """Loss of the zero model in every cell, shape (d, r)."""
        return np.outer(self.densities, self.template.n_features - 1 + self.importances) / 3

    def problem(self, density: float, importance: float) -> Problem:
        """Return the toy of one cell."""
        return toy_at(self.template, density, importance)

    def problems(self) -> list[Problem]:
        """Return the toys of all cells, in a row."""
        return [self.problem(density, importance) for density in self.densities for importance in self.importances]


def toy_at(template: Problem, density: float, importance: float) -> Problem:
    """Return a toy at a density and an importance of its extra feature."""
    return Problem.toy(
        template.n_features, density=float(density), importance=float(importance), activation=template.activation
    )
