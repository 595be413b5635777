"""How many additions, multiplications and divisions a kernel makes: its Python source is run on numbers that count.

Run by itself, where numba compiles nothing: python -m tests.benchmarks.operations, with NUMBA_DISABLE_JIT=1. It prints
JSON: operations a model by size, and operations a feature and node of the line integral.
"""

from __future__ import annotations

import json
import operator
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import toytoy as tt

from tests.benchmarks.kernels import models, problem_of

ROOT = Path(__file__).resolve().parents[2]
SIZES = ((2, 1), (3, 2))
COUNT = 40  # models: branches differ from one to the next


class Counted:
    """A number that counts the operations on all of its kind; comparisons, signs and absolute values are free."""

    __array_ufunc__ = None  # so that numpy's numbers leave the operation to this class
    operations = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value

    def __int__(self) -> int:
        return int(self.value)

    def __abs__(self) -> Counted:
        return Counted(abs(self.value))

    def __neg__(self) -> Counted:
        return Counted(-self.value)


def plain(value: Any) -> float:
    """Take the number out."""
    return value.value if isinstance(value, Counted) else float(value)


def _arithmetic(operation: Callable[[float, float], float], swapped: bool) -> Callable[[Counted, Any], Counted]:
    def counted(self: Counted, other: Any) -> Counted:
        Counted.operations += 1
        pair = (plain(other), self.value) if swapped else (self.value, plain(other))
        return Counted(operation(*pair))

    return counted


def _comparison(operation: Callable[[float, float], bool]) -> Callable[[Counted, Any], bool]:
    return lambda self, other: operation(self.value, plain(other))


for _name in ("add", "sub", "mul", "truediv"):
    for _swapped in (False, True):
        setattr(Counted, f"__{'r' * _swapped}{_name}__", _arithmetic(getattr(operator, _name), _swapped))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Counted, f"__{_name}__", _comparison(getattr(operator, _name)))


def counting(array: Any) -> Any:
    """Make an array's floats count."""
    array = np.asarray(array)
    return np.vectorize(lambda x: Counted(float(x)), otypes=[object])(array) if array.dtype.kind == "f" else array


def of_kernel(n: int, m: int, count: int = COUNT) -> float:
    """Count the operations of loss and gradient, a model, and see that the answer is right."""
    from toytoy.analytic.cube import scratch
    from toytoy.analytic.rows import evaluate_batch
    from toytoy.analytic.tables import tables

    problem, (weights, bias) = problem_of(n, m), models(n, m, count)
    importance, masks, probabilities, act = tables(problem, (0, 1))
    work, stack, *_ = scratch(n)
    loss = counting(np.zeros(count))
    outputs = loss, counting(np.zeros_like(weights)), counting(np.zeros_like(bias)), counting(np.zeros((count, n, 5)))
    given = (weights, bias, importance[None], masks, probabilities[None], act)
    arrays = [*map(counting, given), *outputs, counting(work), stack]
    Counted.operations = 0
    evaluate_batch(*arrays)
    total = Counted.operations
    assert np.allclose([float(x) for x in loss], tt.loss(problem, weights, bias), rtol=1e-12)
    return total / count


def of_line(n: int = 20) -> float:
    """Count the operations of the line's two passes, a feature and node; they have no branches."""
    from toytoy.analytic.line_pass import LANES, backward, forward, lane_arrays

    lanes, constants, _, nodes = (counting(np.full_like(array, 0.01)) for array in lane_arrays(n))
    Counted.operations = 0
    forward(0, n, lanes, constants, nodes)
    backward(0, n, lanes, constants, nodes)
    return Counted.operations / (n * LANES)


def count() -> dict[str, float]:
    """Run this file where numba compiles nothing, and read what it prints."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "tests.benchmarks.operations"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps({f"{n},{m}": of_kernel(n, m) for n, m in SIZES} | {"line": of_line()}))
