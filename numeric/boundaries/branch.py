"""Families of local minima of the toys that vary smoothly with importance and density, followed by Newton's method.

A model whose Gram matrix has orthogonal blocks separates: a feature alone in its block is reconstructed without error
by the ReLU, one that is dropped costs its importance times v, and what is left is one block of features that overlap,
with a loss of its own: :eq:`boundary-blocks`. There it is twice differentiable, which it is not where an overlap
vanishes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...analytic.cube import scratch
from ...analytic.hessian import second_derivatives
from ...analytic.problem import Problem
from ...analytic.rows import evaluate_batch
from ...analytic.structure import NOT_REPRESENTED, structure
from ...analytic.tables import activation_table

Array = NDArray[np.float64]
MAX_STEPS = 30
SETTLED = 1e-13  # of a Newton step: the loss at θ is then exact to 1e-26
STALLED = 1e-7  # below which a step that no longer shrinks is rounding over a small eigenvalue
LONGEST_STEP = 0.2  # of a coordinate: further away another branch is as near
LEAP = 0.02  # from the prediction to what is found: on one branch it is the square of a step
TOUCHING = 1e-4  # overlap with the extra, the root of the tolerance at which blocks are told apart
CONNECTED = 1e-14  # squared overlap below which features do not: rounding, squared and more


class BranchLost(ArithmeticError):
    """A branch of local minima was not found at a point: it ends before it."""


@dataclass(frozen=True)
class Branch:
    """What a family of local minima has in common.

    Parameters
    ----------
    n_features : int
        2 or 3: the toy.
    block : tuple of int
        Features that overlap, none, two, or all three.
    dropped : tuple of int
        Features that are not represented; whatever else is dedicated.
    """

    n_features: int
    block: tuple[int, ...]
    dropped: tuple[int, ...]

    @classmethod
    def at(cls, weights: Array, bias: Array, importance: float, density: float) -> State:
        """Settle on the local minimum that a model of a whole toy is near.

        Of the first two features of (3,2), which are equally important, the one that shares the extra's dimension comes
        first, or else the longer one.
        """
        if weights.shape[-1] > 2:
            gram = weights.T @ weights
            first, second = ((abs(gram[i, 2]) > TOUCHING, gram[i, i]) for i in (0, 1))
            if second > first:
                weights, bias = weights[:, [1, 0, 2]], bias[[1, 0, 2]]
        branch = cls.of(weights)
        return branch.settle(branch.read(weights, bias), importance, density)

    @classmethod
    def of(cls, weights: Array, tolerance: float = 1e-8) -> Branch:
        """Return the branch a model belongs to, by the blocks of its Gram matrix."""
        blocks = structure(weights, tolerance).blocks
        dropped = tuple(i for b in blocks if b.name == NOT_REPRESENTED for i in b.features)
        block = max((b.features for b in blocks if b.name != NOT_REPRESENTED), key=len, default=())
        return cls(weights.shape[-1], block if len(block) > 1 else (), dropped)

    @property
    def extra(self) -> int:
        """The feature whose importance is r."""
        return self.n_features - 1

    @cached_property
    def free(self) -> NDArray[np.intp]:
        """Coordinates of the block that are not fixed by a rotation: its last column lies on the first axis."""
        k = len(self.block)
        size = (k - 1) * k + k
        return np.delete(np.arange(size), [2 * k - 1] if k == 3 else [])

    def read(self, weights: Array, bias: Array) -> Array:
        """Take θ, the coordinates of the block, from a whole model; shape (0,), (4,) or (8,).

        Rotations and reflections are used up: the last column lies on the first axis, the first one above it.
        """
        if not self.block:
            return np.empty(0)
        columns = weights[:, self.block]
        axis = columns[:, -1] / np.linalg.norm(columns[:, -1])
        if len(self.block) == 2:  # both lie on one line
            rows = axis[None] @ columns
        else:
            rows = np.array([axis, [-axis[1], axis[0]]]) @ columns
            rows[1] *= math.copysign(1.0, rows[1, 0])
            rows[1, -1] = 0.0
        return np.concatenate([rows.ravel(), bias[list(self.block)]])[self.free]

    def model(self, theta: Array, density: float) -> tuple[Array, Array]:
        """Write the whole model: weights (m, n) and bias (n,)."""
        n = self.n_features
        weights, bias = np.zeros((n - 1, n)), np.zeros(n)
        bias[list(self.dropped)] = density / 2
        used = 0
        if self.block:
            rows, bias[list(self.block)] = self.unpack(theta)
            used = len(rows)
            weights[:used, self.block] = rows
        for axis, lone in enumerate(i for i in range(n) if i not in self.block and i not in self.dropped):
            weights[used + axis, lone] = 1.0
        return weights, bias

    def unpack(self, theta: Array) -> tuple[Array, Array]:
        """Take θ apart into the block's weights (k - 1, k) and biases (k,)."""
        k = len(self.block)
        full = np.zeros((k - 1) * k + k)
        full[self.free] = theta
        return full[: (k - 1) * k].reshape(k - 1, k), full[(k - 1) * k :]

    def settle(self, theta: Array, importance: float, density: float) -> State:
        """Find the local minimum near θ, by Newton's method on the exact gradient and Hessian.

        Raises
        ------
        BranchLost
            If there is none within reach.
        """
        if not 0.0 < density <= 1.0:
            raise BranchLost(f"a branch was followed out of the diagram, to density={density!r}")
        theta, before = np.array(theta), math.inf
        for _ in range(MAX_STEPS):
            slopes = self.slopes(theta, importance, density)
            step = _newton_step(slopes)
            size = np.abs(step).max(initial=0.0)
            if size <= SETTLED or (size <= STALLED and size > before / 2):
                break
            theta, before = theta - step, size
        else:
            raise BranchLost(f"no local minimum of this kind near importance={importance!r}, density={density!r}")
        state = State(self, theta, importance, density, slopes)
        if self.block and Branch.of(state.model[0], CONNECTED).block != self.block:
            raise BranchLost(f"the overlaps of {self.block} vanish near importance={importance!r}, density={density!r}")
        return state

    def slopes(self, theta: Array, importance: float, density: float) -> Slopes:
        """Compute the loss with its derivatives by θ, by log r and by p, exact as the closed form is."""
        p, r = density, importance
        v, dv = p / 3 - p * p / 4, 1 / 3 - p / 2
        shares = np.array([r if i == self.extra else 1.0 for i in self.dropped])
        fixed = float(shares.sum())
        loss, by_log_r, by_p = v * fixed, v * r * (self.extra in self.dropped), dv * fixed
        if not self.block:
            empty = np.empty(0)
            return Slopes(loss, by_log_r, by_p, empty, empty, empty, np.empty((0, 0)))
        size, has_extra = len(self.block), self.extra in self.block
        problem = Problem.toy(size, importance=r if has_extra else 1.0, density=p)
        weights, bias = self.unpack(theta)
        losses, gradients = _evaluated(problem, weights, bias, r if has_extra else 0.0)
        hessian = second_derivatives(problem, weights, bias)
        return Slopes(
            loss + losses[0],
            by_log_r + losses[1],
            by_p + losses[2],
            gradients[0][self.free],
            gradients[1][self.free],
            gradients[2][self.free],
            hessian[np.ix_(self.free, self.free)],
        )


