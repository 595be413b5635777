"""From the best large minimum on: one or two features are moved, and the model descends again, many times over.

Minima of large models differ by where single features stand, and a start of its own for each arrangement would be far
too many (basin hopping: Wales and Doye 1997).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..analytic.activation import piecewise
from ..analytic.loss import loss
from ..analytic.problem import Problem
from ..analytic.support import Independent
from .race import INTERRUPTED, LEVEL, Descent, Descents

Array = NDArray[np.float64]
Ranks = NDArray[np.int64]
FIRST, FURTHER, LAST = 100, 400, 800  # evaluations of a hop; of one that comes close; of the last one's descent
CLOSE = 0.1  # above the best, as a share of it
REACH = 3  # ranks apart: by trial exchanges of any two cost twice as much and lead nowhere lower
STREAM = 2  # of random numbers, beside those of the starts


def hop(problem: Problem, found: Descents, n_hops: int, seed: int, progress: Callable[[int], None]) -> Descents:
    """Move features of the best model met and descend, again and again, each time from the best so far.

    In turn a feature is turned against another one, two change places unless all are alike, or one is drawn anew; first
    of all, and after every move, outputs that are always 0 are revived. The best model is joined to those found.
    `progress` is told how many hops are done. Interrupted, it hands over the best met.
    """
    losses = np.asarray(loss(problem, found.weights, found.bias))
    first = int(losses.argmin())
    rng = np.random.default_rng([seed, STREAM])
    worth = [-float(i) * float(p) for i, p in zip(problem.importances, problem.densities, strict=True)]
    ranks = np.argsort(worth, kind="stable")
    alike = len(set(worth)) == 1 and isinstance(problem.support, Independent)
    moves = [move for move in MOVES if not (alike and move is exchanged)]
    best = Descent(problem, found.weights[first], found.bias[first])
    best.loss = float(losses[first])
    tries, trouble = [best], found.trouble
    try:
        for k in range(-1, n_hops):
            moved = best.model if k < 0 else moves[k % len(moves)](rng, *best.model, ranks)
            tries.append(tried := Descent(problem, *revived(problem, *moved)))
            tried.descend(FIRST)
            if tried.loss < (1.0 + CLOSE) * best.loss:
                tried.descend(FURTHER)
            if tried.loss < best.loss - LEVEL * problem.null_loss:
                best = tried
            progress(k + 1)
        best.descend(LAST)
    except KeyboardInterrupt:
        best, trouble = min(tries, key=lambda each: each.loss), INTERRUPTED
    spent = found.evaluations + len(losses) + sum(each.evaluations for each in tries)
    weights, bias = best.model
    return Descents(
        np.concatenate([found.weights, weights[None]]), np.concatenate([found.bias, bias[None]]), spent, trouble
    )


def revived(problem: Problem, weights: Array, bias: Array) -> tuple[Array, Array]:
    """Give outputs that are always 0, and so have no slope, no weights and the bias best for those: the mean."""
    sigma = piecewise(problem.sigma)
    if not sigma.hinges or sigma.slopes[0] != 0:
        return weights, bias
    most = bias + np.maximum(0.0, weights.T @ weights).sum(1)
    dead = most <= float(sigma.hinges[0])
    mean = np.array([float(p) / 2 for p in problem.densities])
    return np.where(dead, 0.0, weights), np.where(dead, mean, bias)


def opposed(rng: np.random.Generator, weights: Array, bias: Array, ranks: Ranks) -> tuple[Array, Array]:
    """Turn one feature against another: as antipodal pairs stand."""
    i, j = rng.choice(weights.shape[1], 2, replace=False)
    moved = weights.copy()
    moved[:, i] = -weights[:, j]
    return moved, bias.copy()


def exchanged(rng: np.random.Generator, weights: Array, bias: Array, ranks: Ranks) -> tuple[Array, Array]:
    """Let two features change places that are worth about as much: `ranks` lists them by importance times density."""
    at = int(rng.integers(len(ranks) - 1))
    i, j = ranks[at], ranks[rng.integers(at + 1, min(at + REACH, len(ranks) - 1) + 1)]
    order = np.arange(len(ranks))
    order[[i, j]] = order[[j, i]]
    return weights[:, order], bias[order]


def redrawn(rng: np.random.Generator, weights: Array, bias: Array, ranks: Ranks) -> tuple[Array, Array]:
    """Draw one feature's direction anew, its length between 1/2 and 1 and its bias 0."""
    i, direction = rng.integers(weights.shape[1]), rng.normal(size=len(weights))
    moved, at = weights.copy(), bias.copy()
    moved[:, i] = direction / np.linalg.norm(direction) * rng.uniform(0.5, 1.0)
    at[i] = 0.0
    return moved, at


MOVES = opposed, exchanged, redrawn
