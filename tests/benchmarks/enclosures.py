"""Rigorous enclosures: fifty digits of a crossing, a stationary point and the tricritical points."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import toytoy as tt
from toytoy.analytic.enclosure import enclose_boundary, enclose_loss, enclose_stationary, enclose_tricritical

from tests.benchmarks.clock import median
from tests.benchmarks.rows import Row, cost

TARGET = 0.1  # seconds, of fifty digits of the (2,1) crossing at p = 0.5, imports apart
REPEATS = 15


def crossing(digits: int) -> object:
    """Enclose the boundary of "not represented" at p = 0.5."""
    dropped, pair = ([[1, 0]], [0, 0.25]), ([[1.0295, -0.7563]], [0.0606, 0.1966])
    return enclose_boundary(tt.Problem.toy(2, importance=0.5357, density=0.5), dropped, pair, digits=digits)


def rows(repeats: int = REPEATS) -> Iterator[Row]:
    """Measure, a line at a time."""
    even = tt.Problem.toy(2, density=0.5)
    six = tt.Problem(n_features=6, n_hidden=2, density=0.3)
    weights = [[0.9, -0.8, 0.3, 0.0, -0.4, 0.7], [0.1, 0.4, -0.9, 0.8, -0.6, 0.2]]
    crossing(50)  # imports
    fifty = median(partial(crossing, 50), repeats)
    yield cost("crossing (2,1), 50 digits", 1e3 * fifty, "ms", "target", 1e3 * TARGET)
    yield Row("crossing (2,1), 305 digits", 1e3 * median(partial(crossing, 305), repeats), "ms")
    point = median(lambda: enclose_stationary(even, [[0.96897, -0.96897]], [0.09768, 0.09768]), repeats)
    yield Row("stationary point (2,1), 50 digits", 1e3 * point, "ms")
    yield Row("both tricritical points, 50 digits", 1e3 * median(enclose_tricritical, repeats), "ms")
    loss = median(lambda: enclose_loss(six, weights, [0.1] * 6), repeats)
    yield Row("loss (6,2), 30 digits", 1e3 * loss, "ms")