@dataclass(frozen=True, eq=False)
class Slopes:
    """The loss of a branch's model and its derivatives: `by_p` is ∂L/∂p, `gradient_by_p` the mixed ∂²L/∂θ∂p."""

    loss: float
    by_log_r: float
    by_p: float
    gradient: Array
    gradient_by_log_r: Array
    gradient_by_p: Array
    hessian: Array


@dataclass(frozen=True, eq=False)
class State:
    """One local minimum: a branch at one importance and density.

    Along the branch the loss has the slopes ∂L/∂log r and ∂L/∂p at fixed θ, since θ is stationary (envelope theorem).
    """

    branch: Branch
    theta: Array
    importance: float
    density: float
    slopes: Slopes

    @property
    def loss(self) -> float:
        """Exact loss, up to rounding."""
        return self.slopes.loss

    @cached_property
    def model(self) -> tuple[Array, Array]:
        """The whole model: weights (m, n) and bias (n,)."""
        return self.branch.model(self.theta, self.density)

    @property
    def size(self) -> float:
        """‖W_e‖ of the extra feature."""
        return float(np.linalg.norm(self.model[0][:, -1]))

    @cached_property
    def softest(self) -> float:
        """Smallest eigenvalue of the block's Hessian; infinite without a block."""
        hessian = self.slopes.hessian
        return float(np.linalg.eigvalsh(hessian)[0]) if hessian.size else math.inf

    def predicted(self, importance: float, density: float) -> Array:
        """Predict θ at another importance and density, to first order, by no more than a long step."""
        theta, slopes = self.theta, self.slopes
        pull = slopes.gradient_by_log_r * math.log(importance / self.importance)
        pull = pull + slopes.gradient_by_p * (density - self.density)
        return np.asarray(theta - np.clip(_solved(slopes.hessian, pull), -LONGEST_STEP, LONGEST_STEP))

    def moved(self, importance: float, density: float) -> State:
        """Follow the branch to another importance and density, with one step of prediction along it.

        Raises
        ------
        BranchLost
            If it ends before.
        """
        theta = self.predicted(importance, density)
        found = self.branch.settle(theta, importance, density)
        if theta.size and np.abs(found.theta - theta).max() > LEAP:
            raise BranchLost(f"another branch was found near importance={importance!r}, density={density!r}")
        if found.softest < 0:
            raise BranchLost(f"a branch has lost stability near importance={importance!r}, density={density!r}")
        return found

    def brought(self, importance: float, density: float, halvings: int = 6) -> State:
        """Follow the branch by as many steps as it takes, halved where one is too long.

        Raises
        ------
        BranchLost
            If it ends before.
        """
        try:
            return self.moved(importance, density)
        except BranchLost:
            if not halvings:
                raise
        half = math.sqrt(self.importance * importance), (self.density + density) / 2
        return self.brought(*half, halvings - 1).brought(importance, density, halvings - 1)


