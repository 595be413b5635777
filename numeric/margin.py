"""How much the best model with another regime of the extra feature would cost: the margin of a regime's label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analytic.gram import superposition
from .atlas import LOOSE, Atlas
from .cells import Cells

Array = NDArray[np.float64]
COARSE = 0.01  # the loosest tolerance on squared norms and overlaps in use: that of trained weights
MARGIN_ERROR = 1e-9  # times the null loss: constrained minima are converged loosely, see LOOSE
NOT_REPRESENTED, DEDICATED, SUPERPOSED = range(3)


def margins(atlas: Atlas) -> Array:
    """Loss of the best model whose extra feature has another regime, minus the optimum's, shape (k,), >= 0.

    Regimes are taken at the tolerance 0.01. The models of another regime form a closed set of which the best is
    either a local minimum inside, or a minimum on its border, where the extra's squared norm, or its superposition,
    is held at the tolerance.
    """
    cells = atlas.cells
    own = extra_regime(cells.split(atlas.thetas)[0])
    other = extra_regime(cells.split(atlas.pool)[0]) != own
    rival = np.where(other, atlas.pool_losses, np.inf).min(axis=0)
    rival = np.minimum(rival, _border(cells, _norm_starts(cells, atlas.thetas), norm=True))
    overlapping = np.flatnonzero(own != NOT_REPRESENTED)
    if len(overlapping):
        part = cells.take(overlapping)
        best = _border(part, _overlap_starts(part, atlas.thetas[overlapping]), norm=False)
        rival[overlapping] = np.minimum(rival[overlapping], best)
    return np.asarray(np.maximum(rival - atlas.losses, 0.0))


def extra_regime(weights: Array) -> NDArray[np.int64]:
    """Regime of the last feature at the tolerance 0.01, as a number, for weights (..., m, n)."""
    represented = (weights[..., -1] ** 2).sum(axis=-1) > COARSE
    crowded = superposition(weights)[..., -1] > COARSE
    return np.where(represented, np.where(crowded, SUPERPOSED, DEDICATED), NOT_REPRESENTED)


def _border(cells: Cells, starts: Array, norm: bool) -> Array:
    """Least loss with the extra's squared norm (else its superposition) held at the tolerance, shape (k,)."""
    m, n = cells.template.n_hidden, cells.template.n_features
    free = np.ones(m * n + n, dtype=np.bool_)
    last_column = np.arange(m) * n + n - 1
    free[last_column if norm else last_column[1:]] = False
    pin = 0.0 if norm else COARSE
    losses = [cells.descend(start, free=free, pin=pin, tolerance=LOOSE)[1][:, 0] for start in starts]
    return np.asarray(np.min(losses, axis=0))


def _norm_starts(cells: Cells, optima: Array) -> Array:
    """Models whose extra column is (√tolerance, 0, …): the optimum, projected, and one for each way to overlap."""
    size = np.sqrt(COARSE)
    if cells.template.n_hidden == 1:
        seeds = [[[-1.0, size]], [[1.0, size]]]
    else:
        half = np.sqrt(0.5)
        seeds = [[[-1.0, 0.0, size], [0.0, 1.0, 0.0]], [[-half, -half, size], [half, -half, 0.0]]]
    projected, bias = _turned(cells, optima)
    projected[:, 0, -1] = size
    return _starts(cells, seeds, projected, bias)


def _overlap_starts(cells: Cells, optima: Array) -> Array:
    """Models whose extra column lies on the first axis; the rest of the first row is scaled by `pin`."""
    if cells.template.n_hidden == 1:
        seeds = [[[-1.0, 1.0]], [[1.0, 1.0]]]
    else:
        seeds = [[[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], [[-0.7, -0.7, 1.0], [0.95, -0.95, 0.0]]]
    projected, bias = _turned(cells, optima)
    flat = (projected[:, 0, :-1] ** 2).sum(axis=1) == 0.0
    projected[flat, 0, 0] = -1.0
    return _starts(cells, seeds, projected, bias)


def _turned(cells: Cells, optima: Array) -> tuple[Array, Array]:
    """Optima rotated so that the extra column lies on the first axis, and their biases."""
    weights, bias = cells.split(optima)
    weights = weights.copy()
    if cells.template.n_hidden == 2:
        angle = np.arctan2(weights[:, 1, -1], weights[:, 0, -1])
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        weights = np.einsum("abk,kbn->kan", turn, weights)
        weights[:, 1, -1] = 0.0
    return weights, bias


def _starts(cells: Cells, seeds: list[list[list[float]]], projected: Array, bias: Array) -> Array:
    """Stack the seeds, with small biases (an unrepresented extra's at its mean), on the projected optima."""
    k = len(cells)
    stacked = [np.concatenate([projected.reshape(k, -1), bias], axis=1)]
    for seed in seeds:
        weights = np.broadcast_to(np.ravel(seed), (k, np.size(seed)))
        faint = np.sum(np.array(seed)[:, -1] ** 2) <= COARSE
        own_bias = np.zeros((k, cells.template.n_features))
        own_bias[:, -1] = cells.densities / 2 if faint else 0.0
        stacked.append(np.concatenate([weights, own_bias], axis=1))
    return np.array(stacked)
