"""The loss of a branch as a function of one coordinate, everything else at its best: where folds and onsets show.

At a fold two stationary points meet, and the Hessian is singular. With one coordinate u held, the others are still
determined, and the importance (or the density) at which the held model is stationary is a smooth function of u: a fold
is an extremum of it, a critical point a level inflection, an onset its limit as u goes to 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .branch import Branch, BranchLost, Slopes, State

Array = NDArray[np.float64]
Pair = tuple[float, float]
ALONG_R: Pair = (1.0, 0.0)
ALONG_P: Pair = (0.0, 1.0)
MAX_STEPS = 40
LONGEST_STEP = 0.1  # of any unknown
CLOSE = 1e-7  # Newton steps below this shrink until rounding stops them
ROUNDING = 2e-16  # of a derivative of the loss, in units of its scale: a few roundings of terms below 1


@dataclass(frozen=True, eq=False)
class Landscape:
    """A branch in rotated coordinates, of which the first, u, is held.

    Parameters
    ----------
    branch : Branch
        With a block of features that overlap.
    origin : array, shape (k,)
        The θ whose coordinates are 0.
    frame : array, shape (k, j)
        Orthonormal columns: the held direction, then those in which the rest may move. Fewer than k keep a symmetry.
    """

    branch: Branch
    origin: Array
    frame: Array

    @classmethod
    def coordinate(cls, branch: Branch, index: int) -> Landscape:
        """Hold one entry of θ; u is its value."""
        axes = np.eye(branch.free.size)
        rest = [i for i in range(len(axes)) if i != index]
        return cls(branch, np.zeros(len(axes)), axes[:, [index, *rest]])

    @classmethod
    def along(cls, state: State, direction: Array, within: Array | None = None) -> Landscape:
        """Hold the component along a direction, counted from a state; the rest moves in all, or in given, directions.

        `within` has orthonormal columns whose span holds the direction.
        """
        basis = np.eye(direction.size) if within is None else within
        rotation = np.linalg.qr(np.column_stack([basis.T @ direction, np.eye(basis.shape[1])]))[0]
        rotation[:, 0] *= math.copysign(1.0, float((basis @ rotation[:, 0]) @ direction))
        return cls(state.branch, state.theta, basis @ rotation)

    def held(self, u: float, importance: float, density: float, near: Array) -> Held:
        """Bring everything but u to its stationary value, from the θ given.

        Raises
        ------
        BranchLost
            If there is none within reach.
        """
        return self._solve(u, (importance, density), ALONG_R, near, held=True)

    def stationary(self, u: float, importance: float, density: float, near: Array, control: Pair = ALONG_R) -> Held:
        """Find where the model is stationary in u too, along a direction of (log r, p) from the place given.

        Raises
        ------
        BranchLost
            If that is not within reach.
        """
        return self._solve(u, (importance, density), control, near, held=False)

    def _solve(self, u: float, start: Pair, control: Pair, near: Array, held: bool) -> Held:
        unknown = np.append(self.frame.T @ (near - self.origin), 0.0)  # the last one moves along the control
        unknown[0] = u
        rows, columns = slice(1 if held else 0, None), slice(1, -1 if held else None)
        previous, place, theta = math.inf, start, near
        for _ in range(MAX_STEPS):
            shift = float(unknown[-1])
            place = start[0] * math.exp(control[0] * shift), start[1] + control[1] * shift
            theta = self.origin + self.frame @ unknown[:-1]
            if not 0.0 < place[1] <= 1.0 or not 0.0 < place[0] < math.inf:
                raise BranchLost(f"no stationary model at density={place[1]!r}, importance={place[0]!r}")
            slopes = self.branch.slopes(theta, *place)
            point = Held(self, float(unknown[0]), *place, theta, slopes, control)
            size, step = _newton(point.gradient[rows], point.jacobian[rows, columns])
            if size >= 0.3 * previous and previous < CLOSE:
                return point
            previous = size
            unknown[columns] -= step
        raise BranchLost(f"no stationary model with u={u!r} near importance={start[0]!r}, density={start[1]!r}")


@dataclass(frozen=True, eq=False)
class Held:
    """A model of a landscape: its rest is stationary, u may not be.

    Its derivatives follow the rest: `push` is h = ∂L/∂u, which they make the whole derivative, and `stiffness` h_u is
    the Schur complement of the rest in the Hessian, :eq:`boundary-held`.
    """

    landscape: Landscape
    u: float
    importance: float
    density: float
    theta: Array
    slopes: Slopes
    control: Pair = ALONG_R

    @cached_property
    def gradient(self) -> Array:
        """Derivatives of the loss by the coordinates."""
        return np.asarray(self.landscape.frame.T @ self.slopes.gradient)

    @cached_property
    def jacobian(self) -> Array:
        """Derivatives of the gradient by the coordinates and along the control, shape (j, j + 1)."""
        frame, slopes = self.landscape.frame, self.slopes
        moved = self.control[0] * slopes.gradient_by_log_r + self.control[1] * slopes.gradient_by_p
        return np.asarray(frame.T @ np.column_stack([slopes.hessian @ frame, moved]))

    @cached_property
    def _schur(self) -> Array:
        """Derivatives of h by u, log r and p, the rest following."""
        frame, slopes = self.landscape.frame, self.slopes
        right = np.column_stack([slopes.hessian @ frame[:, 0], slopes.gradient_by_log_r, slopes.gradient_by_p])
        right, rest = frame.T @ right, self.jacobian[:, 1:-1]
        return np.asarray(right[0] - rest[0] @ np.linalg.solve(rest[1:], right[1:]))

    @property
    def push(self) -> float:
        """The derivative h(u) of the loss."""
        return float(self.gradient[0])

    @property
    def stiffness(self) -> float:
        """The second derivative h_u of the loss: positive at a minimum, 0 at a fold."""
        return float(self._schur[0])

    @property
    def push_by_log_r(self) -> float:
        """∂h/∂log r at fixed u."""
        return float(self._schur[1])

    @property
    def push_by_p(self) -> float:
        """∂h/∂p at fixed u."""
        return float(self._schur[2])

    @property
    def push_by_control(self) -> float:
        """∂h along the control."""
        return self.control[0] * self.push_by_log_r + self.control[1] * self.push_by_p

    @property
    def lean(self) -> float:
        """Slope of the control by u along the stationary models: -h_u over ∂h along the control; 0 at a fold."""
        return -self.stiffness / self.push_by_control

    @property
    def noise(self) -> float:
        """What rounding of h does to the control."""
        return ROUNDING / abs(self.push_by_control)

    @property
    def loss(self) -> float:
        """Exact loss, up to rounding."""
        return self.slopes.loss

    @cached_property
    def state(self) -> State:
        """The same model as a state of its branch."""
        return State(self.landscape.branch, self.theta, self.importance, self.density, self.slopes)


def _newton(gradient: Array, jacobian: Array) -> tuple[float, Array]:
    try:
        step = np.linalg.solve(jacobian, gradient)
    except np.linalg.LinAlgError as error:
        raise BranchLost("the rest of the model is not determined by the coordinate held") from error
    longest = float(np.abs(step).max(initial=0.0))
    if not math.isfinite(longest):
        raise BranchLost("the rest of the model is not determined by the coordinate held")
    return longest, np.asarray(step * min(1.0, LONGEST_STEP / max(longest, LONGEST_STEP)), dtype=np.float64)
