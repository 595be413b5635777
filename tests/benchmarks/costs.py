"""What the kernels cost besides their time: compilation, a second thread; and what sampling would cost instead."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import toytoy as tt
from toytoy.analytic.loss import evaluate

from tests.benchmarks.kernels import PAIRS, models

ROOT = Path(__file__).resolve().parents[2]
COMPILE_TARGET = 20.0  # processor seconds, once a machine
THREADS_TARGET = 1.7  # times faster on two threads
SAMPLES = 10**6  # drawn to know the variance and the rate
BURST = {2: 40_000, 3: 10_000}  # models: some ten milliseconds
BURSTS = 20  # for each pair of repeats elsewhere
WHOLE, HALF = bytes(2**23), bytes(2**22)  # to be hashed: some milliseconds
SET_UP = """
import os, time
import toytoy as tt
import toytoy.numeric.minimize
start = time.process_time()
tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1))
tt.hessian(tt.Problem.toy(2, density=0.5), [[1.0, -0.5]], [0.1, 0.2])
print(time.process_time() - start)
"""


class Sampling(NamedTuple):
    """Samples with which Monte Carlo's standard error is the kernel's bound, and their processor seconds."""

    size: float
    seconds: float


def compile_seconds() -> float:
    """Processor time of what `make setup` compiles, into an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        done = subprocess.run(
            [sys.executable, "-c", SET_UP], env=environment, cwd=folder, capture_output=True, text=True, check=True
        )
    return float(done.stdout)


class Threads(NamedTuple):
    """How many times faster two threads are: our kernel, and hashing, which certainly holds no lock."""

    kernel: float
    hashing: float


def threads(n: int, m: int, pairs: int = PAIRS) -> Threads:
    """Divide the wall time of a batch by that of its halves on two threads: the least of many short ones of each.

    The least, since whatever else the machine does takes from the second core first; short, to fall between that.
    """
    problem = tt.Problem(n_features=n, n_hidden=m, density=0.3)
    weights, bias = models(n, m, BURST[n])
    evaluate(problem, weights, bias)  # compiles
    halves = list(zip(np.split(weights, 2), np.split(bias, 2), strict=True))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(time.sleep, (0.01, 0.01)))  # both threads are started
        jobs: tuple[Callable[[], Any], ...] = (
            lambda: evaluate(problem, weights, bias),
            lambda: list(pool.map(lambda half: evaluate(problem, *half), halves)),
            lambda: sha256(WHOLE),
            lambda: list(pool.map(sha256, (HALF, HALF))),
        )
        least = np.min([[wall_time(job) for job in jobs] for _ in range(BURSTS * pairs)], axis=0)
    return Threads(least[0] / least[1], least[2] / least[3])


def wall_time(job: Callable[[], Any]) -> float:
    """Seconds by the clock of one call."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def sampling_for_the_same_error(n: int, m: int, size: int = SAMPLES) -> Sampling:
    """Ask how long Monte Carlo would take: its error falls as 1 / √size."""
    problem = tt.Problem(n_features=n, n_hidden=m, density=0.3)
    weights, bias = (batch[0] for batch in models(n, m, 1))
    bound = tt.loss_estimate(problem, weights, bias).error
    start = time.process_time()
    sampled = tt.monte_carlo(problem, weights, bias, size, seed=0)
    rate = (time.process_time() - start) / size
    needed = size * (sampled.error / bound) ** 2
    return Sampling(needed, needed * rate)
