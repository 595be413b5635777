"""One set of initial models, five ways to train: exact flow and descent, SGD, Adam, AdamW; how near each comes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import SEED, Domain
from ...analytic.problem import Problem
from ...numeric.atlas import Atlas, optimum_map
from ...numeric.gradient_flow import gradient_flow
from ...numeric.inits import initial_weights
from ...numeric.trained import Trained, train_many
from ..figure_entry import Progress
from ..toy_grid import ToyGrid
from .nearness import Nearness, nearness
from .quantiles import Quantile, quantile
from .scores import Score, percent, score

__all__ = ["Trainers", "trainers"]

Array = NDArray[np.float64]
DENSITIES, IMPORTANCES = (0.03, 0.1, 0.3, 0.9), (0.3, 0.7, 1.0, 2.0)
FLOW = "gradient flow"
RATE = 0.05  # of plain descent: curvatures reach 20 where importance is 2, and 2 / 20 would diverge
DECAY = 0.01  # torch's default for AdamW, left on in the published notebook
WAYS: dict[str, Trained] = {
    "exact descent": Trained(optimizer="sgd", lr=RATE, noise_free=True),
    "SGD": Trained(optimizer="sgd", lr=RATE),
    "Adam": Trained(),
    "AdamW, decay 0.01": Trained(optimizer="adamw", weight_decay=DECAY),
}
SPEED = Domain("speed", 0, low_open=True, hint="1 keeps Adam's rate")
LONGEST = 1e6  # time after which a flow is given up
STOP = 1e-9  # times the null loss: the gradient at which a flow rests; below it the integrator's noise would steer


@dataclass(frozen=True, eq=False)
class Trainers:
    """Where the same initial models end, by way of training.

    Parameters
    ----------
    n_features, n_hidden : int
    densities, importances : array, shape (d,) and (r,)
        Cells are all pairs, densities first.
    scores : tuple of Score
    models : dict of Nearness
        By way, arrays of shape (d r, instances).
    training_time : dict of float
        lr × steps; of the flow the median time until it rests. A step of Adam's has the length lr whatever the
        gradient, so that its time is another one.
    rest : Quantile
        That median with its interval.
    """

    n_features: int
    n_hidden: int
    densities: Array
    importances: Array
    scores: tuple[Score, ...]
    models: dict[str, Nearness]
    training_time: dict[str, float]
    rest: Quantile

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        models = {
            name: {
                "verdicts": [[str(verdict) for verdict in row] for row in near.verdicts],
                "excess": near.excess.tolist(),
                "distance": near.distance.tolist(),
                "represented": near.represented.tolist(),
            }
            for name, near in self.models.items()
        }
        return {
            "n_features": self.n_features,
            "n_hidden": self.n_hidden,
            "densities": self.densities.tolist(),
            "importances": self.importances.tolist(),
            "scores": [each.to_dict() for each in self.scores],
            "models": models,
            "training_time": self.training_time,
            "rest": self.rest._asdict(),
        }

    def sentences(self) -> tuple[str, ...]:
        """Say of each way how near it comes, in which time, and how often it ends with the flow."""
        times = {name: f"{time:.3g}" for name, time in self.training_time.items()}
        times[FLOW] += f" ({self.rest.low:.3g} … {self.rest.high:.3g}) in the median"
        lines = [f"{each.sentence()}; training time {times[each.name]}" for each in self.scores]
        flow = self.models[FLOW]
        for name, near in self.models.items():
            if name != FLOW:
                same = near.represented == flow.represented
                share = percent(int(same.sum()), same.size)
                lines.append(f"{name} represents the extra feature where the flow does, or drops it too: {share}")
        return tuple(lines)


def trainers(
    n_features: int = 2,
    n_hidden: int = 1,
    densities: Sequence[float] = DENSITIES,
    importances: Sequence[float] = IMPORTANCES,
    *,
    steps: int = 10_000,
    batch: int = 1024,
    speed: float = 1.0,
    n_instances: int = 8,
    seed: int = 0,
    progress: Progress | None = None,
) -> Trainers:
    """Train the same initial models of a toy in five ways, and judge where they end by the optimum of their cell.

    Exact gradient flow until it rests; descent on the exact gradient, and SGD, both at the rate 0.05 without momentum;
    Adam and AdamW at 0.001. All but the first two on samples.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    densities, importances : sequence of float, ascending
    steps, batch : int
    speed : float
        Factor on the two Adams' rate, for shorter trainings.
    n_instances : int
        Initial models a cell.
    seed : int
    progress : callable (done, total), optional
        Counts ways.

    Returns
    -------
    Trainers

    Raises
    ------
    TypeError, ValueError
        If the size is neither toy, or a number is out of its range.

    Examples
    --------
    >>> from toytoy.compare.training.trainers import trainers
    >>> found = trainers(densities=(0.3,), importances=(1.0,), steps=20, batch=16, n_instances=2)
    >>> [each.name for each in found.scores]
    ['gradient flow', 'exact descent', 'SGD', 'Adam', 'AdamW, decay 0.01']
    """
    SEED.check(seed)
    SPEED.check(speed)
    grid = ToyGrid.checked(n_features, n_hidden, densities, importances, "relu")
    problems, optima = grid.problems(), optimum_map(grid.template, grid.densities, grid.importances)
    models: dict[str, Nearness] = {}
    seconds, times = {}, {}
    weights: Array
    bias: Array
    rests: Array = np.zeros(0)
    fields: dict[str, Any] = {"steps": steps, "batch": batch, "n_instances": n_instances, "seed": seed}
    for done, (name, way) in enumerate([(FLOW, Trained()), *WAYS.items()]):
        before = time.process_time()
        settings = replace(way, **fields, lr=way.lr * (1.0 if way.optimizer == "sgd" else speed))
        if name == FLOW:
            weights, bias, rests = _flows(problems, optima, n_instances, seed)
            times[name] = quantile(rests).value
        else:
            found = train_many(problems, settings)
            weights, bias, times[name] = found.weights, found.bias, settings.lr * steps
        seconds[name] = time.process_time() - before
        models[name] = nearness(optima, weights, bias)
        if progress:
            progress(done + 1, 1 + len(WAYS))
    scores = tuple(score(name, near, seconds[name]) for name, near in models.items())
    return Trainers(n_features, n_hidden, grid.densities, grid.importances, scores, models, times, quantile(rests))


def _flows(problems: Sequence[Problem], optima: Atlas, n_instances: int, seed: int) -> tuple[Array, Array, Array]:
    """Follow every initial model of `Trained` to rest; return weights, biases, and the times that takes."""
    ends = []
    for problem, null in zip(problems, optima.cells.null_loss, strict=True):
        for start in initial_weights(problem, n_instances, seed, "xavier_normal"):
            bias = np.zeros(problem.n_features)
            ends.append(gradient_flow(problem, start, bias, [LONGEST], stop=STOP * float(null), tolerance=1e-9))
    shape = len(problems), n_instances
    weights: Array = np.array([flow.weights[-1] for flow in ends])
    biases: Array = np.array([flow.bias[-1] for flow in ends])
    models = weights.reshape((*shape, *weights.shape[1:])), biases.reshape((*shape, -1))
    return *models, np.array([flow.times[-1] for flow in ends])
