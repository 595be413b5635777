"""Time of whole answers: diagrams of optima on the published ranges, and one multistart."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
import toytoy as tt

TARGETS = {2: 2.0, 3: 12.0}  # seconds for 60 × 60 cells on one core


class MapTime(NamedTuple):
    """Processor seconds of one diagram of optima."""

    n: int
    cells: int
    seconds: float
    target: float


class SearchTime(NamedTuple):
    """Processor microseconds of a multistart, a start."""

    n: int
    starts: int
    microseconds: float


def time_map(n: int, count: int = 60) -> MapTime:
    """Measure a diagram of optima, margins included; the target is that of 60 × 60 cells, in proportion."""
    tt.phase_diagram(n, n - 1, density=[0.5], importance=[1.0], method="optimum")  # compiles
    density, importance = np.geomspace(0.01, 1.0, count), np.geomspace(0.1, 10.0, count)
    start = time.process_time()
    tt.phase_diagram(n, n - 1, density=density, importance=importance, method="optimum")
    return MapTime(n, count**2, time.process_time() - start, TARGETS[n] * count**2 / 3600)


def time_search(n: int, n_starts: int = 200) -> SearchTime:
    """Measure one multistart from start to `Solution`."""
    problem = tt.Problem.toy(n, importance=0.8, density=0.4)
    tt.minimize(problem, tt.Multistart(n_starts=1))  # compiles
    start = time.process_time()
    solution = tt.minimize(problem, tt.Multistart(n_starts=n_starts))
    return SearchTime(n, len(solution.runs), 1e6 * (time.process_time() - start) / len(solution.runs))
