"""Time of rigorous enclosures: fifty digits of a crossing, a stationary point and the tricritical points."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import toytoy as tt
from toytoy.analytic.enclosure import enclose_boundary, enclose_loss, enclose_stationary, enclose_tricritical

TARGET = 0.1  # seconds, of fifty digits of the (2,1) crossing at p = 0.5, imports apart
REPEATS = 15


class Row(NamedTuple):
    """What was enclosed, the median of processor seconds, and how many are allowed."""

    what: str
    seconds: float
    target: float | None


def median(function: Callable[[], Any], repeats: int) -> float:
    """Processor seconds of a call."""
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def rows(repeats: int = REPEATS) -> Iterator[Row]:
    """Measure, a line at a time."""
    guess, dropped = tt.Problem.toy(2, importance=0.5357, density=0.5), ([[1, 0]], [0, 0.25])
    pair = ([[1.0295, -0.7563]], [0.0606, 0.1966])
    even = tt.Problem.toy(2, density=0.5)
    six = tt.Problem(n_features=6, n_hidden=2, density=0.3)
    weights = [[0.9, -0.8, 0.3, 0.0, -0.4, 0.7], [0.1, 0.4, -0.9, 0.8, -0.6, 0.2]]
    for digits, target in ((50, TARGET), (305, None)):
        seconds = median(partial(enclose_boundary, guess, dropped, pair, digits=digits), repeats)
        yield Row(f"crossing (2,1), {digits} digits", seconds, target)
    point = median(lambda: enclose_stationary(even, [[0.96897, -0.96897]], [0.09768, 0.09768]), repeats)
    yield Row("stationary point (2,1), 50 digits", point, None)
    yield Row("both tricritical points, 50 digits", median(enclose_tricritical, repeats), None)
    yield Row("loss (6,2), 30 digits", median(lambda: enclose_loss(six, weights, [0.1] * 6), repeats), None)


if __name__ == "__main__":
    for row in rows():
        print(f"{row.what:40}{1e3 * row.seconds:8.1f} ms")
