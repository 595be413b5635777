"""Figures of merit of the line integral: python -m tests.benchmarks.laplace [--quick].

Processor time beside wall time, since other programs may run; errors against a plain rule of many more nodes on a
sample of outputs, or against the cube where groups of features are orthogonal (`line_models`).
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import toytoy as tt
from toytoy.analytic.laplace import evaluate_line
from toytoy.analytic.line_pass import LANES, S_IM
from toytoy.analytic.line_row import line_rows, line_scratch
from toytoy.analytic.tables import activation_table

from tests.benchmarks.line_models import Case, Truth, digon_case, optimized_case, random_case, truth

LOSS_TARGET, GRADIENT_TARGET = 1e-8, 1e-6  # relative errors
SECONDS_TARGET = {400: 0.3, 1000: 2.5}  # by the clock, of loss and gradient on two threads
SIZES = ((20, 5), (80, 20), (400, 30), (1000, 50))
DENSITIES = (0.003, 0.03, 0.3)
SAMPLES = 4000  # that show the spread and the rate of Monte Carlo
TIMES_HEADER = (
    f"{'model':31}{'p':3}{'wall s':>9}{'cpu s':>9}{'loss only':>10}{'1 thread':>10}{'ratio':>6}"
    f"{'nodes':>8}{'ns/n2node':>11}{'peak/n2':>8}  target"
)
ERRORS_HEADER = (
    f"{'model':31}{'p':3}{'loss err':>10}{'claimed':>10}{'covers':>7}{'grad err':>11}{'ref doubt':>10}"
    f"{'sampling':>10}{'ratio':>9}  targets"
)


class Times(NamedTuple):
    """Seconds of loss and gradient by clock and processor, of the loss by processor, and by clock on one thread.

    With them the nodes an output took, on average, and the peak of memory in units of n² doubles.
    """

    wall: float
    processor: float
    loss_only: float
    one_thread: float
    nodes: float
    peak: float


class Errors(NamedTuple):
    """Relative errors of loss and gradient, the claimed one, the reference's doubt, and Monte Carlo's in equal time."""

    loss: float
    gradient: float
    claimed: float
    doubt: float
    sampling: float

    @property
    def covers(self) -> bool:
        """Whether the claim is not below the error, as far as the reference can tell."""
        return self.loss <= self.claimed + self.doubt


def spent(case: Case, threads: int, gradient: bool = True) -> tuple[float, float]:
    """Take the seconds of one call by clock and by processor."""
    wall, processor = time.perf_counter(), time.process_time()
    evaluate_line(case.problem, case.weights[None], case.bias[None], gradient=gradient, threads=threads)
    return time.perf_counter() - wall, time.process_time() - processor


def measure_times(case: Case, repeats: int) -> Times:
    """Take the least time by the clock and the median by the processor of calls in turn."""
    both, alone, short = [], [], []
    for _ in range(repeats):
        both.append(spent(case, 2))
        alone.append(spent(case, 1)[0])
        short.append(spent(case, 2, gradient=False)[1])
    processor = statistics.median(seconds for _, seconds in both)
    wall = min(seconds for seconds, _ in both)
    return Times(wall, processor, statistics.median(short), min(alone), mean_nodes(case), peak_memory(case))


def mean_nodes(case: Case) -> float:
    """Ask each output for the nodes of its last line: the scratch arrays still hold the last block's."""
    n = case.problem.n_features
    gram, table = case.weights.T @ case.weights, activation_table(case.problem.sigma)
    densities = np.array([float(p) for p in case.problem.densities])
    out, scratch = (np.zeros((n, 5)), np.zeros((n, n + 1)), np.zeros(n)), line_scratch(n)
    nodes, total = scratch[2][3], 0.0
    for j in range(0, n, max(1, n // 40)):
        nodes[:] = 0.0
        line_rows(j, j + 1, gram, case.bias, densities, table, False, *out, scratch)
        step = nodes[S_IM + 1] - nodes[S_IM]
        total += nodes[S_IM + LANES - 1] / step + 0.5 if step > 0.0 else 0.0
    return total / len(range(0, n, max(1, n // 40)))


def peak_memory(case: Case) -> float:
    """Trace what one call allocates, over 8n² bytes."""
    tracemalloc.start()
    spent(case, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak / (8.0 * case.problem.n_features**2))


def measure_errors(case: Case, known: Truth, processor: float) -> Errors:
    """Evaluate the outputs that are known, and ask what Monte Carlo reaches in the given processor time."""
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
        sampling_error(case, processor),
    )


def sampling_error(case: Case, seconds: float) -> float:
    """Scale the relative standard error of some samples to those that the seconds allow: as 1 / √size."""
    tt.monte_carlo(case.problem, case.weights, case.bias, 100, seed=0)
    start = time.process_time()
    found = tt.monte_carlo(case.problem, case.weights, case.bias, SAMPLES, seed=1)
    taken = time.process_time() - start
    return float(found.error / found.value * np.sqrt(taken / seconds))


def cases(quick: bool) -> Iterable[tuple[Case, int, int]]:
    """Give models, with the outputs to be checked and the repeats."""
    for n, m in SIZES[: 2 if quick else None]:
        for p in DENSITIES:
            yield random_case(n, m, p), {20: 20, 80: 8, 400: 4, 1000: 2}[n] if not quick else 2, 3 if n > 100 else 7
    for n, m in ((20, 5),) if quick else ((20, 5), (80, 20)):
        yield optimized_case(n, m, 0.03), 2 if quick else 8, 7
    case = random_case(20, 5, 0.3)
    yield case._replace(what="random 20->5 b=-1", bias=np.full(20, -1.0)), 20, 7
    for n in (8,) if quick else (8, 80, 400):
        for noise in (1e-2, 1e-3, 1e-4, 1e-6):
            for bias in (0.0, -0.05):
                yield digon_case(n, noise, bias), n, 3
    if not quick:
        for bias in (0.0, -0.05):
            case = digon_case(80, 1e-3, bias, group=80)
            yield case._replace(what=case.what + " all"), 2, 3


def verdict(met: bool) -> str:
    """Say whether a target is met."""
    return "met" if met else "missed"


def times_line(case: Case, times: Times) -> str:
    """Write a line of the table of times."""
    n = case.problem.n_features
    ratio = f"{times.one_thread / times.wall:6.2f}" if n >= 48 else "     -"
    each = f"{1e9 * times.processor / (n * n * times.nodes):10.2f}" if times.nodes and not case.group else "         -"
    goal = ""
    if n in SECONDS_TARGET:
        goal = verdict(times.wall <= SECONDS_TARGET[n])
        if goal == "missed" and times.processor / 2 <= SECONDS_TARGET[n]:
            goal = "missed; cpu/2 met"
    return (
        f"{case.what:28}{float(case.problem.densities[0]):6g}{times.wall:9.4f}{times.processor:9.4f}"
        f"{times.loss_only:10.4f}{times.one_thread:10.4f}{ratio}{times.nodes:8.0f} {each}{times.peak:7.1f}  {goal}"
    ).rstrip()


def errors_line(case: Case, errors: Errors) -> str:
    """Write a line of the table of errors."""
    goals = verdict(errors.loss <= LOSS_TARGET), verdict(errors.gradient <= GRADIENT_TARGET)
    return (
        f"{case.what:28}{float(case.problem.densities[0]):6g}{errors.loss:10.1e}{errors.claimed:10.1e}"
        f"{'yes' if errors.covers else 'NO':>7}{errors.gradient:11.1e}{errors.doubt:10.1e}{errors.sampling:10.1e}"
        f"{errors.sampling / max(errors.loss, errors.doubt, 1e-16):9.0e}  {goals[0]}, {goals[1]}"
    )


def main(arguments: list[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few outputs: to see that it runs")
    quick = parser.parse_args(arguments).quick
    spent(random_case(8, 3, 0.3), 1)  # compiles
    lines = []
    print(TIMES_HEADER)
    for case, outputs, repeats in cases(quick):
        times = measure_times(case, 1 if quick else repeats)
        print(times_line(case, times), flush=True)
        lines.append(errors_line(case, measure_errors(case, truth(case, outputs), times.processor)))
    print(ERRORS_HEADER, *lines, sep="\n")


if __name__ == "__main__":
    main()
