"""Whole answers: diagrams of optima on the published ranges beside plain numpy and scipy, and one multistart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import scipy.optimize
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.atlas import Atlas, optimum_map

from tests.benchmarks.clock import median, seconds
from tests.benchmarks.kernels import AT_ONCE, RELU, models, plain_call, problem_of
from tests.benchmarks.rows import Effort, Row, cost
from tests.reference import exact, plain

Array = NDArray[np.float64]
TARGETS = {2: 2.0, 3: 12.0}  # seconds for 60 × 60 cells on one core
COUNT = 60
PLAIN_STARTS = 8  # a cell; one in two finds the optimum, one in six in the worst cell
PLAIN_CELLS = {2: ((0.05, 0.3), (0.5, 0.7), (0.9, 3.0)), 3: ((0.5, 0.7),)}  # density and importance; the rest in scale


def diagram(n: int, count: int) -> Any:
    """Map the published ranges, margins included."""
    density, importance = ranges(count)
    return tt.phase_diagram(n, n - 1, density=density, importance=importance, method="optimum")


def optima(n: int, count: int) -> Atlas:
    """Find the same optima, without margins."""
    return optimum_map(tt.Problem.toy(n, density=1.0), *ranges(count))


def ranges(count: int) -> tuple[Array, Array]:
    """Spread densities and importances over the published ranges."""
    return np.geomspace(0.01, 1.0, count), np.geomspace(0.1, 10.0, count)


def map_seconds(n: int, count: int = COUNT) -> float:
    """Time a diagram of optima."""
    tt.phase_diagram(n, n - 1, density=[0.5], importance=[1.0], method="optimum")  # compiles
    return seconds(lambda: diagram(n, count))


def plain_seconds(n: int) -> float:
    """Time plain numpy's loss and gradient, a model, where it works on many at once."""
    problem, (weights, bias) = problem_of(n, n - 1), models(n, n - 1, AT_ONCE[n])
    return median(plain_call(weights, bias, problem), 3) / AT_ONCE[n]


def plain_search(problem: tt.Problem, n_starts: int) -> float:
    """Find a least loss as one would without this library: scipy from random starts, on plain numpy's loss."""
    n, m = problem.n_features, problem.n_hidden
    law = exact.independent([float(p) for p in problem.densities])
    importance = [float(i) for i in problem.importances]

    def objective(theta: Array) -> tuple[float, Array]:
        weights, bias = theta[: m * n].reshape(m, n), theta[m * n :]
        loss, d_weights, d_bias = plain.loss_and_grad(law, importance, RELU, weights, bias)
        return float(loss), np.concatenate([d_weights.ravel(), d_bias])

    weights, bias = models(n, m, n_starts)
    starts = np.concatenate([weights.reshape(n_starts, -1), bias], axis=1)
    return min(float(scipy.optimize.minimize(objective, start, jac=True).fun) for start in starts)


def rows(effort: Effort) -> Iterator[Row]:
    """Time maps of both toys and their rivals, then a search from start to `Solution`."""
    for n in (2, 3):
        yield from map_rows(n, 6 if effort.quick else COUNT, effort.quick)
    for n in (2, 3):
        problem, n_starts = tt.Problem.toy(n, importance=0.8, density=0.4), 20 if effort.quick else 200
        tt.minimize(problem, tt.Multistart(n_starts=1))  # compiles
        spent = seconds(partial(tt.minimize, problem, tt.Multistart(n_starts=n_starts)))
        yield Row(f"multistart ({n},{n - 1}), {n_starts} starts", 1e6 * spent / n_starts, "µs a start")


def map_rows(n: int, count: int, quick: bool) -> Iterator[Row]:
    """Time one toy's map, with margins beside its target, and without them beside plain numpy."""
    task, whole = f"optimum map ({n},{n - 1}), {count**2} cells", map_seconds(n, count)
    yield cost(task, whole, "s", "target", TARGETS[n] * count**2 / COUNT**2)
    found: list[Atlas] = []
    own = seconds(lambda: found.append(optima(n, count)))
    yield cost(
        f"{task}, no margins",
        own,
        "s",
        "plain numpy, in bulk",
        found[0].n_evaluations * plain_seconds(n),
        f"our {found[0].n_evaluations:,} evaluations at its speed in large batches, nothing else counted",
    )
    starts, cells = (1, PLAIN_CELLS[n][:1]) if quick else (PLAIN_STARTS, PLAIN_CELLS[n])
    problems = [tt.Problem.toy(n, density=p, importance=r) for p, r in cells]
    taken = seconds(lambda: [plain_search(problem, starts) for problem in problems])
    note = f"model by model, {starts} starts a cell; {len(cells)} cells measured, the rest in proportion"
    yield cost(f"{task}, no margins", own, "s", "plain numpy, scipy's BFGS", taken * count**2 / len(cells), note)
