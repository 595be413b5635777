"""How costs grow: a map's with cells, a model's with features, training's with steps, a proof's with digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
import toytoy as tt
from toytoy.analytic.certificate import certificate
from toytoy.analytic.laplace import evaluate_line
from toytoy.analytic.loss import evaluate
from toytoy.numeric.trained import train_many

from tests.benchmarks.clock import median, seconds
from tests.benchmarks.kernels import models, problem_of
from tests.benchmarks.line_models import Case, random_case
from tests.benchmarks.maps import diagram, map_seconds
from tests.benchmarks.rows import Effort, Row
from tests.benchmarks.training import BATCH, cells_of

COUNTS = {2: (5, 10, 20, 40, 80), 3: (5, 10, 20, 40)}  # cells along each axis
CUBE = (2, 3, 4, 5, 6, 7, 8, 9, 10)
LINE = (5, 10, 20, 40, 80, 160, 320, 640)
STEPS = (50, 100, 200, 400, 800)
WIDTHS = (1e-3, 1e-5, 1e-7, 1e-9)


def rows(effort: Effort) -> Iterator[Row]:
    """Walk along each curve; in a hurry, only to its second point."""
    few = 2 if effort.quick else None
    for n, counts in COUNTS.items():
        map_seconds(n, 2)  # compiles
        for count in counts[:few]:
            yield point(f"optimum map ({n},{n - 1}), cells", seconds(_mapped(n, count)), "s", count**2)
    yield from feature_rows(few)
    torch.set_num_threads(1)
    cells = cells_of(2, 10)
    train_many(cells.problems, tt.Trained(batch=BATCH, steps=2))  # warms
    for steps in STEPS[:few]:
        trained = tt.Trained(batch=BATCH, steps=steps)
        yield point("training of 100 (2,1), steps", seconds(_training(cells.problems, trained)), "s", steps)
    even = tt.Problem.toy(2, density=0.5)
    for width in WIDTHS[:few]:
        taken = median(partial(certificate, even, width), 5)
        yield point("proved minimum (2,1), digits", 1e3 * taken, "ms", -np.log10(width))


def _mapped(n: int, count: int) -> Callable[[], object]:
    return lambda: diagram(n, count)


def _training(problems: list[tt.Problem], trained: tt.Trained) -> Callable[[], object]:
    return lambda: train_many(problems, trained)


def _lined(case: Case) -> Callable[[], object]:
    return lambda: evaluate_line(case.problem, case.weights[None], case.bias[None], threads=1)


def feature_rows(few: int | None) -> Iterator[Row]:
    """Time loss and gradient of one model by both methods."""
    for n in CUBE[:few]:
        m = max(1, n // 2)
        count = max(1, 4096 >> (2 * max(0, n - 3)))
        problem, (weights, bias) = problem_of(n, m), models(n, m, count)
        evaluate(problem, weights, bias, method="cube")  # compiles
        taken = median(partial(evaluate, problem, weights, bias, method="cube"), 5)
        yield point("closed form, features", 1e3 * taken / count, "ms", n)
    for p in (0.03, 0.3):
        for n in LINE[:few]:
            case = random_case(n, max(1, n // 4), p)
            _lined(case)()  # compiles
            taken = median(_lined(case), 5 if n < 200 else 3)
            yield point(f"line integral, p = {p:g}, features", 1e3 * taken, "ms", n)


def point(curve: str, cost: float, unit: str, size: float) -> Row:
    """Place a cost on a curve."""
    return Row(curve, cost, unit, size=float(size))
