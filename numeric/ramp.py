"""Training while the density moves: exact-gradient descent, a step of density for every step of the weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.compiled import compiled, inlined
from ..analytic.cube import scratch
from ..analytic.domain import DENSITY, LEARNING_RATE, Domain, short
from ..analytic.model import check_model
from ..analytic.problem import Problem
from ..analytic.rows import model_loss
from ..analytic.support import Independent
from ..analytic.tables import tables

Array = NDArray[np.float64]
LR = 0.2  # of exact descent: losses of order p have curvatures below 3, so that this is near the flow
POINTS = 200  # models kept of a sweep
LONGEST = 20_000_000  # steps of one sweep, a minute
RATE = Domain("rates", 0, low_open=True, hint="it is a speed, `ends` gives the direction")
LEVEL = Domain("level", 0, hint="give the ‖W_e‖ whose passage is to be noted")
KEPT = Domain("points", 2, integer=True, hint="the first and the last model are kept")


@dataclass(frozen=True, eq=False)
class Ramp:
    """What one model became while its density moved, once for every rate or instance.

    Parameters
    ----------
    density : array, shape (points,)
        At which models are kept, evenly spaced from the first to the last.
    weights, bias : arrays, shapes (k, points, m, n) and (k, points, n)
    crossing : array, shape (k,)
        Density at which ‖W_e‖ of the extra, last, feature first passed the level; NaN where it never did.
    """

    density: Array
    weights: Array
    bias: Array
    crossing: Array

    @property
    def norm(self) -> Array:
        """‖W_e‖ of the extra feature, shape (k, points)."""
        return np.asarray(np.sqrt((self.weights[..., -1] ** 2).sum(axis=-1)))


def ramp(
    problem: Problem,
    weights: ArrayLike,
    bias: ArrayLike,
    ends: tuple[float, float],
    rates: Sequence[float],
    *,
    level: float,
    lr: float = LR,
    points: int = POINTS,
) -> Ramp:
    """Descend on the exact loss while one density for all features moves from one value to another, at several rates.

    Each step updates W and b by -lr times the exact gradient at the density of the moment, which then moves on by
    rate × lr: time is counted as gradient flow does, lr a step. A feature that is exactly gone does not stay so: as
    the density moves, its bias lags behind the best one, p / 2, and its column feels that.

    Parameters
    ----------
    problem : Problem
        Of independent features; its density is not used.
    weights, bias : arrays, shapes (m, n) and (n,)
        The model at the start.
    ends : (float, float)
        First and last density, in (0, 1].
    rates : sequence of float
        |dp/dt| > 0, one a sweep.
    level : float
        Of ‖W_e‖, whose first passage, either way, is reported as `crossing`.
    lr : float
        Learning rate, > 0.
    points : int
        Models to keep, >= 2.

    Returns
    -------
    Ramp

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, the model does not fit the problem, features are not independent, a rate would
        take too many steps, or descent overflows.

    Examples
    --------
    A pair of features as they become denser: it breaks up, later the faster the density moves.

    >>> import toytoy as tt
    >>> from toytoy.numeric.ramp import ramp
    >>> problem = tt.Problem.toy(2, importance=0.3, density=0.3)
    >>> pair = tt.minimize(problem, tt.Multistart(n_starts=8))
    >>> moved = ramp(problem, pair.weights, pair.bias, (0.3, 0.7), (1e-2, 1e-3), level=0.25)
    >>> bool(moved.crossing[0] > moved.crossing[1] > 0.3987)
    True
    """
    start = check_start(problem, weights, bias)
    steps = check_ramp(ends, rates, lr, level, points)
    n, k = problem.n_features, len(rates)
    table = tables(problem.replace(density=0.5))  # every active set is possible at densities between 0 and 1
    sizes = np.array([int(mask).bit_count() for mask in table.masks])
    kept_weights, kept_bias = np.empty((k, points, *start[0].shape)), np.empty((k, points, n))
    crossing = np.empty(k)
    for i in range(k):
        descend_ramp(
            *(part.copy() for part in start),
            (float(ends[0]), float(ends[1])),
            steps[i],
            *(float(lr), float(level)),
            (table.importance, table.masks, table.activation),
            sizes,
            (kept_weights[i], kept_bias[i]),
            crossing[i : i + 1],
            (np.empty(len(table.masks)), np.empty((n, 5)), np.empty_like(start[0]), np.empty(n), *scratch(n)),
        )
    check_finite(kept_weights, lr)
    return Ramp(np.linspace(*ends, points), kept_weights, kept_bias, crossing)


def check_start(problem: Problem, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
    """Return the one model that a sweep starts from, as arrays that fit the problem.

    Raises
    ------
    TypeError, ValueError
        See `ramp`.
    """
    start = check_model(problem, weights, bias)
    if start[0].ndim != 2 or start[1].ndim != 1:
        shapes = f"weights of shape {start[0].shape} and bias of shape {start[1].shape}"
        raise ValueError(f"a sweep has one start, got {shapes}; sweep them one by one")
    if not isinstance(problem.support, Independent):
        raise ValueError(f"only independent features change their density here, got support={problem.support!r}")
    return np.ascontiguousarray(start[0]), np.ascontiguousarray(start[1])


def check_ramp(
    ends: tuple[float, float], rates: Sequence[float], lr: float, level: float, points: int
) -> NDArray[np.int64]:
    """Return the number of steps at each rate.

    Raises
    ------
    TypeError, ValueError
        See `ramp`.
    """
    for domain, value in ((LEARNING_RATE, lr), (LEVEL, level), (KEPT, points)):
        domain.check(value)
    densities = [float(DENSITY.check(end)) for end in ends]
    if len(densities) != 2 or densities[0] == densities[1]:
        raise ValueError(f"ends must be two different densities, got ends={ends!r}; the first and the last")
    if not np.iterable(rates) or not len(rates):
        raise ValueError(f"rates must be a list of at least one, got rates={short(rates)}; give dp/dt")
    speeds = np.array([float(RATE.check(rate)) for rate in rates])
    steps = np.ceil(abs(densities[1] - densities[0]) / (speeds * lr))
    if steps.max() > LONGEST:
        raise ValueError(
            f"rates must take at most {LONGEST} steps, got {speeds.min()!r}, which takes {steps.max():.3g}; "
            f"use a faster one, or a larger lr"
        )
    return steps.astype(np.int64)


def check_finite(weights: Array, lr: float) -> None:
    """Refuse what a sweep left if it overflowed."""
    if not np.isfinite(weights).all():
        raise ValueError(
            f"lr must be small enough to converge, got lr={lr!r} and weights that overflowed; leave it at {LR:g}"
        )


@compiled
def descend_ramp(weights, bias, course, steps, lr, level, table, sizes, kept, crossing, spare):
    """Train one model through one sweep, filling what is kept and where ‖W_e‖ first passed the level.

    `course` is the first and last density, `table` importance, masks and activation, `kept` weights and biases.
    """
    first, last = course
    importance, masks, act = table
    kept_weights, kept_bias = kept
    probabilities, parts, d_weights, d_bias, work, stack = spare
    m, n = weights.shape
    points, count = kept_bias.shape[0], 0
    crossing[0] = np.nan
    norm = last_length(weights)
    for step in range(steps + 1):
        p = first + (last - first) * step / steps
        while count < points and step * (points - 1) >= count * steps:
            for i in range(n):
                for k in range(m):
                    kept_weights[count, k, i] = weights[k, i]
                kept_bias[count, i] = bias[i]
            count += 1
        for s in range(masks.size):
            probabilities[s] = p ** sizes[s] * (1.0 - p) ** (n - sizes[s])
        model_loss(weights, bias, importance, masks, probabilities, act, parts, d_weights, d_bias, work, stack)
        for i in range(n):
            for k in range(m):
                weights[k, i] -= lr * d_weights[k, i]
            bias[i] -= lr * d_bias[i]
        before, norm = norm, last_length(weights)
        if math.isnan(crossing[0]) and (before - level) * (norm - level) <= 0.0 and before != norm:
            crossing[0] = p + (last - first) / steps * (level - before) / (norm - before)


@inlined
def last_length(weights):
    """Length of the last column."""
    m, n = weights.shape
    squares = 0.0
    for k in range(m):
        squares += weights[k, n - 1] * weights[k, n - 1]
    return math.sqrt(squares)
