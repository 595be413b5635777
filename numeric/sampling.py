"""Inputs drawn from a problem's law: each feature and sample has a mask of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analytic.domain import N_SAMPLES, SEED
from ..analytic.problem import Problem, check_problem

Array = NDArray[np.float64]


def sample(problem: Problem, size: int, seed: int) -> Array:
    """Draw inputs x from a problem's law.

    x_i is 0 where feature i is silent, else uniform on [0, 1); which features are active together is the problem's
    support law. Activity and value are separate draws, for every feature of every sample.

    Parameters
    ----------
    problem : Problem
    size : int
        Number of samples, >= 1.
    seed : int
        Non-negative. The first k samples of a seed do not depend on `size`.

    Returns
    -------
    array, shape (size, n_features)

    Raises
    ------
    TypeError, ValueError
        If the size or the seed is not a whole number in its range.

    Examples
    --------
    >>> import toytoy as tt
    >>> x = tt.sample(tt.Problem.toy(2, importance=1.0, density=0.5), size=1000, seed=0)
    >>> x.shape, float(x.min()), bool(x.max() < 1)
    ((1000, 2), 0.0, True)
    """
    size = N_SAMPLES.check(size)
    return draw(check_problem(problem), size, np.random.default_rng(SEED.check(seed)))


def draw(problem: Problem, size: int, rng: np.random.Generator) -> Array:
    """Draw the next `size` inputs from a generator; drawing in pieces gives the same inputs as drawing at once."""
    uniforms = rng.random((size, 2, problem.n_features))
    densities = np.array([float(p) for p in problem.densities])
    active = problem.support.draw(uniforms[:, 0], densities)
    return np.where(active, uniforms[:, 1], 0.0)
