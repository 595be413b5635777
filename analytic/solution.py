"""One answer, with everything a reader needs to judge it: the same fields whatever the method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .estimate import Estimate
from .problem import Problem
from .regime import Regime
from .structure import Structure

Array = NDArray[np.float64]


class Kind(StrEnum):
    """Which of three answers a `Solution` is; they are never exchanged for one another."""

    ANSATZ = "ansatz"  # the best of a restricted family
    OPTIMUM = "optimum"  # the global minimum over all weights and biases, found by search
    TRAINED = "trained"  # what a given optimizer reached from a given initialization


class Kink(NamedTuple):
    """A place where the second derivative of the loss jumps.

    With exactly the features `active` at their largest value, the input of output `feature` sits on `hinge`.
    """

    feature: int
    active: tuple[int, ...]
    hinge: float


class Run(NamedTuple):
    """One start or instance: its exact loss, where it ended, and its loss history if kept."""

    loss: float
    weights: Array
    bias: Array
    history: Array | None


@dataclass(frozen=True, eq=False)
class Runs:
    """Every start of an optimizer, or every instance trained.

    Parameters
    ----------
    losses : array, shape (k,)
        Exact losses.
    weights : array, shape (k, n_hidden, n_features)
    bias : array, shape (k, n_features)
    tolerance : float
        Losses that differ by no more count as the same minimum.
    histories : array, shape (k, t), or None
        Loss along each run, where it was kept.
    """

    losses: Array
    weights: Array
    bias: Array
    tolerance: float
    histories: Array | None = None

    def __len__(self) -> int:
        return len(self.losses)

    def __getitem__(self, index: int) -> Run:
        history = None if self.histories is None else self.histories[index]
        return Run(float(self.losses[index]), self.weights[index], self.bias[index], history)

    def __iter__(self) -> Iterator[Run]:
        return (self[i] for i in range(len(self)))

    @property
    def best(self) -> int:
        """Index of the run of least exact loss."""
        return int(np.argmin(self.losses))

    @property
    def hits(self) -> int:
        """How many runs reached the least loss."""
        return int(np.sum(self.losses <= self.losses.min() + self.tolerance))

    @property
    def n_distinct(self) -> int:
        """How many different losses were reached: a lower bound on the number of distinct minima."""
        return 1 + int(np.sum(np.diff(np.sort(self.losses)) > self.tolerance))


@dataclass(frozen=True, eq=False)
class Solution:
    """A model, its exact loss, and how it was found. It is its run of least exact loss.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
    loss : Estimate
        The exact population loss of these weights and biases, with its rounding error.
    gradient_norm : float
        Largest entry, in absolute value, of the loss's gradient there.
    kinks : tuple of Kink
        Hinges that the model sits on; Newton and Hessian tests are invalid there.
    regimes : tuple of Regime
        One a feature, at `tolerance`.
    structure : Structure
        Orthogonal blocks of WᵀW, at `tolerance`.
    tolerance : float
        On squared norms and squared overlaps; see `regimes`.
    status : str
        "converged", or why not.
    kind : {"ansatz", "optimum", "trained"}
    method : str
        The solver's repr.
    seed : int or None
    n_evaluations : int
        Evaluations of loss and gradient, all runs together.
    runs : Runs
        Every start or instance.

    Examples
    --------
    >>> import toytoy as tt
    >>> solution = tt.ansatz("antipodal", tt.Problem.toy(2, importance=1.0, density=0.5))
    >>> print(solution.kind, solution.structure)
    ansatz antipodal[0,1]
    """

    problem: Problem
    weights: Array
    bias: Array
    loss: Estimate
    gradient_norm: float
    kinks: tuple[Kink, ...]
    regimes: tuple[Regime, ...]
    structure: Structure
    tolerance: float
    status: str
    kind: Kind
    method: str
    seed: int | None
    n_evaluations: int
    runs: Runs

    def _repr_html_(self) -> str | None:
        """Show it in a notebook."""
        from .cards import shown
        from .notebook import solution_card

        return shown(solution_card, self)
