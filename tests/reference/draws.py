"""The law of draws on which the kernel is held to the exact reference: mostly the places where formulas break.

Imports nothing of the library; one seed gives one sequence of cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Generator = np.random.Generator
ACTIVATIONS: dict[str, tuple[float, ...]] = {  # each with the parameters that may be drawn
    "linear": (0.0,),
    "relu": (0.0,),
    "abs": (0.0,),
    "leaky": (0.1, -0.3, 0.9),
    "clipped": (1.0, 0.3, 2.5),
}
SUPPORTS = ("one_hot", "correlated", "anticorrelated")
TINY = (0.0, 1e-5, 1e-9, 1e-17, 1e-30)


class Case(NamedTuple):
    """One model, and the problem that it is judged by, in plain numbers."""

    kind: str
    density: tuple[float, ...]
    importance: tuple[float, ...]
    activation: str
    parameter: float  # slope or upper, where the activation has one
    weights: Array
    bias: Array
    support: str = "independent"
    sizes: tuple[int, ...] = ()  # of the groups, where the support law has them

    @property
    def pieces(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Hinges and slopes of the activation."""
        return pieces(self.activation, self.parameter)

    @property
    def null_loss(self) -> float:
        """Σ I_i p_i / 3: the loss of answering 0."""
        return sum(i * p for i, p in zip(self.importance, self.density, strict=True)) / 3.0


def pieces(activation: str, parameter: float = 0.0) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Hinges and slopes of an activation."""
    return {
        "linear": ((), (1.0,)),
        "relu": ((0.0,), (0.0, 1.0)),
        "abs": ((0.0,), (-1.0, 1.0)),
        "leaky": ((0.0,), (parameter, 1.0)),
        "clipped": ((0.0, parameter), (0.0, 1.0, 0.0)),
    }[activation]


def generic(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw a random start of an optimizer."""
    return 0.7 * rng.normal(size=(m, n)), rng.uniform(-0.4, 0.4, n)


def tiny(rng: Generator, size: int | tuple[int, ...]) -> Array:
    """Draw numbers of a size that a division does not survive, or of 1e-3 to 1e-20, of either sign."""
    sizes = np.where(rng.random(size) < 0.5, rng.choice(TINY, size=size), 10.0 ** -rng.uniform(3, 20, size))
    return np.asarray(sizes * rng.choice([-1, 1], size=size))


def tiny_entries(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw some weights and biases, or a whole column, tiny."""
    weights, bias = generic(rng, m, n)
    weights = np.where(rng.random((m, n)) < 0.5, tiny(rng, (m, n)), weights)
    bias = np.where(rng.random(n) < 0.5, tiny(rng, n), bias)
    if rng.random() < 0.3:
        weights[:, rng.integers(n)] *= rng.choice(TINY)
    return weights, bias


def paired_columns(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw duplicate, antipodal and proportional columns, exactly or up to a tiny difference."""
    weights, bias = generic(rng, m, n)
    for _ in range(rng.integers(1, n + 1)):
        i, j = rng.integers(n, size=2)
        weights[:, j] = rng.choice([1.0, -1.0, -0.5]) * weights[:, i] + rng.choice(TINY) * rng.normal(size=m)
    return weights, bias


def near_orthonormal(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw a rotated identity, off by 1e-1 to 1e-12: losses down to 1e-20 where m = n."""
    rotation = np.linalg.qr(rng.normal(size=(m, m)))[0] if rng.random() < 0.5 else np.eye(m)
    noise = 10.0 ** -rng.uniform(1, 12)
    weights = np.zeros((m, n))
    weights[:, :m] = rotation
    weights += noise * rng.normal(size=(m, n)) * (rng.random((m, n)) < 0.7)
    return weights, noise * rng.normal(size=n) * rng.choice([0.0, 1.0, 1e-3])


def touching(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw biases that put hinges (0, or 1) exactly on vertices of the cube, to rounding or wholly."""
    weights, _ = (generic, tiny_entries, paired_columns)[rng.integers(3)](rng, m, n)
    if rng.random() < 0.5:
        weights = np.round(4 * weights) / 4  # then the products are exact too
    vertices = rng.random((n, n)) < 0.4
    return weights, rng.choice([0.0, 1.0], p=[0.8, 0.2]) - np.sum(vertices * (weights.T @ weights), axis=1)


def large(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw weights up to 1e3 or 1e6, some columns of them small."""
    weights, bias = generic(rng, m, n)
    sizes = 10.0 ** rng.uniform(0, rng.choice([3, 6]), size=n)
    return weights * sizes * rng.choice([1.0, 1e-4], size=n, p=[0.8, 0.2]), 10 * bias


def contrasts(rng: Generator, m: int, n: int) -> tuple[Array, Array]:
    """Draw columns whose lengths fall over many orders of magnitude, so that a row's entries do."""
    weights, bias = generic(rng, m, n)
    return weights * 10.0 ** -rng.uniform(0, 8, size=n), bias * 10.0 ** -rng.uniform(0, 8, size=n)


KINDS: tuple[Callable[[Generator, int, int], tuple[Array, Array]], ...] = (
    generic,
    tiny_entries,
    paired_columns,
    near_orthonormal,
    touching,
    large,
    contrasts,
)


def densities(rng: Generator, n: int) -> tuple[float, ...]:
    """Draw one density for all, the extremes among them, or one a feature."""
    if rng.random() < 0.5:
        return (float(rng.choice([1.0, 0.5, 0.1, 1e-3, 1e-6])),) * n
    return tuple(float(p) for p in np.where(rng.random(n) < 0.2, 1.0, 10.0 ** -rng.uniform(0, 6, n)))


def importances(rng: Generator, n: int) -> tuple[float, ...]:
    """Draw equal importances, or one a feature over four decades, some of them 0."""
    if rng.random() < 0.5:
        return (1.0,) * n
    return tuple(float(i) for i in np.where(rng.random(n) < 0.2, 0.0, 10.0 ** rng.uniform(-2, 2, n)))


def cases(seed: int, count: int, activation: str, n: int) -> Iterator[Case]:
    """Yield `count` cases of one activation and number of features, the kinds in turn (each activation's turn)."""
    offset = sorted(ACTIVATIONS).index(activation)
    rng = np.random.default_rng([seed, n, offset])
    for i in range(count):
        kind = KINDS[(i + offset) % len(KINDS)]
        weights, bias = kind(rng, int(rng.integers(1, n + 1)), n)
        parameter = float(rng.choice(ACTIVATIONS[activation]))
        yield Case(kind.__name__, densities(rng, n), importances(rng, n), activation, parameter, weights, bias)


def grouped_cases(seed: int, count: int, activation: str, n: int) -> Iterator[Case]:
    """Yield the same cases under the other support laws: one-hot, or groups of random sizes."""
    rng = np.random.default_rng([seed, n])
    for case in cases(seed, count, activation, n):
        support = str(rng.choice(SUPPORTS))
        if support == "one_hot":
            yield case._replace(density=(1.0 / n,) * n, support=support)
            continue
        cuts = 1 + np.flatnonzero(rng.random(n - 1) < 0.5)
        sizes = tuple(int(size) for size in np.diff(np.array([0, *cuts, n])))
        density: list[float] = []
        for size in sizes:  # the density of the group's first feature; where it must be shared, by a power of two
            members = 1 if support == "correlated" else 1 << (size - 1).bit_length()
            density += [case.density[len(density)] / members] * size
        yield case._replace(density=tuple(density), support=support, sizes=sizes)