def _newton_step(slopes: Slopes) -> Array:
    step = _solved(slopes.hessian, slopes.gradient)
    longest = np.abs(step).max(initial=0.0)
    return np.asarray(step * min(1.0, LONGEST_STEP / longest) if longest > 0 else step)


def _solved(hessian: Array, right: Array) -> Array:
    """Solve with the Hessian; its negative eigenvalues are turned round, so that a step from afar still descends."""
    values, vectors = np.linalg.eigh(hessian)
    floor = np.finfo(float).eps * np.abs(values).max(initial=0.0)
    return np.asarray(vectors @ ((vectors.T @ right) / np.maximum(np.abs(values), floor)))


def _evaluated(problem: Problem, weights: Array, bias: Array, share: float) -> tuple[Array, list[Array]]:
    """Loss and gradient, and their derivatives by log r and p: one pass, with other importances and probabilities.

    The loss is linear in both: by log r only the extra output counts, by p every P(A) is replaced by its derivative.
    """
    n, p = problem.n_features, float(problem.density)  # type: ignore[arg-type]
    masks = np.arange(2**n)  # all of them: at density 1 an impossible set still has a derivative
    sizes = np.bitwise_count(masks).astype(np.int64)
    by_p = sizes * p ** np.maximum(sizes - 1, 0) * (1 - p) ** (n - sizes)
    by_p -= (n - sizes) * p**sizes * (1 - p) ** np.maximum(n - sizes - 1, 0)
    probabilities = np.array([p**sizes * (1 - p) ** (n - sizes)] * 2 + [by_p])
    shares = [float(i) for i in problem.importances]
    importances = np.array([shares, [0.0] * (n - 1) + [share], shares])
    three = np.array([weights] * 3), np.array([bias] * 3)
    loss, parts = np.empty(3), np.empty((3, n, 5))
    d_weights, d_bias = np.empty_like(three[0]), np.empty_like(three[1])
    rows = importances, masks, probabilities, activation_table(problem.sigma)
    evaluate_batch(*three, *rows, loss, d_weights, d_bias, parts, *scratch(n))
    return loss, [np.concatenate([d_weights[i].ravel(), d_bias[i]]) for i in range(3)]
