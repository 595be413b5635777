"""The line integral compiled and in torch on the same models, in one run: python -m tests.benchmarks.torch_line.

Prints the device (the first GPU where torch sees one, or --device), then for each size the wall time a model of loss
and gradient by both routes, medians of turns, and the largest difference of losses and of gradients. On a CPU only
small sizes are timed: torch takes some 10 to 30 times as long there.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.line_torch import line_loss

Array = NDArray[np.float64]
# models, features, hidden dimensions, density
ON_GPU = ((64, 20, 5, 0.1), (16, 80, 20, 0.1), (4, 400, 30, 0.003), (4, 400, 30, 0.03), (4, 400, 30, 0.3))
ON_CPU = ((16, 20, 5, 0.1), (4, 80, 20, 0.1))
QUICK = ((4, 20, 5, 0.1), (2, 40, 10, 0.1))
REPEATS = 5


class Row(NamedTuple):
    """One size: seconds a model by each route, and what they differ by, as a share of the loss and of the gradient."""

    what: str
    compiled: float
    torch: float
    loss: float
    gradient: float


def draw(size: tuple[int, int, int, float]) -> tuple[tt.Problem, Array, Array]:
    """Draw models with columns of length about one and small negative biases."""
    k, n, m, p = size
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(k, m, n)) / np.sqrt(m), -0.1 * rng.random((k, n))
    return tt.Problem(n_features=n, n_hidden=m, density=p), weights, bias


def by_torch(problem: tt.Problem, weights: Array, bias: Array, device: str) -> tuple[Array, Array, Array]:
    """Loss and gradient of models that are on the CPU, with both ways there and back."""
    W, b = (torch.tensor(given, requires_grad=True) for given in (weights, bias))
    losses = line_loss(problem, W, b, device=device)
    losses.sum().backward()
    assert W.grad is not None
    assert b.grad is not None
    return losses.detach().numpy(), W.grad.numpy(), b.grad.numpy()


def timed(function: Callable[[], Any]) -> float:
    """Wall time of one call: processor time says nothing of a GPU."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measure(size: tuple[int, int, int, float], device: str, repeats: int) -> Row:
    """Time both routes in turns on the same models, after a call each, and compare what they give."""
    problem, weights, bias = draw(size)

    def compiled() -> tuple[Any, ...]:
        return tt.loss_and_grad(problem, weights, bias, method="line")

    def ours() -> tuple[Any, ...]:
        return by_torch(problem, weights, bias, device)

    (loss, *gradient), (other, *slope) = compiled(), ours()
    times = [(timed(compiled), timed(ours)) for _ in range(repeats)]
    k, n, m, p = size
    norm = np.sqrt(sum((g**2).sum() for g in gradient))
    apart = np.sqrt(sum(((g - h) ** 2).sum() for g, h in zip(gradient, slope, strict=True)))
    first, second = (statistics.median(column) / k for column in zip(*times, strict=True))
    return Row(f"{k} of {n} -> {m}, p = {p:g}", first, second, float(np.abs(other / loss - 1).max()), apart / norm)


def named(device: str) -> str:
    """Name the device as its maker does."""
    if torch.device(device).type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, CUDA {torch.version.cuda}"
    return f"{device}: {platform.processor() or platform.machine()}, {torch.get_num_threads()} torch threads"


def table(device: str, quick: bool) -> Iterable[str]:
    """Write the device and a line a size."""
    yield f"toytoy {tt.__version__}, torch {torch.__version__}; {named(device)}; compiled: {os.cpu_count()} cores"
    yield f"{'models':<28}{'compiled':>12}{'torch':>12}{'ratio':>8}{'loss':>10}{'gradient':>10}"
    sizes = ON_CPU if torch.device(device).type == "cpu" else ON_GPU
    for size in QUICK if quick else sizes:
        row = measure(size, device, 1 if quick else REPEATS)
        times = f"{1e3 * row.compiled:9.2f} ms{1e3 * row.torch:9.2f} ms{row.compiled / row.torch:8.2f}"
        yield f"{row.what:<28}{times}{row.loss:10.1e}{row.gradient:10.1e}"


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="small sizes, one turn")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="of torch")
    given = parser.parse_args(arguments)
    for line in table(given.device, given.quick):
        print(line, flush=True)


if __name__ == "__main__":
    main()
