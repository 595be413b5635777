"""What is paid besides the work itself: a fresh process, imports, compilation, and what a second thread brings."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import numpy as np
import toytoy as tt
from toytoy.analytic.loss import evaluate

from tests.benchmarks.clock import median, spent
from tests.benchmarks.kernels import models
from tests.benchmarks.rows import Effort, Row, cost, rate

ROOT = Path(__file__).resolve().parents[2]
COMPILE_TARGET = 20.0  # processor seconds, once a machine
THREADS_TARGET = 1.7  # times faster on two threads
BURST = {2: 40_000, 3: 10_000}  # models: some ten milliseconds
BURSTS = 200  # of each
WHOLE, HALF = bytes(2**23), bytes(2**22)  # to be hashed: some milliseconds
COMPILE = """
import toytoy as tt
import toytoy.numeric.minimize
tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1))
tt.hessian(tt.Problem.toy(2, density=0.5), [[1.0, -0.5]], [0.1, 0.2])
"""
FIRST_LOSS = "import toytoy as tt; tt.loss(tt.Problem.toy(2, density=0.5), [[0.9, -0.8]], [0.1, 0.2])"
FRESH = {  # what a fresh process does, and what it stands beside
    "import toytoy": (["-c", "import toytoy"], "python, nothing else", ["-c", "pass"]),
    "first loss": (["-c", FIRST_LOSS], "import numba, scipy.linalg", ["-c", "import numba, scipy.linalg"]),
    "toytoy --help": (["-m", "toytoy", "--help"], "import click", ["-c", "import click"]),
    "toytoy solve -n 2 -m 1 -p 0.5": (
        ["-m", "toytoy", "solve", "-n", "2", "-m", "1", "-p", "0.5"],
        "import numba, scipy.optimize",
        ["-c", "import numba, scipy.optimize"],
    ),
}


def fresh(arguments: list[str], cache: str | None = None) -> float:
    """Take the processor time of a fresh Python process."""
    environment = os.environ | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT.parent, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compile_seconds() -> float:
    """Processor time of what `make setup` compiles, into an empty cache, imports apart."""
    with tempfile.TemporaryDirectory() as folder:
        cold = fresh(["-c", COMPILE], folder)
        return cold - fresh(["-c", COMPILE], folder)


class Threads(NamedTuple):
    """How many times faster two threads are: our kernel, and hashing, which certainly holds no lock."""

    kernel: float
    hashing: float


def threads(n: int, m: int, bursts: int = BURSTS) -> Threads:
    """Divide the wall time of a batch by that of its halves on two threads: the least of many short ones of each.

    The least, since whatever else the machine does takes from the second core first; short, to fall between that.
    """
    problem = tt.Problem(n_features=n, n_hidden=m, density=0.3)
    weights, bias = models(n, m, BURST[n])
    evaluate(problem, weights, bias)  # compiles
    halves = list(zip(np.split(weights, 2), np.split(bias, 2), strict=True))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sleep, (0.01, 0.01)))  # both threads are started
        jobs: tuple[Callable[[], Any], ...] = (
            lambda: evaluate(problem, weights, bias),
            lambda: list(pool.map(lambda half: evaluate(problem, *half), halves)),
            lambda: sha256(WHOLE),
            lambda: list(pool.map(sha256, (HALF, HALF))),
        )
        least = np.min([[spent(job).clock for job in jobs] for _ in range(bursts)], axis=0)
    return Threads(least[0] / least[1], least[2] / least[3])


def start_rows(repeats: int) -> Iterator[Row]:
    """Time fresh processes, each beside the imports that it cannot do without."""
    for what, (ours, rival, theirs) in FRESH.items():
        pairs = [(fresh(ours), fresh(theirs)) for _ in range(repeats)]
        own, other = (1e3 * statistics.median(column) for column in zip(*pairs, strict=True))
        yield cost(what, own, "ms", rival, other, "a fresh process")


def explorer_rows(repeats: int) -> Iterator[Row]:
    """Time what the explorer does at a click and while a slider moves, at places not seen before."""
    from toytoy.compare.explorer.cell import cell_view
    from toytoy.compare.explorer.landscape import landscape, landscape_of
    from toytoy.compare.explorer.shipped import shipped, shipped_lines

    diagram, lines, places = shipped(3)["optimum"], shipped_lines(3), iter(np.linspace(0.31, 0.69, 3 * repeats + 3))
    for warm in (lambda p: cell_view(diagram, p, 0.7, lines), lambda p: landscape(p, 0.7)):
        warm(float(next(places)))
    click = median(lambda: cell_view(diagram, float(next(places)), 0.7, lines), repeats)
    yield Row("explorer, a cell of (3,2) is opened", 1e3 * click, "ms")
    drawn = median(lambda: landscape(float(next(places)), 0.7), repeats)
    computed = median(lambda: landscape_of(float(next(places)), 0.7), repeats)
    yield cost("explorer, a landscape is drawn", 1e3 * drawn, "ms", "its numbers alone", 1e3 * computed)


def rows(effort: Effort) -> Iterator[Row]:
    """Measure starts, the explorer, threads, and, unless in a hurry, compilation."""
    repeats = 1 if effort.quick else 5
    yield from start_rows(repeats)
    yield from explorer_rows(repeats)
    for n in (2, 3):
        found, task = threads(n, n - 1, 10 if effort.quick else BURSTS), f"two threads, kernel ({n},{n - 1})"
        yield rate(task, found.kernel, "times", "target", THREADS_TARGET, "by the clock, the best of many")
        yield rate(task, found.kernel, "times", "hashing", found.hashing, "which holds no lock")
    if not effort.quick:
        yield cost("compiling everything, once", compile_seconds(), "s", "target", COMPILE_TARGET)
