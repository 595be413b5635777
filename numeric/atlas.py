"""Global optima over a whole grid: every known phase and every neighbor is a start, until nothing improves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analytic.activation import resolve
from ..analytic.loss import rounding_bound
from ..analytic.problem import Problem
from .cells import Cells
from .starts import random_starts, structured_starts

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
LOOSE = 3e-6  # gradient tolerance, times the null loss, of starts that may lose: their losses are then good to 1e-11
SAME = 3e-11  # times the null loss: two losses closer than this count as equal while starts still compete
NUDGE = 0.01  # leaves a saddle, and stays in the basin of a minimum: by trial, columns are of order one
RANDOM_SEED = 0
# Random starts a cell, besides the structured ones, which are the phases of the ReLU. With none its 60 × 60 maps and
# their margins are the same; the other activations' phases were not charted.
N_RANDOM, N_RANDOM_UNCHARTED = 1, 8
TWINS = 1e-9  # Gram entries of two starts that are the same up to rounding; others differ by 0.1 and more
MAX_SWEEPS = 12  # a front that moves one cell a sweep has never needed more than 5


@dataclass(frozen=True, eq=False)
class Atlas:
    """Optima of all cells, and the best local minimum that each start led to.

    Parameters
    ----------
    cells : Cells
        k = (number of densities) × (number of importances) cells, densities first.
    thetas : array, shape (k, m n + n)
        Optimum of every cell, weights row by row, then biases.
    losses : array, shape (k,)
    gradients : array, shape (k,)
        Largest gradient entry.
    pool, pool_losses : arrays, shapes (s, k, m n + n) and (s, k)
        Where every start ended, loosely converged.
    n_evaluations : int
    """

    cells: Cells
    thetas: Array
    losses: Array
    gradients: Array
    pool: Array
    pool_losses: Array
    n_evaluations: int


def optimum_map(template: Problem, densities: Array, importances: Array, progress: Progress | None = None) -> Atlas:
    """Find the optimum of every cell of a grid of toys.

    Parameters
    ----------
    template : Problem
        A toy, (2,1) or (3,2); its density and importance are ignored.
    densities : array, shape (d,)
    importances : array, shape (r,)
        Of the extra feature.
    progress : callable (done, total), optional
    """
    grid = np.meshgrid(densities, importances, indexing="ij")
    cells = Cells.make(template, grid[0].ravel(), grid[1].ravel())
    starts = all_starts(cells)
    total = len(starts) + 2
    pool, pool_losses, evaluations = np.empty_like(starts), np.empty(starts.shape[:2]), 0.0
    for s in range(len(starts)):
        pool[s], out = cells.descend(starts[s], tolerance=LOOSE)
        pool_losses[s], evaluations = out[:, 0], evaluations + out[:, 2].sum()
        if progress:
            progress(s + 1, total)
    every = np.arange(len(cells))
    tied = pool_losses <= pool_losses.min(axis=0) + SAME * cells.null_loss
    best = tied.argmax(axis=0)  # the first start of a tie, so that twins (p = 1) are chosen alike everywhere
    thetas, losses = pool[best, every], pool_losses[best, every]
    evaluations += spread(cells, (len(densities), len(importances)), thetas, losses)
    if progress:
        progress(total - 1, total)
    thetas, out = cells.descend(thetas)
    evaluations += out[:, 2].sum()
    evaluations += _leave_saddles(cells, thetas, out)
    if progress:
        progress(total, total)
    return Atlas(cells, thetas, out[:, 0], out[:, 1], pool, pool_losses, int(evaluations))


def _leave_saddles(cells: Cells, thetas: Array, out: Array) -> float:
    """Start once more beside every optimum, in place, and keep what is better beyond rounding. Returns evaluations.

    Next to a continuous onset the model without the new overlap is a saddle within SAME of the optimum, at which
    descent stays for ever.
    """
    nudge = NUDGE * np.random.default_rng(RANDOM_SEED).normal(size=thetas.shape[1])
    ends, found = cells.descend(thetas + nudge)
    better = found[:, 0] < out[:, 0] - rounding_bound(out[:, 0], cells.null_loss)
    thetas[better], out[better] = ends[better], found[better]
    return float(found[:, 2].sum())


def all_starts(cells: Cells) -> Array:
    """Structured and random starts of every cell, shape (s, k, m n + n)."""
    starts = []
    count = N_RANDOM if cells.template.sigma == resolve("relu") else N_RANDOM_UNCHARTED
    for density in np.unique(cells.densities):
        problem = cells.template.replace(density=float(density))
        drawn = [_up_to_symmetry(*structured_starts(problem)), random_starts(problem, count, RANDOM_SEED)]
        weights, bias = (np.concatenate(part) for part in zip(*drawn, strict=True))
        starts.append(np.concatenate([weights.reshape(len(weights), -1), bias], axis=1))
    which = np.searchsorted(np.unique(cells.densities), cells.densities)
    return np.array(starts)[which].swapaxes(0, 1)


def _up_to_symmetry(weights: Array, bias: Array) -> tuple[Array, Array]:
    """Drop starts that are an earlier one with two of the other, equally important, features exchanged."""
    n = weights.shape[-1]
    gram = np.einsum("kia,kib->kab", weights, weights)
    exchanged = [1, 0, *range(2, n)] if n > 2 else [*range(n)]
    twins = gram[:, exchanged][:, :, exchanged]
    alike = np.abs(gram[:, None] - twins).max(axis=(2, 3)) < TWINS
    keep = [k for k in range(len(gram)) if not alike[k, :k].any()]
    return weights[keep], bias[keep]


def spread(cells: Cells, shape: tuple[int, int], thetas: Array, losses: Array) -> float:
    """Start every cell from its neighbors' optima too, in place, until no cell improves. Returns evaluations."""
    number = np.arange(len(cells)).reshape(shape)
    pairs = [(number[1:], number[:-1]), (number[:, 1:], number[:, :-1])]
    to = np.concatenate([side.ravel() for a, b in pairs for side in (a, b)])
    source = np.concatenate([side.ravel() for a, b in pairs for side in (b, a)])
    fresh, evaluations = np.ones(len(cells), dtype=bool), 0.0
    for _ in range(MAX_SWEEPS):
        active = fresh[source]
        if not active.any():
            break
        ends, out = cells.take(to[active]).descend(thetas[source[active]], tolerance=LOOSE)
        evaluations += out[:, 2].sum()
        fresh[:] = False
        order = np.argsort(-out[:, 0], kind="stable")  # the best is written last
        better = order[(out[:, 0] < losses[to[active]] - SAME * cells.null_loss[to[active]])[order]]
        thetas[to[active][better]], losses[to[active][better]] = ends[better], out[better, 0]
        fresh[to[active][better]] = True
    return evaluations
