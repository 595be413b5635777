"""A branch followed along r or p to where it ends, by pseudo-arclength steps that pass folds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .branch import Branch, BranchLost, Slopes, State
from .landscape import Pair

Array = NDArray[np.float64]
FIRST, LONGEST, SHORTEST = 0.01, 0.1, 1e-6  # steps of arclength in θ and log r, or p
STEEP = 0.005  # longest step where the branch turns back: two folds that are closer are not seen
RELATIVE = 0.2  # longest step times the density: branches change with its logarithm
CORRECTIONS, CORRECTED = 6, 1e-10  # Newton steps back onto the branch, and where they may stop
LEAP = 0.2  # correction over step: more may be another branch


@dataclass(frozen=True, eq=False)
class Spot:
    """A stationary model on the way, with the direction in which the branch goes on.

    `basis` holds the directions of θ that the walk uses, `tangent` its direction in them and along the control.
    """

    branch: Branch
    theta: Array
    importance: float
    density: float
    control: Pair
    basis: Array
    tangent: Array

    @cached_property
    def slopes(self) -> Slopes:
        """The loss and its derivatives."""
        return self.branch.slopes(self.theta, self.importance, self.density)

    @cached_property
    def softest(self) -> tuple[float, Array]:
        """Smallest eigenvalue of the block's Hessian, and its direction."""
        values, vectors = np.linalg.eigh(self.slopes.hessian)
        return float(values[0]), vectors[:, 0]

    @property
    def state(self) -> State:
        """The model as a state of its branch."""
        return State(self.branch, self.theta, self.importance, self.density, self.slopes)

    @property
    def loosest(self) -> float:
        """Largest overlap of the feature of the block that overlaps the others least."""
        return loosest(self.branch, self.theta)

    def jacobian(self) -> Array:
        """Differentiate the gradient by the coordinates and the control."""
        by_control = self.control[0] * self.slopes.gradient_by_log_r + self.control[1] * self.slopes.gradient_by_p
        return np.asarray(self.basis.T @ np.column_stack([self.slopes.hessian @ self.basis, by_control]))

    def shifted(self, step: Array) -> Spot:
        """Move in the coordinates and along the control; the tangent is kept."""
        theta = self.theta + self.basis @ step[:-1]
        importance = self.importance * math.exp(self.control[0] * step[-1])
        density = float(self.density + self.control[1] * step[-1])
        if not 0.0 < density <= 1.0:
            raise BranchLost(f"a branch was followed out of the diagram, to density={density!r}")
        return Spot(self.branch, theta, importance, density, self.control, self.basis, self.tangent)

    def turned(self) -> Spot:
        """Take the direction of the branch here as tangent, the way the one before went."""
        tangent = np.linalg.svd(self.jacobian())[2][-1]
        tangent = tangent * math.copysign(1.0, float(tangent @ self.tangent))
        return Spot(self.branch, self.theta, self.importance, self.density, self.control, self.basis, tangent)


def loosest(branch: Branch, theta: Array) -> float:
    """Give the largest overlap of the feature of a block that overlaps the others least; 0 where it leaves."""
    weights = branch.unpack(theta)[0]
    gram = np.abs(weights.T @ weights)
    np.fill_diagonal(gram, 0.0)
    return float(gram.max(axis=0).min())


def walk(state: State, basis: Array, control: Pair, towards: int) -> Iterator[Spot]:
    """Follow the stationary models of a branch from a local minimum, also past folds.

    Ends with BranchLost where no step succeeds, as at a kink.
    """
    start = np.append(np.zeros(basis.shape[1]), float(towards))
    theta = basis @ (basis.T @ state.theta) if basis.shape[1] < basis.shape[0] else state.theta
    spot = Spot(state.branch, theta, state.importance, state.density, control, basis, start)
    spot, step = _corrected(spot, 0.0).turned(), FIRST
    yield spot
    while True:
        step = min(step, max(LONGEST * abs(float(spot.tangent[-1])) ** 2, STEEP))
        step = min(step, RELATIVE * spot.density) if control[1] else step
        try:
            ahead = _corrected(spot, step).turned()
        except BranchLost:
            step /= 2
            if step < SHORTEST:
                raise
            continue
        yield ahead
        spot, step = ahead, step * 1.5


def _corrected(spot: Spot, step: float) -> Spot:
    """Step along the tangent, and back onto the branch across it."""
    ahead = spot.shifted(step * spot.tangent)
    back = 0.0
    for _ in range(CORRECTIONS):
        matrix = np.vstack([ahead.jacobian(), spot.tangent])
        right = np.append(ahead.basis.T @ ahead.slopes.gradient, 0.0)
        try:
            change = np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
        except np.linalg.LinAlgError as error:
            raise BranchLost("a bifurcation was met") from error
        size = float(np.linalg.norm(change))
        back += size
        if back > (LEAP * step or LEAP):
            break
        ahead = ahead.shifted(-change)
        if size < CORRECTED:
            return ahead
    raise BranchLost(f"the branch was not found again after a step of {step!r}")
