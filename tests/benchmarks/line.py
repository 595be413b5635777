"""The line integral: times, errors that are known, and what plain numpy, torch and Monte Carlo take for the same.

Errors are taken against a plain rule of many more nodes on a sample of the outputs, or against the cube where groups of
features are orthogonal (`line_models`).
"""

from __future__ import annotations

import statistics
import tracemalloc
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import toytoy as tt
from toytoy.analytic.laplace import evaluate_line

from tests.benchmarks import torch_line
from tests.benchmarks.clock import Spent, seconds, spent
from tests.benchmarks.line_models import Case, Truth, digon_case, optimized_case, random_case, truth
from tests.benchmarks.rows import Effort, Row, cost
from tests.benchmarks.sampling import CHUNK, plain_sampling

LOSS_TARGET, GRADIENT_TARGET = 1e-8, 1e-6  # relative errors
SECONDS_TARGET = {400: 0.3, 1000: 2.5}  # by the clock, of loss and gradient on two threads
SIZES = {(20, 5): 20, (80, 20): 8, (400, 30): 2, (1000, 50): 1}  # with the outputs that are checked
DENSITIES = (0.003, 0.03, 0.3)
REPEATS, FEW = 5, 2  # few of large models


class Errors(NamedTuple):
    """Relative errors of loss and gradient, the error claimed of the loss, and the reference's own doubt."""

    loss: float
    gradient: float
    claimed: float
    doubt: float

    @property
    def covers(self) -> bool:
        """Whether the claim is not below the error, as far as the reference can tell."""
        return self.loss <= self.claimed + self.doubt

    @property
    def met(self) -> bool:
        """Whether both are as small as they should be."""
        return self.loss <= LOSS_TARGET and self.gradient <= GRADIENT_TARGET

    def __str__(self) -> str:
        """Say it in words."""
        said = f"loss to {max(self.loss, self.doubt):.0e} (claimed {self.claimed:.0e}), gradient to {self.gradient:.0e}"
        return said + ", NOT COVERED" * (not self.covers) + ", target missed" * (not self.met)


def evaluated(case: Case, threads: int) -> Spent:
    """Time loss and gradient once."""
    return spent(lambda: evaluate_line(case.problem, case.weights[None], case.bias[None], threads=threads))


def measure_times(case: Case, repeats: int) -> tuple[Spent, Spent]:
    """Time it on one thread and on two, in turns: the median of the processor, the least of the clock."""
    taken = [(evaluated(case, 1), evaluated(case, 2)) for _ in range(repeats)]
    one, two = zip(*taken, strict=True)
    return _typical(one), _typical(two)


def _typical(taken: Iterable[Spent]) -> Spent:
    processor, clock = zip(*taken, strict=True)
    return Spent(statistics.median(processor), min(clock))


def peak_memory(case: Case) -> float:
    """Trace what one call allocates, over 8n² bytes."""
    tracemalloc.start()
    evaluated(case, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak / (8.0 * case.problem.n_features**2))


def measure_errors(case: Case, known: Truth) -> Errors:
    """Evaluate the outputs that are known."""
    n = case.problem.n_features
    importance = np.zeros(n)
    importance[known.outputs] = 1.0
    sampled = tt.Problem(
        n_features=n,
        n_hidden=case.problem.n_hidden,
        density=case.problem.density,
        importance=tuple(float(i) for i in importance),
    )
    result, claimed = evaluate_line(sampled, case.weights[None], case.bias[None])
    gradient = np.concatenate([result.d_weights.ravel(), result.d_bias.ravel()])
    return Errors(
        abs(float(result.loss[0]) - known.loss) / known.loss,
        float(np.linalg.norm(gradient - known.gradient) / np.linalg.norm(known.gradient)),
        float(claimed[0]) / known.loss,
        known.doubt / known.loss,
    )


def sampling_seconds(case: Case, error: float) -> float:
    """Extrapolate what plain Monte Carlo takes to a relative error, as 1 / √size."""
    model = case.problem, case.weights, case.bias, CHUNK
    found: list[tuple[float, float]] = []
    taken = seconds(lambda: found.append(plain_sampling(*model, 1)))
    value, reached = found[0]
    return taken * (reached / value / error) ** 2


def cases(quick: bool) -> Iterator[tuple[Case, int]]:
    """Give models, with the outputs to be checked."""
    for (n, m), outputs in list(SIZES.items())[: 2 if quick else None]:
        for p in DENSITIES[-1:] if quick else DENSITIES:
            yield random_case(n, m, p), 2 if quick else outputs
    for n, m in ((20, 5),) if quick else ((20, 5), (80, 20)):
        yield optimized_case(n, m, 0.03), 2 if quick else 8
    for noise in (1e-2,) if quick else (1e-2, 1e-4):
        for bias in (0.0, -0.05):
            yield digon_case(8 if quick else 80, noise, bias), 80
    if not quick:
        case = digon_case(80, 1e-3, 0.0, group=80)
        yield case._replace(what=case.what + " everywhere"), 2


def rows(effort: Effort) -> Iterator[Row]:
    """Time each model, then a few in torch."""
    evaluated(random_case(8, 3, 0.3), 2)  # compiles
    for case, outputs in cases(effort.quick):
        repeats = FEW if case.problem.n_features >= 400 else REPEATS
        yield from case_rows(case, outputs, 1 if effort.quick else repeats)
    yield from torch_line.rows(effort)


def case_rows(case: Case, outputs: int, repeats: int) -> Iterator[Row]:
    """Time one model beside plain numpy, Monte Carlo and its target."""
    n, p = case.problem.n_features, float(case.problem.densities[0])
    one, two = measure_times(case, repeats)
    found: list[Truth] = []
    plain = seconds(lambda: found.append(truth(case, outputs)))
    errors, task, own = measure_errors(case, found[0]), f"{case.what}, p = {p:g}", 1e3 * one.processor
    if not case.group:
        k = len(found[0].outputs)
        note = f"{errors}; {k} outputs measured, the rest in proportion"
        yield cost(task, own, "ms", "plain numpy", 1e3 * plain * n / k, note)
    equal = 1e3 * sampling_seconds(case, max(errors.loss, errors.doubt))
    yield cost(task, own, "ms", "Monte Carlo, equal error", equal, f"{errors}; extrapolated")
    if n in SECONDS_TARGET:
        note = f"by the clock, two threads; one: {1e3 * one.clock:.0f} ms; memory {peak_memory(case):.1f} · 8n² bytes"
        yield cost(task, 1e3 * two.clock, "ms", "target", 1e3 * SECONDS_TARGET[n], note)
