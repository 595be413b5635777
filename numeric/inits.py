"""How trained models start: normal weights, of a spread that is stated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem
from .streams import INITIAL, streams

# Standard deviation of the initial weights, from n, m and the number of instances.
INITS: dict[str, Callable[[int, int, int], float]] = {
    # Glorot and Bengio 2010, of the m × n matrix of one instance.
    "xavier_normal": lambda n, m, n_instances: (2 / (n + m)) ** 0.5,
    # torch's xavier_normal_ on the notebook's (n_instances, n, m) tensor takes the last axis for a kernel's field:
    # fan_in = n·m, fan_out = n_instances·m.
    "notebook": lambda n, m, n_instances: (2 / (m * (n + n_instances))) ** 0.5,
}


def initial_weights(problem: Problem, n_instances: int, seed: int, init: str) -> NDArray[np.float64]:
    """Draw the initial weights, shape (n_instances, n_hidden, n_features), of an init named in `INITS`."""
    n, m = problem.n_features, problem.n_hidden
    spread = INITS[init](n, m, n_instances)
    generators = streams(problem, seed, n_instances, INITIAL)
    return np.array([spread * generator.standard_normal((m, n)) for generator in generators])
