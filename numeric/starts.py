"""Where searches start: random models, and one structured model for every known phase."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analytic.problem import Problem

Array = NDArray[np.float64]
# Spread of random starts, found by trial over the toys' diagrams: 0.5 - 0.6 of them reach the optimum.
WEIGHT_SPREAD, BIAS_RANGE = 0.7, (-0.1, 0.4)
SHAKE = 0.02  # of a large structured start: without it, descent would keep the symmetry of a saddle
EVERY_POLYGON = 20  # corners: up to here a start for each number of them
SMALL, LARGE = 0.35, 1.1  # columns of a lopsided pair, near the two kinds of unequal pairs of the toys


def random_starts(problem: Problem, count: int, seed: int) -> tuple[Array, Array]:
    """Draw weights (count, m, n) and biases (count, n); the first k of them do not depend on `count`."""
    m, n = problem.n_hidden, problem.n_features
    rng = np.random.default_rng(seed)
    weights, bias = np.empty((count, m, n)), np.empty((count, n))
    for i in range(count):
        weights[i] = WEIGHT_SPREAD * min(1.0, (2 / m) ** 0.5) * rng.normal(size=(m, n))
        bias[i] = rng.uniform(*BIAS_RANGE, size=n)
    return weights, bias


def large_starts(problem: Problem, seed: int) -> tuple[Array, Array]:
    """Return the structured starts slightly shaken, and a small random one of the size Xavier and Glorot gave layers.

    By symmetry a feature of zero weight stays at zero, and equal ones stay equal: at large sizes most structures are
    saddles, and the descent from exactly there would never leave them.
    """
    m, n = problem.n_hidden, problem.n_features
    rng = np.random.default_rng([seed, 1])  # another stream than that of `random_starts`
    weights, bias = structured_starts(problem)
    weights = weights + SHAKE / m**0.5 * rng.normal(size=weights.shape)
    small = (2 / (m + n)) ** 0.5 * rng.normal(size=(1, m, n))
    return np.concatenate([weights, small]), np.concatenate([bias, np.zeros((1, n))])


def structured_starts(problem: Problem) -> tuple[Array, Array]:
    """Return weights (k, m, n) and biases (k, n): one start for every phase known for this size.

    A feature that a start does not represent has its best bias, its mean p / 2; others start at 0, pairs at a small
    positive bias.
    """
    m, n = problem.n_hidden, problem.n_features
    if (n, m) == (2, 1):
        starts = _pairs_in_one_dimension()
    elif (n, m) == (3, 2):
        starts = _triples_in_two_dimensions()
    else:
        starts = _general(problem)
    weights = np.array(starts)
    represented = (weights**2).sum(axis=-2) > 0
    mean = np.array([float(p) for p in problem.densities]) / 2
    grams = (columns.T @ columns for columns in weights)  # one at a time: many features make it large
    crowded = np.array([np.abs(gram).sum(axis=-1) - gram.diagonal() > 0 for gram in grams])
    return weights, np.where(represented, np.where(crowded, 0.2 * mean, 0.0), mean)


def _pairs_in_one_dimension() -> list[list[list[float]]]:
    pairs = [(1.0, 0.0), (0.0, 1.0), (0.95, -0.95), (LARGE, -SMALL), (SMALL, -LARGE), (0.7, 0.7)]
    return [[[first, last]] for first, last in pairs]


def _triples_in_two_dimensions() -> list[list[list[float]]]:
    starts = []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        lone = 3 - one - other
        for first, second in ((1.0, 0.0), (0.0, 1.0), (0.95, -0.95), (LARGE, -SMALL), (SMALL, -LARGE)):
            row, axis = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
            row[one], row[other], axis[lone] = first, second, 1.0
            if [row, axis] not in starts and [axis, row] not in starts:
                starts.append([row, axis])
    for apex in (0.9, 0.4, 0.6, 1.1):  # equilateral, and isosceles with the extra small, middling or large
        angle = 2 * np.pi / 3 if apex == 0.9 else 0.55 * np.pi
        spread = np.array([angle, -angle, 0.0])
        lengths = np.array([0.9, 0.9, apex])
        starts.append([list(lengths * np.cos(spread)), list(lengths * np.sin(spread))])
    lengths, angles = np.array([0.93, 0.48, 0.98]), np.array([1.7, -2.04, 0.0])  # scalene, as next to density 1
    starts.append([list(lengths * np.cos(angles)), list(lengths * np.sin(angles))])
    return starts


def _general(problem: Problem) -> list[list[list[float]]]:
    m, n = problem.n_hidden, problem.n_features
    gain = np.array([float(i) * float(p) for i, p in zip(problem.importances, problem.densities, strict=True)])
    order = np.argsort(-gain, kind="stable")
    starts = [_pairs(m, n, order, count) for count in (0, m, *sorted({m // 4, m // 2, 3 * m // 4} - {0}))]
    for k in _polygon_sizes(n) if m == 2 else (3, 5) if m > 2 else ():
        starts.append(_polygons(m, n, order, k))
    return [start.tolist() for start in starts]


def _polygon_sizes(n: int) -> list[int]:
    """Return every size of a polygon in one plane while there are few, and beyond each a quarter larger, up to n."""
    sizes = list(range(3, min(n, EVERY_POLYGON) + 1))
    while sizes and sizes[-1] < n:
        sizes.append(min(n, sizes[-1] + sizes[-1] // 4))
    return sizes


def _pairs(m: int, n: int, order: NDArray[np.int64], count: int) -> Array:
    """Give the m features that gain most a dimension each; the last `count` of these are shared with the next ones."""
    weights = np.zeros((m, n))
    for k in range(m):
        weights[k, order[k]] = 1.0
    for place, k in enumerate(range(m - count, m)):
        if m + place < n:
            weights[k, order[m + place]] = -1.0
    return weights


def _polygons(m: int, n: int, order: NDArray[np.int64], k: int) -> Array:
    """Fill each pair of dimensions with a regular k-gon of the features that gain most among those left."""
    weights = np.zeros((m, n))
    angles = 2 * np.pi * np.arange(k) / k
    for plane in range(m // 2):
        members = order[plane * k : (plane + 1) * k]
        weights[2 * plane, members] = np.cos(angles[: len(members)])
        weights[2 * plane + 1, members] = np.sin(angles[: len(members)])
    return weights
