"""Training many models at once: the library's routes beside plain torch and occhio, and the map each would train.

As published: Adam 1e-3, batches of 1024, 10 000 steps. A map is trained on fewer cells, over the same ranges; its cost
is in proportion to the cells, and what it reached is told beside it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.loss import evaluate
from toytoy.numeric.fit import fit
from toytoy.numeric.models import AbsModel, HiddenReLUModel, ToyModel
from toytoy.numeric.trained import train_many

from tests.benchmarks import plain_training, public_package
from tests.benchmarks.clock import in_turns, seconds
from tests.benchmarks.maps import COUNT, map_seconds
from tests.benchmarks.rows import Effort, Row, cost

Array = NDArray[np.float64]
BATCH, STEPS = 1024, 10_000
CELLS = {2: 10, 3: 6}  # along each axis
TIMED_STEPS, ROUNDS = 200, 3
TOLERANCE = 0.01  # of regimes, for trained weights
PLAIN = "plain torch"
Model = tuple[Array, Array]
Route = Callable[["Cells", int], Model]


class Cells(NamedTuple):
    """A toy over the published ranges: densities and importances of the extra feature along the axes, and problems."""

    n: int
    density: Array
    extra: Array

    @property
    def problems(self) -> list[tt.Problem]:
        """Every cell, densities first."""
        return [tt.Problem.toy(self.n, density=p, importance=r) for p in self.density for r in self.extra]

    @property
    def importance(self) -> Array:
        """Importances, shape (cells, n)."""
        return np.array([[float(i) for i in problem.importances] for problem in self.problems])


def cells_of(n: int, count: int) -> Cells:
    """Spread cells over the ranges."""
    return Cells(n, np.geomspace(0.01, 1.0, count), np.geomspace(0.1, 10.0, count))


def by_plain_torch(cells: Cells, steps: int) -> tuple[Array, Array]:
    """Train every cell in plain torch: weights (cells, m, n), bias (cells, n)."""
    density = np.repeat(cells.density, len(cells.extra))
    return plain_training.train(density, cells.importance, cells.n - 1, steps, BATCH)


def by_occhio(cells: Cells, steps: int) -> tuple[Array, Array]:
    """Train every cell by the package."""
    weights, bias = public_package.train(cells.density, cells.extra, cells.n, steps, BATCH)
    return weights.reshape(-1, *weights.shape[2:]), bias.reshape(-1, bias.shape[-1])


def rivals() -> dict[str, Route]:
    """Name the other trainings that are here."""
    found: dict[str, Route] = {PLAIN: by_plain_torch}
    if public_package.installed():
        found[public_package.NAME] = by_occhio
    return found


def rows(effort: Effort) -> Iterator[Row]:
    """Time a step by every route in turns, then train maps."""
    torch.set_num_threads(1)
    yield from step_rows(*((3, 20, 1) if effort.quick else (CELLS[2], TIMED_STEPS, ROUNDS)))
    for n in (2, 3):
        yield from map_rows(cells_of(n, 2 if effort.quick else CELLS[n]), 20 if effort.quick else STEPS, effort.quick)
    if not public_package.installed():
        yield Row("occhio is not here", 0.0, "", public_package.NAME, note=public_package.HOW)


def step_rows(count: int, steps: int, rounds: int) -> Iterator[Row]:
    """Time a step of (2,1) models: ours beside each rival, then the library's other models."""
    cells, k = cells_of(2, count), count**2
    trained = tt.Trained(batch=BATCH, steps=steps)
    even = tt.Problem.toy(2, importance=0.7, density=0.3)
    kinds = (ToyModel, HiddenReLUModel, AbsModel)
    routes = {name: partial(route, cells, steps) for name, route in rivals().items()}
    train_many(cells.problems, replace(trained, steps=2))  # warms
    own, *theirs = in_turns([partial(train_many, cells.problems, trained), *routes.values()], rounds)
    scale = 1e6 / (k * steps)
    for name, other in zip(routes, theirs, strict=True):
        note = f"{k} models at once; by the clock {scale * own.clock:.1f} and {scale * other.clock:.1f}"
        task = "train (2,1), a model and step"
        yield cost(task, scale * own.processor, "µs", name, scale * other.processor, note)
    others = in_turns([partial(_fitted, kind, even, k, steps) for kind in kinds], rounds)
    for kind, taken in zip(kinds, others, strict=True):
        note = f"by the clock {scale * taken.clock:.1f}"
        yield Row(f"fit, {kind.__name__}, a model and step", scale * taken.processor, "µs", note=note)


def _fitted(kind: Any, problem: tt.Problem, count: int, steps: int) -> object:
    """Train so many models of a kind, which are made anew."""
    return fit(kind(problem, count), steps=steps)


def map_rows(cells: Cells, steps: int, quick: bool) -> Iterator[Row]:
    """Train a map by every rival, and set cost and losses beside the diagram of optima."""
    n, count = cells.n, 6 if quick else COUNT
    spent, trained = map_seconds(n, count), len(cells.problems)
    best = tt.phase_diagram(n, n - 1, density=cells.density, importance=cells.extra, method="optimum").data
    loss, doubt = (best[name].values.ravel() for name in ("loss", "loss_error"))
    regimes = extra_regimes(best.weights.values.reshape(trained, n - 1, n))
    for name, route in rivals().items():
        if name != PLAIN and n > 2:
            continue  # one toy tells
        found: list[Model] = []
        taken = seconds(partial(_kept, found, route, cells, steps))
        weights, bias = found[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reached = [float(evaluate(p, w, b).loss) for p, w, b in zip(cells.problems, weights, bias, strict=True)]
        excess = np.array(reached) / loss - 1.0
        wrong = np.mean(extra_regimes(weights) != regimes)
        task, note = f"map ({n},{n - 1}), {count**2} cells", f"{trained} cells trained, the rest in proportion"
        note += f"; {steps} steps" * (steps != STEPS)
        yield cost(task, spent, "s", name, taken * count**2 / trained, note)
        note = f"worst tenth {np.quantile(excess, 0.9):.2g} and more; another regime in {100 * wrong:.0f} % of cells"
        yield cost(
            f"map ({n},{n - 1}), median relative excess",
            float(np.median(doubt / loss)),
            "",
            name,
            float(np.median(excess)),
            note,
        )


def _kept(found: list[Model], route: Route, cells: Cells, steps: int) -> None:
    """Train, and keep what comes out."""
    found.append(route(cells, steps))


def extra_regimes(weights: Array) -> NDArray[np.str_]:
    """Label the last feature of every model."""
    return np.array([str(tt.regimes(w, tolerance=TOLERANCE)[-1]) for w in weights])
