"""Models drawn by seed, of the kinds on which formulas break: what cross-checks are run on beside the maps' own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...analytic.activation import Activation, ClippedReLU, LeakyReLU
from ...analytic.domain import SEED
from ...analytic.problem import Problem
from ...analytic.support import AnticorrelatedGroups, CorrelatedGroups, Independent, Support

Array = NDArray[np.float64]
Parts = tuple[Array, Array]
Draw = Callable[[np.random.Generator, int, int], Parts]
N_DRAWN = 24
SIZES = ((2, 1), (3, 2), (3, 1), (4, 2))  # the toys, and what both formulas and fractions still do in milliseconds
DENSITIES = (0.5, 0.1, 1.0, 0.02)
TINY = (1e-5, 1e-9, 1e-17, 0.0)  # what a division does not survive
PIECEWISE: tuple[str | Activation, ...] = ("relu", "relu", LeakyReLU(slope=0.1), "relu", ClippedReLU(upper=1.0), "abs")
SMOOTH = ("gelu", "softplus")


class Model(NamedTuple):
    """One model, shapes (n_hidden, n_features) and (n_features,), the problem it is judged by, and a name for it."""

    name: str
    problem: Problem
    weights: Array
    bias: Array


def generic(rng: np.random.Generator, m: int, n: int) -> Parts:
    """Draw a random start of a search."""
    return 0.7 * rng.normal(size=(m, n)), rng.uniform(-0.4, 0.4, n)


def tiny(rng: np.random.Generator, m: int, n: int) -> Parts:
    """Draw a column, and a bias, of a size that a division does not survive."""
    weights, bias = generic(rng, m, n)
    weights[:, rng.integers(n)] *= rng.choice(TINY)
    bias[rng.integers(n)] = rng.choice(TINY)
    return weights, bias


def paired(rng: np.random.Generator, m: int, n: int) -> Parts:
    """Draw a column that is another one, or its opposite, exactly or up to a tiny difference."""
    weights, bias = generic(rng, m, n)
    i, j = rng.choice(n, size=2, replace=False)
    weights[:, j] = rng.choice([1.0, -1.0]) * weights[:, i] + rng.choice(TINY) * rng.normal(size=m)
    return weights, bias


def touching(rng: np.random.Generator, m: int, n: int) -> Parts:
    """Draw biases that put the hinge at 0 exactly on corners of the cube of inputs: products are exact as well."""
    weights = np.round(4 * generic(rng, m, n)[0]) / 4
    corners = rng.random((n, n)) < 0.4
    return weights, -np.sum(corners * (weights.T @ weights), axis=1)


def contrasts(rng: np.random.Generator, m: int, n: int) -> Parts:
    """Draw columns whose lengths span orders of magnitude, so that a row's entries do."""
    weights, bias = generic(rng, m, n)
    return weights * 10.0 ** -rng.uniform(0, 6, size=n), bias


KINDS: tuple[Draw, ...] = (generic, tiny, paired, touching, contrasts)


def drawn_models(seed: int, count: int = N_DRAWN) -> tuple[Model, ...]:
    """Draw models of all kinds, sizes, piecewise-linear activations and support laws in turn.

    Parameters
    ----------
    seed : int
        Non-negative; the first k models of a seed do not depend on `count`.
    count : int

    Raises
    ------
    TypeError, ValueError
        If the seed is no whole number in its range.

    Examples
    --------
    >>> from toytoy.compare.crosschecks.drawn import drawn_models
    >>> [model.name for model in drawn_models(seed=0, count=2)]
    ['drawn model 0 of seed 0 (generic)', 'drawn model 1 of seed 0 (tiny)']
    """
    seed = SEED.check(seed)
    return tuple(_drawn(seed, k, PIECEWISE[k % len(PIECEWISE)]) for k in range(count))


def smooth_models(seed: int) -> tuple[Model, ...]:
    """Draw one model of each smooth activation, of two features: quadrature does no more in a moment."""
    drawn = [(act, _drawn(SEED.check(seed), len(SIZES) * k, act)) for k, act in enumerate(SMOOTH)]
    return tuple(model._replace(name=f"{model.name.replace('model', f'{act} model')}") for act, model in drawn)


def _drawn(seed: int, k: int, activation: str | Activation) -> Model:
    """Draw model k: a stream of its own, so that no model depends on the others."""
    rng = np.random.default_rng([seed, k])
    (n, m), kind = SIZES[k % len(SIZES)], KINDS[k % len(KINDS)]
    support = _support(k, n)
    density: float | tuple[float, ...] = float(DENSITIES[rng.integers(len(DENSITIES))])
    if isinstance(support, AnticorrelatedGroups):
        density = min(density, 0.5)  # two features that exclude each other share a probability of 1
    elif isinstance(support, Independent) and k % 3 == 0:
        density = tuple(float(p) for p in rng.uniform(0.02, 1.0, n))
    importance = tuple(float(i) for i in np.where(rng.random(n) < 0.1, 0.0, 10.0 ** rng.uniform(-1, 1, n)))
    weights, bias = kind(rng, m, n)
    problem = Problem(
        n_features=n, n_hidden=m, density=density, importance=importance, activation=activation, support=support
    )
    return Model(f"drawn model {k} of seed {seed} ({kind.__name__})", problem, weights, bias)


def _support(k: int, n: int) -> Support:
    """Give two of seven models groups: a pair that acts together, or excludes each other, and single features."""
    sizes = (2, *(1,) * (n - 2))
    return {3: CorrelatedGroups(sizes), 5: AnticorrelatedGroups(sizes)}.get(k % 7, Independent())
