"""Fresh training batches for many models at once, in single precision, each model from its own stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from ..analytic.support import Independent

Batch = NDArray[np.float32]
BLOCK = 2**21  # numbers drawn ahead, 8 MB: by trial, enough to hide the cost of a call for each model and step


def batches(
    problems: Sequence[Problem], generators: Sequence[np.random.Generator], batch: int, steps: int
) -> Iterator[Batch]:
    """Yield `steps` batches of shape (models, n_features, batch), drawn ahead by a thread of their own.

    A batch is valid until the next one is asked for.

    Parameters
    ----------
    problems : sequence of Problem
        One a model, of one size.
    generators : sequence of numpy Generators
        One a model; no number of a stream is used twice.
    batch : int
        Samples a step.
    steps : int
    """
    shape = (problems[0].n_features, batch)
    ahead = max(1, min(steps, BLOCK // (len(problems) * shape[0] * batch)))
    counts = [min(ahead, steps - start) for start in range(0, steps, ahead)]
    blocks = [np.empty((len(problems), ahead, *shape), dtype=np.float32) for _ in range(2)]

    def fill(i: int) -> Batch:
        part = blocks[i % 2][:, : counts[i]]
        for out, problem, generator in zip(part, problems, generators, strict=True):
            draw_into(out, problem, generator)
        return part

    with ThreadPoolExecutor(1) as pool:
        drawn = pool.submit(fill, 0)
        for i in range(1, len(counts) + 1):
            ready = drawn.result()
            if i < len(counts):
                drawn = pool.submit(fill, i)
            yield from ready.swapaxes(0, 1)


def draw_into(out: Batch, problem: Problem, generator: np.random.Generator) -> None:
    """Fill an array of shape (steps, n_features, batch) with inputs of one problem."""
    densities = np.array([float(p) for p in problem.densities])
    if type(problem.support) is Independent:
        _one_uniform(out, densities.astype(np.float32), generator)
    else:
        _two_uniforms(out, problem, densities, generator)


def _one_uniform(out: Batch, densities: Batch, generator: np.random.Generator) -> None:
    """Activity and value from one uniform u, for independent features only.

    u < p with probability p, and given that, u / p is uniform on [0, 1). Each feature of each sample has a u of its
    own, so that features and samples are exactly independent. u is a multiple of 2⁻²⁴: densities are met to 2⁻²⁴.
    """
    generator.random(dtype=np.float32, out=out)
    np.divide(out, densities[:, None], out=out)
    np.copyto(out, 0, where=out >= 1)


def _two_uniforms(out: Batch, problem: Problem, densities: NDArray[np.float64], generator: np.random.Generator) -> None:
    """Activity from a first uniform, by the support law; the value from a second, step by step."""
    for step in out:
        uniforms = generator.random((2, *step.T.shape), dtype=np.float32)
        step[...] = np.where(problem.support.draw(uniforms[0], densities), uniforms[1], 0).T
