"""What bounds each part, and how far it is from there: the ratio is the share of the limit that is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numba
import numpy as np
import torch
import toytoy as tt
from toytoy.analytic import line_hinge, line_pass, line_row
from toytoy.analytic.certificate import certificate
from toytoy.analytic.tables import activation_table
from toytoy.numeric.atlas import Atlas
from toytoy.numeric.batches import batches
from toytoy.numeric.trained import train_many

from tests.benchmarks import operations
from tests.benchmarks.clock import in_turns, median, seconds
from tests.benchmarks.kernels import microseconds, models, problem_of
from tests.benchmarks.line import evaluated
from tests.benchmarks.line_models import Case, random_case
from tests.benchmarks.maps import COUNT, optima
from tests.benchmarks.rows import Effort, Row, rate
from tests.benchmarks.training import BATCH, cells_of

Passes = dict[str, int]
STEPS = 200
SAMPLE = 20  # outputs whose passes are counted


@numba.njit
def chains(count, a, b):
    """Multiply and add in eight chains that do not wait for each other."""
    x0 = x1 = x2 = x3 = x4 = x5 = x6 = x7 = 1.0
    for _ in range(count):
        x0, x1, x2, x3 = x0 * a + b, x1 * a + b, x2 * a + b, x3 * a + b
        x4, x5, x6, x7 = x4 * a + b, x5 * a + b, x6 * a + b, x7 * a + b
    return x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7


def scalar_limit(count: int) -> float:
    """Operations a second, in billions, of scalar arithmetic that nothing holds up."""
    chains(1, 0.5, 0.5)
    return 16e-9 * count / median(lambda: chains(count, 0.5, 0.5), 5)


def vector_limit(size: int = 600) -> float:
    """Operations a second, in billions, of the library that numpy multiplies matrices with."""
    a = np.random.default_rng(0).random((size, size))
    return 2e-9 * size**3 / median(lambda: a @ a, 5)


def count_passes(case: Case) -> float:
    """Count the features that the line's passes visit for a model: rows run as Python, what they call is compiled."""
    n, counted = case.problem.n_features, 0
    names: dict[str, Any] = {"forward": line_pass.forward, "backward": line_pass.backward}
    rows_module: Any = line_row

    def visiting(function: Any) -> Callable[..., Any]:
        def call(first: int, last: int, *arrays: Any) -> Any:
            nonlocal counted
            counted += last - first
            return function(np.int64(first), np.int64(last), *arrays)

        return call

    patches: list[tuple[Any, str, Any]] = [(line_hinge, name, visiting(function)) for name, function in names.items()]
    patches += [(line_row, name, getattr(line_row, name).py_func) for name in ("hinge_line", "add_hinge", "line_row")]
    before = [(module, name, getattr(module, name)) for module, name, _ in patches]
    densities = np.array([float(p) for p in case.problem.densities])
    gram, table, scratch = case.weights.T @ case.weights, activation_table(case.problem.sigma), line_row.line_scratch(n)
    chosen = np.linspace(0, n - 1, min(n, SAMPLE)).astype(int)
    try:
        for module, name, patch in patches:
            setattr(module, name, patch)
        for j in chosen:
            out = np.zeros((n, 5)), np.zeros((n, n + 1)), np.zeros(n)
            rows_module.line_rows.py_func(j, j + 1, gram, case.bias, densities, table, True, *out, scratch)
    finally:
        for module, name, old in before:
            setattr(module, name, old)
    return 0.5 * counted * n / len(chosen)


def pass_seconds(n: int) -> float:
    """Time both passes of one feature, sixteen nodes at once."""
    lanes, constants, _, nodes = (np.full_like(array, 0.01) for array in line_pass.lane_arrays(n))
    often = 1 + 20_000 // n

    def both() -> None:
        for _ in range(often):
            line_pass.forward(0, n, lanes, constants, nodes)
            line_pass.backward(0, n, lanes, constants, nodes)

    both()  # compiles
    return median(both, 9) / (often * n)


