"""What a second worker brings to a sweep: python tests/benchmarks/sweep.py [--rounds N] [--cells N].

The work is real: the optimum of (3,2) in every cell, by searches from random starts. Both pools are warm, and take
turns; the median of their rounds is shown. Beside the time on the clock, which other work on the machine falsifies,
stands the processor time of the busiest worker: on cores of their own, that is how long the workers take.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # before numpy is loaded, here and in the workers
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np  # noqa: E402
import toytoy as tt  # noqa: E402
from toytoy.numeric.sweep import sweep  # noqa: E402

TARGET = 1.7  # times as fast with two workers
N_STARTS = 300  # a cell then takes some 50 ms


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if the second worker brings less than it should by processor time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cells", type=int, default=12, help="along each axis")
    chosen = parser.parse_args(arguments)
    search(0.5, 1.0)  # compiles before workers do
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as one, ProcessPoolExecutor(2, spawn) as two:
        for pool in (one, two):
            cost(pool, 4)
        costs = [(cost(one, chosen.cells), cost(two, chosen.cells)) for _ in range(chosen.rounds)]
    print(f"{chosen.cells**2} cells, {chosen.rounds} rounds, load {os.getloadavg()[0]:.1f}; target {TARGET}")
    print(f"{'seconds':28}{'one worker':>12}{'two':>8}{'ratio':>8}")
    for what, name in (
        ("on the clock", "clock"),
        ("processor, busiest worker", "busiest"),
        ("processor, here", "here"),
    ):
        a, b = (median(getattr(each[k], name) for each in costs) for k in (0, 1))
        print(f"{what:28}{a:>12.2f}{b:>8.2f}{a / b:>8.2f}")
    ratio = median(single.busiest / double.busiest for single, double in costs)
    clock = median(single.clock / double.clock for single, double in costs)
    start = start_up()
    print(f"median ratio on the clock {clock:.2f}, of processor time {ratio:.2f}")
    print(f"two fresh processes take {start:.1f} s to begin and end, {enough(start, ratio)}")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
