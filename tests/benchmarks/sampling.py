"""What Monte Carlo would take for an equal error: measured at a modest error, extrapolated to that of the closed forms.

Its error falls as 1 / √size. That rate is measured too, over sizes a hundred times apart, and told beside the cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import toytoy as tt
from numpy.typing import NDArray

from tests.benchmarks.clock import median, seconds
from tests.benchmarks.kernels import models, problem_of
from tests.benchmarks.rows import Effort, Row, cost

Array = NDArray[np.float64]
SIZES = ((2, 1), (3, 2), (6, 3), (10, 4))
MODEST = 1e-3  # relative error that samples do reach
SAMPLES, REPEATS, CHUNK = 10**4, 40, 10**4
YEAR = 365.25 * 24 * 3600


def plain_sampling(problem: tt.Problem, weights: Array, bias: Array, size: int, seed: int) -> tuple[float, float]:
    """Estimate the loss from samples in plain numpy, some at a time; return it with its standard error."""
    rng, p = np.random.default_rng(seed), np.array([float(density) for density in problem.densities])
    importance, total, squares = np.array([float(i) for i in problem.importances]), 0.0, 0.0
    for first in range(0, size, CHUNK):
        shape = min(CHUNK, size - first), problem.n_features
        x = rng.random(shape) * (rng.random(shape) < p)
        each = (x - np.maximum(x @ weights.T @ weights + bias, 0.0)) ** 2 @ importance
        total, squares = total + each.sum(), squares + (each**2).sum()
    mean = total / size
    return float(mean), float(np.sqrt((squares / size - mean**2) / size))


class Rate(NamedTuple):
    """The exponent of size in the error, by experiment, and the seconds and standard deviation of one sample."""

    exponent: float
    seconds: float
    deviation: float


def rate(problem: tt.Problem, weights: Array, bias: Array, size: int, repeats: int) -> Rate:
    """Measure how estimates scatter about the exact loss at a size and at a hundredth of it."""
    exact = float(tt.loss(problem, weights, bias))

    def scatter(samples: int) -> float:
        errors = [plain_sampling(problem, weights, bias, samples, seed)[0] - exact for seed in range(repeats)]
        return float(np.sqrt(np.mean(np.square(errors))))

    small = scatter(size // 100)
    large: list[float] = []
    taken = seconds(lambda: large.append(scatter(size)))
    _, error = plain_sampling(problem, weights, bias, size, repeats)
    return Rate(float(np.log(large[0] / small) / np.log(100)), taken / (repeats * size), error * np.sqrt(size))


def duration(seconds: float) -> str:
    """Say long times in words that mean something."""
    return f"{seconds / YEAR:.1e} years" if seconds > YEAR else f"{seconds:.2g} s"


def rows(effort: Effort) -> Iterator[Row]:
    """Compare costs of one loss: at a modest error, by samples that are drawn, and at the kernel's own error."""
    for n, m in SIZES[: 2 if effort.quick else None]:
        problem, (weights, bias) = problem_of(n, m), (batch[0] for batch in models(n, m, 1))
        estimate = tt.loss_estimate(problem, weights, bias)
        own = median(partial(tt.loss_estimate, problem, weights, bias), 5)
        found = rate(problem, weights, bias, SAMPLES // 10 if effort.quick else SAMPLES, REPEATS)
        size = int(np.ceil((found.deviation / (MODEST * estimate.value)) ** 2))
        taken = seconds(partial(plain_sampling, problem, weights, bias, size, 1))
        task = f"loss ({n},{m})"
        note = f"to a relative error of {MODEST:g}: {size:.1e} samples, drawn"
        yield cost(task, 1e3 * own, "ms", "Monte Carlo", 1e3 * taken, note)
        needed = (found.deviation / estimate.error) ** 2
        note = f"to ours, {estimate.error / estimate.value:.0e}: {duration(needed * found.seconds)},"
        note += f" extrapolated; error ~ size^{found.exponent:.2f} measured"
        yield cost(task, 1e3 * own, "ms", "Monte Carlo, equal error", 1e3 * needed * found.seconds, note)
