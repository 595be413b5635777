"""What a second worker brings to a sweep, and what it costs to start.

The work is real: the optimum of (3,2) in every cell, by searches from random starts. Both pools are warm, and take
turns. Beside the time on the clock, which other work on the machine falsifies, stands the processor time of the busiest
worker: on cores of their own, that is how long the workers take.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np
import toytoy as tt
from toytoy.numeric.sweep import sweep

from tests.benchmarks.rows import Effort, Row, rate

TARGET = 1.7  # times as fast with two workers
N_STARTS = 300  # a cell then takes some 50 ms
CELLS, ROUNDS = 10, 3  # along each axis


def search(density: float, importance: float) -> dict[str, float]:
    """Find the optimum of a cell; say which process did, and when by its own processor clock."""
    begin = process_time()
    found = tt.minimize(tt.Problem.toy(3, density=density, importance=importance), tt.Multistart(n_starts=N_STARTS))
    return {"loss": float(found.loss), "process": os.getpid(), "begin": begin, "end": process_time()}


class Cost(NamedTuple):
    """Seconds of a sweep: on the clock, and of processors, the busiest worker's and this process's."""

    clock: float
    busiest: float
    here: float


def cost(pool: ProcessPoolExecutor, cells: int) -> Cost:
    """Sweep once."""
    grid = {"density": np.geomspace(0.01, 1, cells), "importance": np.geomspace(0.1, 10, cells)}
    begin, spent = perf_counter(), process_time()
    found = sweep(search, grid, pool)
    clock, here = perf_counter() - begin, process_time() - spent
    assert not (found.error != "").any()
    busy = [found.where(found.process == process) for process in np.unique(found.process)]
    return Cost(clock, max(float(one.end.max() - one.begin.min()) for one in busy), here)


def start_up() -> float:
    """Seconds on the clock of the smallest sweep by two fresh processes."""
    begin = perf_counter()
    sweep(search, {"density": [0.5], "importance": [0.5, 1.0]}, n_workers=2)
    return perf_counter() - begin


def enough(start: float, ratio: float) -> str:
    """Say from which work on fresh processes reach the target, (start + work) / (start + work / ratio)."""
    ratio = min(ratio, 2.0)
    if ratio <= TARGET:
        return f"and bring less than {TARGET} whatever the work"
    return f"and bring {TARGET} from {start * (TARGET - 1) / (1 - TARGET / ratio):.0f} s of work on"


def rows(effort: Effort) -> Iterator[Row]:
    """Sweep by one worker and by two in turns, then by two fresh ones."""
    cells, rounds = (3, 1) if effort.quick else (CELLS, ROUNDS)
    search(0.5, 1.0)  # compiles before workers do
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as one, ProcessPoolExecutor(2, spawn) as two:
        for pool in (one, two):
            cost(pool, 2)
        pairs = [(cost(one, cells), cost(two, cells)) for _ in range(rounds)]
    busiest = median(single.busiest / double.busiest for single, double in pairs)
    clock = median(single.clock / double.clock for single, double in pairs)
    task, note = f"two workers, {cells**2} cells", "by the processor time of the busiest"
    yield rate(task, busiest, "times", "target", TARGET, note)
    yield rate(task, clock, "times", "two cores", 2.0, "by the clock, other work on the machine included")
    here = median(double.here for _, double in pairs) / cells**2
    each = median(single.busiest for single, _ in pairs) / cells**2
    yield Row("handing out a cell", 1e3 * here, "ms", "its work", 1e3 * each, each / here, "of 300 starts")
    start = start_up()
    yield Row("two fresh workers, start to end", start, "s", note=f"by the clock, {enough(start, busiest)}")
