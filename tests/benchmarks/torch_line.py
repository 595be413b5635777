"""The line integral compiled and in torch on the same models, in turns: by the clock, since a GPU has no other time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.line_torch import line_loss

from tests.benchmarks.clock import in_turns
from tests.benchmarks.rows import Effort, Row, cost

Array = NDArray[np.float64]


class Size(NamedTuple):
    """So many models of a problem."""

    k: int
    n: int
    m: int
    p: float

    def __str__(self) -> str:
        """Say it."""
        return f"{self.k} of {self.n}->{self.m}, p = {self.p:g}"


ON_GPU = (Size(64, 20, 5, 0.1), Size(16, 80, 20, 0.1), *(Size(4, 400, 30, p) for p in (0.003, 0.03, 0.3)))
ON_CPU = (Size(16, 20, 5, 0.1), Size(4, 80, 20, 0.1))  # torch takes some 10 to 30 times as long there
QUICK = (Size(4, 20, 5, 0.1),)
ROUNDS = 3


def draw(size: Size) -> tuple[tt.Problem, Array, Array]:
    """Draw models with columns of length about one and small negative biases."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(size.k, size.m, size.n)) / np.sqrt(size.m)
    return tt.Problem(n_features=size.n, n_hidden=size.m, density=size.p), weights, -0.1 * rng.random((size.k, size.n))


def by_torch(problem: tt.Problem, weights: Array, bias: Array, device: str) -> tuple[Array, Array, Array]:
    """Loss and gradient of models that are on the CPU, with both ways there and back."""
    W, b = (torch.tensor(given, requires_grad=True) for given in (weights, bias))
    losses = line_loss(problem, W, b, device=device)
    losses.sum().backward()
    assert W.grad is not None
    assert b.grad is not None
    return losses.detach().numpy(), W.grad.numpy(), b.grad.numpy()


def apart(size: Size, device: str) -> tuple[float, float]:
    """Compare both routes: the largest difference of losses, and that of gradients, relative."""
    problem, weights, bias = draw(size)
    loss, *gradient = tt.loss_and_grad(problem, weights, bias, method="line")
    other, *slope = by_torch(problem, weights, bias, device)
    norm = np.sqrt(sum((g**2).sum() for g in gradient))
    between = np.sqrt(sum(((g - h) ** 2).sum() for g, h in zip(gradient, slope, strict=True)))
    return float(np.abs(other / loss - 1).max()), float(between / norm)


def named(device: str) -> str:
    """Name the device as its maker does."""
    if torch.device(device).type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, CUDA {torch.version.cuda}"
    return f"{device}, {torch.get_num_threads()} torch threads"


def rows(effort: Effort) -> Iterator[Row]:
    """Time both routes on every size, after a call of each."""
    sizes = ON_CPU if torch.device(effort.device).type == "cpu" else ON_GPU
    for size in QUICK if effort.quick else sizes:
        given = draw(size)
        loss, gradient = apart(size, effort.device)
        routes = partial(tt.loss_and_grad, *given, method="line"), partial(by_torch, *given, effort.device)
        own, other = in_turns(routes, 1 if effort.quick else ROUNDS)
        note = (
            f"by the clock, {os.cpu_count()} cores; {named(effort.device)}; they differ by {loss:.0e}, {gradient:.0e}"
        )
        yield cost(f"line, {size}", 1e3 * own.clock / size.k, "ms a model", "torch", 1e3 * other.clock / size.k, note)
