"""How trained models start: normal weights, of a spread that is stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from .streams import INITIAL, streams

Array = NDArray[np.float64]

# Standard deviation of the initial weights, from n, m and the number of instances.
INITS: dict[str, Callable[[int, int, int], float]] = {
    # Glorot and Bengio 2010, of the m × n matrix of one instance.
    "xavier_normal": lambda n, m, n_instances: (2 / (n + m)) ** 0.5,
    # torch's xavier_normal_ on the notebook's (n_instances, n, m) tensor takes the last axis for a kernel's field:
    # fan_in = n·m, fan_out = n_instances·m.
    "notebook": lambda n, m, n_instances: (2 / (m * (n + n_instances))) ** 0.5,
}


def initial_weights(problem: Problem, n_instances: int, seed: int, init: str) -> Array:
    """Draw the initial weights, shape (n_instances, n_hidden, n_features), of an init named in `INITS`."""
    shape = problem.n_hidden, problem.n_features
    return initial_matrices(problem, n_instances, seed, init, [shape])[0]


def initial_matrices(
    problem: Problem, n_instances: int, seed: int, init: str, shapes: Sequence[tuple[int, int]]
) -> list[Array]:
    """Draw an instance's initial matrices one after another from its stream; each has n_instances as first axis.

    A matrix and its transpose have the same spread.
    """
    generators = streams(problem, seed, n_instances, INITIAL)
    spreads = [INITS[init](max(shape), min(shape), n_instances) for shape in shapes]
    drawn = [
        [spread * generator.standard_normal(shape) for spread, shape in zip(spreads, shapes, strict=True)]
        for generator in generators
    ]
    return [np.array(matrices) for matrices in zip(*drawn, strict=True)]
