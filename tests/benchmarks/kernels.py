"""Time of loss and gradient per model: the compiled kernel, its plain twin, and another kernel if one is given."""

from __future__ import annotations

import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numba.core.config
import numpy as np
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.loss import evaluate

from tests.reference import exact, plain

Array = NDArray[np.float64]
SIZES = ((2, 1), (3, 2), (6, 3), (10, 4))
RELU = ((0.0,), (0.0, 1.0))
PAIRS = 15  # interleaved repeats; the median of their ratios is not moved by a few disturbed ones
BUDGET = 0.05  # seconds of one repeat of the kernel: long beside a clock tick, short beside a change of load
SAME_ANSWER = 1e-6  # relative: far above the digits that any kernel loses, far below another law's loss
MOST_PLAIN = {2: 64, 3: 32, 6: 2, 10: 0}  # models of one repeat of the plain twin; with ten features it takes minutes


class Row(NamedTuple):
    """Microseconds a model; the ratio is baseline / kernel, above 1 where the kernel is faster."""

    size: tuple[int, int]
    kernel: float
    plain: float | None
    baseline: float | None
    ratio: float | None


def models(n: int, m: int, count: int) -> tuple[Array, Array]:
    """Draw starts of an optimizer."""
    rng = np.random.default_rng(0)
    return 0.7 * rng.normal(size=(count, m, n)), rng.uniform(-0.1, 0.4, (count, n))


def seconds(function: Callable[[], Any]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def load_baseline(folder: Path) -> Any:
    """Import kernel.py of a folder and batch its `fgD(th, m, n, p, I, g, D)` over models.

    Raises
    ------
    FileNotFoundError
        If there is no kernel.py.
    """
    path = folder / "kernel.py" if folder.is_dir() else folder
    if not path.is_file():
        raise FileNotFoundError(f"no kernel.py at {folder}; give the folder that holds it")
    spec = importlib.util.spec_from_file_location("baseline_kernel", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # numba's cache finds functions by their module
    config: Any = numba.core.config
    before, config.CACHE_DIR = (
        config.CACHE_DIR,
        tempfile.mkdtemp(),
    )
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


def baseline_call(batch: Any, weights: Array, bias: Array, problem: tt.Problem) -> tuple[Callable[[], Any], Array]:
    """Bind the baseline to a batch of models; the array holds their losses once it was called."""
    count, m, n = weights.shape
    thetas = np.concatenate([weights.reshape(count, -1), bias], axis=1)
    losses, importance = np.empty(count), np.array([float(i) for i in problem.importances])
    gradients, parts = np.empty_like(thetas), np.empty(n)
    p = float(problem.densities[0])
    return lambda: batch(thetas, m, n, p, importance, gradients, parts, losses), losses


def plain_call(weights: Array, bias: Array, problem: tt.Problem) -> Callable[[], Any]:
    """Bind the plain twin to a batch of models."""
    law = exact.independent([float(p) for p in problem.densities])
    importance = [float(i) for i in problem.importances]
    return lambda: plain.loss_and_grad(law, importance, RELU, weights, bias)


def time_size(n: int, m: int, batch: Any | None, pairs: int = PAIRS, budget: float = BUDGET) -> Row:
    """Measure one size; kernel and baseline in turn, on the same models."""
    problem = tt.Problem(n_features=n, n_hidden=m, density=0.3, importance=tuple(0.8**i for i in range(n)))
    weights, bias = models(n, m, 64)
    evaluate(problem, weights, bias)  # compiles
    count = max(1, int(64 * budget / max(seconds(lambda: evaluate(problem, weights, bias)), 1e-6)))
    weights, bias = models(n, m, count)
    ours: list[float] = []
    theirs: list[float] = []
    call, losses = baseline_call(batch, weights, bias, problem) if batch is not None and n <= 3 else (None, None)
    if call is not None and losses is not None:
        call()  # compiles
        if not np.allclose(losses, evaluate(problem, weights, bias).loss, rtol=SAME_ANSWER):
            raise ValueError("the baseline answers otherwise: its losses are not those of this problem")
    for _ in range(pairs):
        ours.append(seconds(lambda: evaluate(problem, weights, bias)))
        if call is not None:
            theirs.append(seconds(call))
    k = min(MOST_PLAIN.get(n, 0), count)
    slow = seconds(plain_call(weights[:k], bias[:k], problem)) / k if k else None
    ratios = [other / own for own, other in zip(ours, theirs, strict=False)]
    return Row(
        (n, m),
        1e6 * statistics.median(ours) / count,
        None if slow is None else 1e6 * slow,
        1e6 * statistics.median(theirs) / count if theirs else None,
        statistics.median(ratios) if ratios else None,
    )
