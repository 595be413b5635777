"""What the kernels cost besides their time: compilation, a second thread; and what sampling would cost instead."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import toytoy as tt
from toytoy.analytic.loss import evaluate

from tests.benchmarks.kernels import BUDGET, PAIRS, models, seconds

ROOT = Path(__file__).resolve().parents[2]
COMPILE_TARGET = 20.0  # processor seconds, once a machine
THREADS_TARGET = 1.7  # times faster on two threads
SAMPLES = 10**6  # drawn to know the variance and the rate
SET_UP = """
import os, time
import toytoy as tt
import toytoy.numeric.minimize
start = time.process_time()
tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1))
tt.loss(tt.Problem.toy(2, density=0.5), [[1.0, 0.0]], [0.0, 0.0])
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


def threads_ratio(n: int, m: int, pairs: int = PAIRS, budget: float = BUDGET) -> float:
    """Divide the wall time of a batch by that of its halves on two threads: the least of each, taken in turn.

    The least, since whatever else the machine does takes from the second core first.
    """
    problem = tt.Problem(n_features=n, n_hidden=m, density=0.3)
    weights, bias = models(n, m, 64)
    evaluate(problem, weights, bias)  # compiles
    count = max(2, int(64 * 4 * budget / max(seconds(lambda: evaluate(problem, weights, bias)), 1e-6)) // 2 * 2)
    weights, bias = models(n, m, count)
    one, two = [], []
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(time.sleep, (0.01, 0.01)))  # both threads are started
        for _ in range(pairs):
            times = [time.perf_counter()]
            evaluate(problem, weights, bias)
            times.append(time.perf_counter())
            list(pool.map(lambda w, b: evaluate(problem, w, b), np.split(weights, 2), np.split(bias, 2)))
            times.append(time.perf_counter())
            one.append(times[1] - times[0])
            two.append(times[2] - times[1])
    return min(one) / min(two)


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
