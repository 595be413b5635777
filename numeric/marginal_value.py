"""The marginal value of capacity at an optimum, feature by feature, and whether the equal-marginal rule holds there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.capacity_value import capacity_slopes, check_priced, first_values, output_loss, row_model
from ..analytic.domain import short
from ..analytic.gram import capacity
from ..analytic.hessian import second_derivatives
from ..analytic.loss import loss_and_grad
from ..analytic.regime import Regime
from ..analytic.solution import Solution
from .capacity_curve import alone, last_value

__all__ = ["MarginalValues", "Transfer", "marginal_values"]

Array = NDArray[np.float64]
LARGEST = 10  # features: the errors come from second derivatives in closed form
GRADIENT_ERROR = 1e-10  # of the gradient's norm, or of 1e-5: see `loss_and_grad`
FLAT = 1e-7  # of the largest eigenvalue: directions flatter than this, rotations among them, are not stepped along
EPS = float(np.finfo(np.float64).eps)


class Transfer(NamedTuple):
    """Capacity is worth more at `receiver`, which could hold more, than at `giver`, which holds some.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.marginal_value import marginal_values
    >>> best = tt.minimize(tt.Problem.toy(3, importance=2.0, density=0.3), tt.Multistart(n_starts=8))
    >>> marginal_values(best).transfers  # none is left at an optimum
    ()
    """

    receiver: int
    giver: int
    gain: float
    error: float
    same_block: bool


@dataclass(frozen=True, eq=False)
class MarginalValues:
    """What capacity is worth at the margin to each feature of a model.

    Parameters
    ----------
    solution : Solution
    capacity : array, shape (n_features,)
        C_j, in [0, 1].
    values : array, shape (n_features,)
        Loss saved per unit of capacity, importance included: -∂L_j/∂C_j of a superposed feature with the scale of its
        row held, :eq:`capacity-value`; of the first bit of a dropped one, :eq:`capacity-first`; of the last bit of a
        dedicated one, :eq:`capacity-last`.
    errors : array, shape (n_features,)
        Of the values: rounding, and what a Newton step toward the optimum changes.
    alone : array, shape (n_features,)
        -dV_j/dC_j, :eq:`capacity-curve`: scale, directions and bias at their best for feature j alone. At the ends the
        same as `values`.
    alone_errors : array, shape (n_features,)
        What a finite difference of V_j gives else: large where the minimizer jumps nearby.
    slack : array, shape (n_features,)
        L_j - V_j(C_j) >= 0: what feature j could save at the capacity it has. NaN at the ends.
    """

    solution: Solution
    capacity: Array
    values: Array
    errors: Array
    alone: Array
    alone_errors: Array
    slack: Array

    @property
    def superposed(self) -> NDArray[np.bool_]:
        """Which features have a capacity between 0 and 1."""
        return np.array([regime is Regime.SUPERPOSED for regime in self.solution.regimes])

    @property
    def spread(self) -> float:
        """Largest minus smallest value among superposed features; 0 if there are fewer than two."""
        return float(np.ptp(self.values[self.superposed])) if self.superposed.any() else 0.0

    @property
    def block_spread(self) -> float:
        """The same within a block of the structure, the largest over the blocks."""
        blocks = [list(block.features) for block in self.solution.structure.blocks]
        shared = [self.values[block] for block in blocks if self.superposed[block].all()]
        return max((float(np.ptp(values)) for values in shared), default=0.0)

    @property
    def unused(self) -> float:
        """Hidden dimensions minus Σ_j C_j, :eq:`capacity-sum`: 0 where every block is a tight frame."""
        return float(self.solution.problem.n_hidden - self.capacity.sum())

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Every pair that breaks the equal-marginal rule, :eq:`capacity-rule`, by more than the errors."""
        full = [regime is Regime.DEDICATED for regime in self.solution.regimes]
        empty = [regime is Regime.NOT_REPRESENTED for regime in self.solution.regimes]
        block = {i: k for k, each in enumerate(self.solution.structure.blocks) for i in each.features}
        found = []
        for i in (i for i in range(len(full)) if not full[i]):
            for j in (j for j in range(len(full)) if j != i and not empty[j]):
                gain, error = float(self.values[i] - self.values[j]), float(self.errors[i] + self.errors[j])
                if gain > error:
                    found.append(Transfer(i, j, gain, error, block[i] == block[j]))
        return tuple(found)

    @property
    def holds(self) -> bool:
        """Whether superposed features have equal values, dropped ones no higher and dedicated ones no lower."""
        return not self.transfers


