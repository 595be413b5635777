"""How many dimensions a feature gets, on average and one by one, as hundreds of equal features become sparser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from ...numeric.trained import Trained, train_many
from .settings import PUBLISHED, Progress

Array = NDArray[np.float64]
DENSITIES = tuple(float(p) for p in 1 / np.geomspace(1, 100, 13))
PLATEAUS = {"digon": 1 / 2, "triangle": 2 / 3, "tetrahedron": 3 / 4, "pentagon": 2 / 5, "square antiprism": 3 / 8}
RANDOM = 0  # spread starts besides the three known shapes: one more takes a quarter longer
STEPS = 200  # evaluations a descent: of 400 features each takes 0.2 s; the loss still falls by up to 1 % after 100
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
    progress: Progress | None = None,
) -> Dimensionality:
    """Minimize models of many equal features at falling densities, from known shapes, at random and from neighbors.

    From the densest to the sparsest and back, each model is also descended to from the one before; the best is kept.
    These are upper bounds on the least loss, found by local search: nothing proves that there is no better one. Beyond
    the closed form descents are cut short, and losses and D* of shapes without symmetry are those reached by then.
    With the paper's settings that takes about an hour of one core, two fifths of it for training.

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
    progress : callable (done, total), optional
        Counts descents.

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
    best, losses = _swept(problems, starts, seed, progress)
    weights = np.array([model[0] for model in best])
    if trained is None:
        none = np.empty((0, n_hidden, n_features))
        return Dimensionality(n_features, n_hidden, values, losses, weights, np.empty(0), none)
    models = train_many(problems, replace(trained, seed=seed))
    reached, kept = np.empty(len(values)), np.empty_like(weights)
    for k, problem in enumerate(problems):
        every = [float(loss(problem, w, b)) for w, b in zip(models.weights[k], models.bias[k], strict=True)]
        reached[k], kept[k] = min(every), models.weights[k][int(np.argmin(every))]
    return Dimensionality(n_features, n_hidden, values, losses, weights, reached, kept)


def _swept(problems: Sequence[Problem], starts: int, seed: int, progress: Progress | None) -> tuple[list[Model], Array]:
    """Descend from every start and from neighbors, towards sparser and then towards denser problems."""
    count = len(problems)
    best: list[Model] = []
    losses = np.full(count, np.inf)
    for done, k in enumerate((*range(count), *range(count - 2, -1, -1))):
        back = done >= count
        tried = [best[k + 1]] if back else [*_starts(problems[k], starts, seed), *best[-1:]]
        model, level = min((descend(problems[k], start) for start in tried), key=lambda each: each[1])
        if not back:
            best.append(model)
        if level < losses[k]:
            best[k], losses[k] = model, level
        if progress:
            progress(done + 1, 2 * count - 1)
    return best, losses


def _starts(problem: Problem, count: int, seed: int) -> list[Model]:
    """Give m features dimensions of their own, or pairs; a small random model, as training starts from; spread ones.

    The first two are shaken: the features they leave out would have a gradient of zero, by symmetry, for ever.
    """
    weights, bias = large_starts(problem, seed)
    few = [0, 1, -1]
    every = [(weights[few], bias[few]), random_starts(problem, count, seed)]
    return [(w, b) for weights, biases in every for w, b in zip(weights, biases, strict=True)]


def descend(problem: Problem, start: Model) -> tuple[Model, float]:
    """Descend on the exact loss, beyond the closed form by `STEPS` evaluations; returns the end and its loss.

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
    way.descend(STEPS)
    return way.model, way.loss
