"""How many dimensions a feature gets, on average and one by one, as hundreds of equal features become sparser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import N_STARTS, SEED
from ...analytic.gram import capacity
from ...analytic.loss import loss
from ...analytic.problem import Problem
from ...analytic.tables import fits_cube
from ...numeric.polish import polish
from ...numeric.race import Descent
from ...numeric.starts import large_starts, random_starts
from ...numeric.trained import Trained
from .settings import PUBLISHED, Progress
from .spread import Map, counted, spread

Array = NDArray[np.float64]
DENSITIES = tuple(float(p) for p in 1 / np.geomspace(1, 100, 13))
PLATEAUS = {"digon": 1 / 2, "triangle": 2 / 3, "tetrahedron": 3 / 4, "pentagon": 2 / 5, "square antiprism": 3 / 8}
RANDOM = 0  # spread starts besides the known shapes: one more takes a fifth longer
STEPS = (
    200  # evaluations a descent: of 400 features each takes 0.06 … 0.5 s; the loss still falls by up to 1 % after 100
)
FINISH = 2 * STEPS  # more for the best one
ROUNDS = 2  # of descents from neighbors
GAIN = 1e-5  # of the loss: what a neighbor must have gained by to be tried again
SHAPES = (0, 1, 5, 6, -1)  # of `large_starts`: a dimension each, pairs, triangles, pentagons, and a small random model
REPRESENTED = 1e-3  # of ‖W_i‖²: what is shorter has no dimensionality worth drawing
Model = tuple[Array, Array]


@dataclass(frozen=True, eq=False)
class Dimensionality:
    """D* = m / ‖W‖_F² and the features' own dimensionalities over density.

    Parameters
    ----------
    n_features, n_hidden : int
    densities : array, shape (k,)
        Descending: ever sparser.
    losses, trained_losses : array, shape (k,)
        Exact ones, of the best models found by descent and of trained ones; the latter empty if nothing was trained.
    weights, trained_weights : array, shape (k, m, n)
    """

    n_features: int
    n_hidden: int
    densities: Array
    losses: Array
    weights: Array
    trained_losses: Array
    trained_weights: Array

    def overall(self, trained: bool = False) -> Array:
        """Return D* = m / ‖W‖_F² at each density, shape (k,)."""
        weights = self.trained_weights if trained else self.weights
        return np.asarray(self.n_hidden / (weights**2).sum(axis=(1, 2)))

    def each(self, trained: bool = False) -> Array:
        """Return D_i = C_i of every feature, shape (k, n); NaN where it is not represented."""
        weights = self.trained_weights if trained else self.weights
        return np.where((weights**2).sum(axis=1) > REPRESENTED, capacity(weights), np.nan)

    def to_dict(self) -> dict[str, Any]:
        """Give everything but the weights as plain data."""
        rows = {"optimum": False, "trained": True} if len(self.trained_losses) else {"optimum": False}
        found = {
            kind: {
                "overall": self.overall(trained).tolist(),
                "each": self.each(trained).tolist(),
                "loss": (self.trained_losses if trained else self.losses).tolist(),
            }
            for kind, trained in rows.items()
        }
        size = {"n_features": self.n_features, "n_hidden": self.n_hidden}
        return {**size, "densities": self.densities.tolist(), **found}

    def sentences(self) -> tuple[str, ...]:
        """Give D* at each density."""
        lines = []
        reached = self.overall(True) if len(self.trained_losses) else None
        for k, (p, value) in enumerate(zip(self.densities, self.overall(), strict=True)):
            line = f"1/(1-S) = {1 / p:.3g}: D* {value:.4f}, loss {self.losses[k]:.6g}"
            if reached is not None:
                line += f"; trained D* {reached[k]:.4f}, loss {self.trained_losses[k]:.6g}"
            lines.append(line)
        return tuple(lines)


def dimensionality(
    n_features: int = 400,
    n_hidden: int = 30,
    densities: Sequence[float] = DENSITIES,
    *,
    starts: int = RANDOM,
    trained: Trained | None = PUBLISHED,
    seed: int = 0,
    processes: int = 1,
    progress: Progress | None = None,
) -> Dimensionality:
    """Minimize models of many equal features at falling densities, from known shapes, at random and from neighbors.

    At every density the best of all descents is kept; then it is descended to from the models of the next denser and
    the next sparser problem, twice, and at last its own descent goes on. These are upper bounds on the least loss,
    found by local search: nothing proves that there is no better one. Beyond the closed form descents are cut short,
    and losses and D* of shapes without symmetry are those reached by then.

    Parameters
    ----------
    n_features, n_hidden : int
        The paper has 400 in 30.
    densities : sequence of float
        In (0, 1]; the paper's 1/(1-S) goes from 1 to 100.
    starts : int
        Random starts at each density, >= 0, besides the known shapes and a small random model.
    trained : Trained, optional
        None trains nothing.
    seed : int
        Of starts and training.
    processes : int
        How many share descents and trainings; see `spread`.
    progress : callable (done, total), optional
        Counts the descents of each leg in turn, then trainings.

    Returns
    -------
    Dimensionality

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "The geometry of superposition"; Liu and Nocedal 1989 (L-BFGS).

    Examples
    --------
    >>> from toytoy.compare.paper.dimensionality import dimensionality
    >>> found = dimensionality(6, 2, densities=(0.2, 0.1), trained=None)
    >>> bool((found.overall() < 0.6).all())  # four features or more in two dimensions
    True
    """
    SEED.check(seed)
    N_STARTS.check(starts, "starts")
    values = np.array(sorted(densities, reverse=True), dtype=float)
    problems = [Problem(n_features=n_features, n_hidden=n_hidden, density=float(p)) for p in values]
    with spread(processes) as each:
        search = Sweep(problems, each, progress)
        search.shapes(starts, seed)
        for _ in range(ROUNDS):
            search.neighbors()
        search.finish()
        weights = np.array([model[0] for model in search.best])
        if trained is None:
            none = np.empty((0, n_hidden, n_features))
            return Dimensionality(n_features, n_hidden, values, search.losses, weights, np.empty(0), none)
        models = counted(each(partial(_trained, replace(trained, seed=seed)), problems), len(problems), progress)
        reached, kept = zip(*models, strict=True)
    return Dimensionality(n_features, n_hidden, values, search.losses, weights, np.array(reached), np.array(kept))


def _trained(settings: Trained, problem: Problem) -> tuple[float, Array]:
    """Train the instances of one problem; returns loss and weights of the best."""
    best = settings.minimize(problem)
    return float(best.loss), best.weights


class Sweep:
    """The best models of neighboring problems so far, and what of them is new to their neighbors."""

    def __init__(self, problems: Sequence[Problem], each: Map, progress: Progress | None) -> None:
        self.problems, self.each, self.progress = problems, each, progress
        self.best: list[Model] = [(np.empty(0), np.empty(0))] * len(problems)
        self.losses = np.full(len(problems), np.inf)
        self.fresh: set[int] = set()

    def shapes(self, count: int, seed: int) -> None:
        """Descend from known shapes and at random."""
        self._run([(k, start) for k, each in enumerate(self.problems) for start in _starts(each, count, seed)], STEPS)

    def neighbors(self) -> None:
        """Descend from the models of the next problem on either side, where these are new."""
        last = len(self.problems) - 1
        self._run([(k, self.best[j]) for j in sorted(self.fresh) for k in (j - 1, j + 1) if 0 <= k <= last], STEPS)

    def finish(self) -> None:
        """Go on with each descent that led to the best."""
        self._run(list(enumerate(self.best)), FINISH)

    def _run(self, tasks: list[tuple[int, Model]], steps: int) -> None:
        tasks = sorted(tasks, key=lambda task: -task[0])  # sparse ones take longest, and come first
        before = self.losses.copy()
        places, starts = [k for k, _ in tasks], [start for _, start in tasks]
        ends = self.each(partial(descend, steps=steps), [self.problems[k] for k in places], starts)
        for k, (model, level) in zip(places, counted(ends, len(tasks), self.progress), strict=True):
            if level < self.losses[k]:
                self.best[k], self.losses[k] = model, level
        self.fresh = {k for k, level in enumerate(self.losses) if not level >= before[k] * (1 - GAIN)}


def _starts(problem: Problem, count: int, seed: int) -> list[Model]:
    """Give features dimensions of their own, or shared ones; a small random model, as before training; spread ones.

    The first ones are shaken: the features they leave out would have a gradient of zero, by symmetry, for ever.
    """
    weights, bias = large_starts(problem, seed)
    few = sorted({k % len(bias) for k in SHAPES if k < len(bias)})
    every = [(weights[few], bias[few]), random_starts(problem, count, seed)]
    return [(w, b) for weights, biases in every for w, b in zip(weights, biases, strict=True)]


def descend(problem: Problem, start: Model, steps: int = STEPS) -> tuple[Model, float]:
    """Descend on the exact loss, beyond the closed form by so many evaluations; returns the end and its loss.

    Examples
    --------
    >>> import toytoy as tt
    >>> import numpy as np
    >>> from toytoy.compare.paper.dimensionality import descend
    >>> (weights, bias), level = descend(tt.Problem.toy(2, density=0.5), (np.array([[0.9, -0.8]]), np.zeros(2)))
    >>> round(level, 10)
    0.076282447
    """
    if fits_cube(problem):
        weights, bias, _ = polish(problem, start[0][None], start[1][None])
        return (weights[0], bias[0]), float(loss(problem, weights[0], bias[0]))
    way = Descent(problem, *start)
    way.descend(steps)
    return way.model, way.loss