def marginal_values(solution: Solution) -> MarginalValues:
    """Find what capacity is worth at the margin to each feature, to test the equal-marginal rule, :eq:`capacity-rule`.

    Scherlis et al. take the loss for a sum Σ_j L_j(C_j) in which only capacities count, so that at an optimum no
    feature can value capacity higher than another that has some to give. In the toy it is a theorem for a pair that
    shares one dimension, :eq:`capacity-pair`, and elsewhere a question.

    Parameters
    ----------
    solution : Solution
        A minimum; 2 to 10 independent features, activation "relu" or "linear".

    Returns
    -------
    MarginalValues

    Raises
    ------
    TypeError
        If it is not a Solution.
    ValueError
        If the problem is another.

    References
    ----------
    Scherlis et al. 2022, "Polysemanticity and Capacity in Neural Networks", arXiv 2210.01892.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.marginal_value import marginal_values
    >>> best = tt.minimize(tt.Problem.toy(3, importance=2.0, density=0.3), tt.Multistart(n_starts=8))
    >>> print(best.structure)
    dedicated[2] + antipodal[0,1]
    >>> found = marginal_values(best)
    >>> (found.values / 0.0775).round(4), found.holds  # 0.0775: variance of a feature
    (array([0.4038, 0.4038, 0.6378]), True)
    """
    if not isinstance(solution, Solution):
        raise TypeError(f"solution must be a Solution, got solution={short(solution)}; see tt.minimize")
    problem = check_priced(solution.problem)
    if not 2 <= problem.n_features <= LARGEST:
        raise ValueError(
            f"n_features must lie in [2, {LARGEST}] for marginal values, got n_features={problem.n_features}; "
            "capacity_slopes gives values without errors"
        )
    values, errors = _values(solution)
    others, other_errors, slack = values.copy(), errors.copy(), np.full(len(values), np.nan)
    for j, regime in enumerate(solution.regimes):
        if regime is Regime.SUPERPOSED:
            least, others[j], other_errors[j] = alone(problem, solution.weights, solution.bias, j)
            own, _, _ = output_loss(problem, j, row_model(solution.weights, j), float(solution.bias[j]))
            slack[j] = own - least
    return MarginalValues(solution, capacity(solution.weights), values, errors, others, other_errors, slack)


def _values(solution: Solution) -> tuple[Array, Array]:
    """Values by regime, and their errors."""
    problem, regimes = solution.problem, solution.regimes
    values = capacity_slopes(problem, solution.weights, solution.bias)
    errors = np.abs(capacity_slopes(problem, *_stepped(solution)) - values) + _rounding(solution)
    first = first_values(problem)
    for j, regime in enumerate(regimes):
        if regime is Regime.NOT_REPRESENTED:
            values[j], errors[j] = first[j], 8 * EPS * first[j]
        elif regime is Regime.DEDICATED:
            values[j], errors[j] = last_value(problem, j)
    return values, errors


def _stepped(solution: Solution) -> tuple[Array, Array]:
    """Take one Newton step in the directions that bend; how far values move tells how far the optimum is."""
    problem, weights, bias = solution.problem, solution.weights, solution.bias
    _, d_weights, d_bias = loss_and_grad(problem, weights, bias)
    bend, along = np.linalg.eigh(second_derivatives(problem, weights, bias))
    downhill = along.T @ np.concatenate([d_weights.ravel(), d_bias])
    curved = bend > FLAT * np.abs(bend).max()
    step = along[:, curved] @ (downhill[curved] / bend[curved])
    return weights - step[: weights.size].reshape(weights.shape), bias - step[weights.size :]


def _rounding(solution: Solution) -> Array:
    """Bound the rounding of slopes: the gradient's, times how fast a row turns with its capacity."""
    gram, shares = solution.weights.T @ solution.weights, capacity(solution.weights)
    squares = np.diagonal(gram)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(squares / shares)
        speed = scale / np.sqrt(4 * shares * (1 - shares))
    largest = max(float(i) for i in solution.problem.importances)
    return np.asarray(GRADIENT_ERROR * solution.problem.null_loss * max(largest, 1.0) * speed)