def rows(effort: Effort) -> Iterator[Row]:
    """Measure each part beside what bounds it."""
    counted = operations.count()
    scalar = scalar_limit(10**6 if effort.quick else 10**7)
    kernel = {n: microseconds(n, n - 1) if not effort.quick else microseconds(n, n - 1, 0.005, 3) for n in (2, 3)}
    for n, taken in kernel.items():
        each = counted[f"{n},{n - 1}"]
        note = f"{each:.0f} operations a model; the limit: eight chains of a·x + b that do not wait for each other"
        yield rate(f"kernel ({n},{n - 1}), arithmetic", 1e-3 * each / taken, "10⁹ / s", "scalar code", scalar, note)
    for n, taken in kernel.items():
        problem, (weights, bias) = problem_of(n, n - 1), (batch[0] for batch in models(n, n - 1, 1))
        each = 1e4 * median(partial(_often, partial(tt.loss_and_grad, problem, weights, bias)), 9)
        task, note = f"loss and gradient ({n},{n - 1}), one call", "checks, arrays, and the way into compiled code"
        yield Row(task, each, "µs", "kernel", taken, taken / each, note)
    for n, taken in kernel.items():
        yield from map_rows(n, taken, 6 if effort.quick else COUNT)
    yield from line_rows(counted["line"], (40,) if effort.quick else (40, 400))
    yield from proof_rows(kernel[2])
    yield from training_rows(20 if effort.quick else STEPS)


def _often(function: Callable[[], object]) -> None:
    """Call a hundred times."""
    for _ in range(100):
        function()


def map_rows(n: int, kernel: float, count: int) -> Iterator[Row]:
    """Divide the time that a map's evaluations take by the map's."""
    found: list[Atlas] = []
    whole = seconds(lambda: found.append(optima(n, count)))
    note = f"{found[0].n_evaluations / count**2:.0f} evaluations a cell at {kernel:.2f} µs; the rest is the optimizer's"
    task = f"map ({n},{n - 1}), kernel's share of the time"
    yield rate(task, 1e-6 * kernel * found[0].n_evaluations / whole, "", "all of it", 1.0, note)


def line_rows(each: float, sizes: tuple[int, ...]) -> Iterator[Row]:
    """Measure the passes' arithmetic, and their share of the whole."""
    limit = vector_limit()
    for n in sizes:
        once = pass_seconds(n)
        yield rate(
            f"line, passes over {n} features, arithmetic",
            1e-9 * each * line_pass.LANES / once,
            "10⁹ / s",
            "matrix product",
            limit,
            f"{each:.0f} operations a feature and node, {1e9 * once / line_pass.LANES:.1f} ns",
        )
        case = random_case(n, max(1, n // 10), 0.03)
        evaluated(case, 1)
        whole, passes = float(np.median([evaluated(case, 1).processor for _ in range(5)])), count_passes(case)
        note = f"{passes * line_pass.LANES / n**2:.0f} nodes an output; the rest sets lines up and adds them"
        yield rate(f"line, {n} features, passes' share of the time", once * passes / whole, "", "all of it", 1.0, note)


def proof_rows(kernel: float) -> Iterator[Row]:
    """Set a box of a proof beside the evaluations that any bound over a box needs: one at either end."""
    problem = tt.Problem.toy(2, density=1.0)
    boxes = certificate(problem, 1e-9).n_boxes
    taken = 1e6 * median(lambda: certificate(problem, 1e-9), 3) / boxes
    note = f"{boxes:,} boxes at p = r = 1, 1e-9; the limit: the kernel at a box's two ends"
    yield Row("proof (2,1), a box", taken, "µs", "two evaluations", 2 * kernel, 2 * kernel / taken, note)


def training_rows(steps: int) -> Iterator[Row]:
    """Set training beside the drawing of its batches, by the processor and by the clock."""
    torch.set_num_threads(1)
    problems = cells_of(2, 10).problems
    trained = tt.Trained(batch=BATCH, steps=steps)

    def draw() -> None:
        generators = [np.random.default_rng(k) for k in range(len(problems))]
        for _ in batches(problems, generators, BATCH, steps):
            pass

    whole, drawn = in_turns([lambda: train_many(problems, trained), draw], 3)
    scale = 1e6 / (steps * len(problems))
    yield rate(
        "training (2,1), drawing's share of the time",
        drawn.processor / whole.processor,
        "",
        "all of it",
        1.0,
        f"{scale * drawn.processor:.1f} of {scale * whole.processor:.1f} µs a model and step",
    )
