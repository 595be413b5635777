"""Loss and gradient per model: the compiled kernel, its plain numpy twin, and another kernel if one is given."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numba.core.config
import numpy as np
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.loss import evaluate

from tests.benchmarks.clock import in_turns, median, seconds
from tests.benchmarks.rows import Effort, Row, cost
from tests.reference import exact, plain

Array = NDArray[np.float64]
SIZES = ((2, 1), (3, 2), (6, 3), (10, 4))
RELU = ((0.0,), (0.0, 1.0))
ROUNDS = 15  # in turns
BUDGET = 0.05  # seconds of one turn of the kernel: long beside a clock tick, short beside a change of load
SAME_ANSWER = 1e-6  # relative: far above the digits that any kernel loses, far below another law's loss
# Models of one call of the plain twin. It works on all of them at once, so that it takes many to be at its best; with
# ten features it takes minutes.
AT_ONCE = {2: 4096, 3: 2048, 6: 32}


def models(n: int, m: int, count: int) -> tuple[Array, Array]:
    """Draw starts of an optimizer."""
    rng = np.random.default_rng(0)
    return 0.7 * rng.normal(size=(count, m, n)), rng.uniform(-0.1, 0.4, (count, n))


def problem_of(n: int, m: int) -> tt.Problem:
    """Give the problem that kernels are timed on."""
    return tt.Problem(n_features=n, n_hidden=m, density=0.3, importance=tuple(0.8**i for i in range(n)))


def enough(n: int, m: int, budget: float) -> int:
    """Tell how many models the kernel evaluates in so many seconds, at least one."""
    problem, (weights, bias) = problem_of(n, m), models(n, m, 64)
    evaluate(problem, weights, bias)  # compiles
    return max(1, int(64 * budget / max(seconds(lambda: evaluate(problem, weights, bias)), 1e-6)))


def microseconds(n: int, m: int, budget: float = BUDGET, rounds: int = ROUNDS) -> float:
    """Time the kernel alone, a model."""
    count = enough(n, m, budget)
    problem, (weights, bias) = problem_of(n, m), models(n, m, count)
    return 1e6 * median(lambda: evaluate(problem, weights, bias), rounds) / count


def load_baseline(path: Path) -> Any:
    """Import a kernel.py, or that of a folder, and batch its `fgD(th, m, n, p, I, g, D)` over models."""
    file = path / "kernel.py" if path.is_dir() else path
    spec = importlib.util.spec_from_file_location("baseline_kernel", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # numba's cache finds functions by their module
    config: Any = numba.core.config
    before, config.CACHE_DIR = config.CACHE_DIR, tempfile.mkdtemp()
    try:
        spec.loader.exec_module(module)
    finally:
        config.CACHE_DIR = before
    one: Any = module.fgD

    @numba.njit
    def batch(thetas, m, n, p, importance, gradients, parts, losses):
        for i in range(thetas.shape[0]):
            losses[i] = one(thetas[i], m, n, p, importance, gradients[i], parts)

    return batch


def baseline_call(batch: Any, weights: Array, bias: Array, problem: tt.Problem) -> Callable[[], Any]:
    """Bind the baseline to a batch of models, and see that it answers the same question.

    Raises
    ------
    ValueError
        If its losses are others.
    """
    count, m, n = weights.shape
    thetas = np.concatenate([weights.reshape(count, -1), bias], axis=1)
    losses, importance = np.empty(count), np.array([float(i) for i in problem.importances])
    gradients, parts = np.empty_like(thetas), np.empty(n)
    p = float(problem.densities[0])

    def call() -> None:
        batch(thetas, m, n, p, importance, gradients, parts, losses)

    call()  # compiles
    if not np.allclose(losses, evaluate(problem, weights, bias).loss, rtol=SAME_ANSWER):
        raise ValueError("the baseline answers otherwise: its losses are not those of this problem")
    return call


def plain_call(weights: Array, bias: Array, problem: tt.Problem) -> Callable[[], Any]:
    """Bind the plain twin to a batch of models."""
    law = exact.independent([float(p) for p in problem.densities])
    importance = [float(i) for i in problem.importances]
    return lambda: plain.loss_and_grad(law, importance, RELU, weights, bias)


def rows(effort: Effort) -> Iterator[Row]:
    """Time each size, kernel and rivals in turns on models of one kind."""
    batch = None if effort.baseline is None else load_baseline(effort.baseline)
    for n, m in SIZES[:2] if batch is not None else ():
        baseline_call(batch, *models(n, m, 8), problem_of(n, m))  # is refused now, not after minutes
    rounds, budget = (3, 0.005) if effort.quick else (ROUNDS, BUDGET)
    for n, m in SIZES[: 2 if effort.quick else None]:
        yield from size_rows(n, m, batch, rounds, budget)


def size_rows(n: int, m: int, batch: Any | None, rounds: int, budget: float) -> Iterator[Row]:
    """Time one size."""
    task, unit = f"loss and gradient ({n},{m})", "µs a model"
    problem, count = problem_of(n, m), enough(n, m, budget)
    weights, bias = models(n, m, count)

    def ours() -> object:
        return evaluate(problem, weights, bias)

    if n not in AT_ONCE:
        yield Row(task, 1e6 * median(ours, rounds) / count, unit)
        return
    at_once = AT_ONCE[n]
    own, other = in_turns([ours, plain_call(*models(n, m, at_once), problem)], min(rounds, 3))
    note = f"{at_once} models at once"
    yield cost(task, 1e6 * own.processor / count, unit, "plain numpy", 1e6 * other.processor / at_once, note)
    if batch is not None and n <= 3:
        own, other = in_turns([ours, baseline_call(batch, weights, bias, problem)], rounds)
        yield cost(task, 1e6 * own.processor / count, unit, "baseline", 1e6 * other.processor / count)
