"""Large models that fall apart: features which share no direction are small problems of their own, solved exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analytic.loss import loss, loss_estimate
from ..analytic.problem import Problem
from ..analytic.structure import NOT_REPRESENTED, Block, structure
from .polish import polish
from .race import FINISHERS, Descents

Array = NDArray[np.float64]
TOLERANCES = (1e-2, 1e-4, 1e-6)  # on squared overlaps, in turn: which of them a descent took for zero is not known
LARGEST = 7  # features of a block: the closed form is fast up to there


def best_by_blocks(problem: Problem, found: Descents) -> Descents:
    """Replace the best ends by the minima of their blocks, unless these are higher by more than the losses' errors.

    Features of different blocks have orthogonal columns. Then no output sees a feature of another block, the loss is
    the sum of the blocks' losses, and where each block is stationary with its biases at their best so is the whole: a
    foreign feature i changes output j by -2 E[x_i] E[(x_j - x̂_j) σ'(z_j)], the gradient of its bias, which is zero.
    """
    losses = np.asarray(loss(problem, found.weights, found.bias))
    weights, bias, spent = found.weights.copy(), found.bias.copy(), found.evaluations + len(losses)
    for i in np.argsort(losses, kind="stable")[:FINISHERS]:
        best = loss_estimate(problem, weights[i], bias[i])
        for tolerance in TOLERANCES:
            apart = by_blocks(problem, found.weights[i], found.bias[i], tolerance)
            if apart is None:
                continue
            spent += 1
            reached = loss_estimate(problem, *apart)
            if reached.value <= best.value or (reached.agrees(best) and reached.error < best.error):
                (weights[i], bias[i]), best = apart, reached
    return Descents(weights, bias, spent, found.trouble)


def by_blocks(problem: Problem, weights: Array, bias: Array, tolerance: float) -> tuple[Array, Array] | None:
    """Minimize each block of a model from where it stands, on axes of its own; None where a block is too large."""
    blocks = structure(weights, tolerance).blocks
    if any(len(block.features) > LARGEST for block in blocks if block.name != NOT_REPRESENTED):
        return None
    apart, moved, first = np.zeros_like(weights), bias.copy(), 0
    for block in blocks:
        members = list(block.features)
        if block.name == NOT_REPRESENTED:
            moved[members] = [float(problem.densities[i]) / 2 for i in members]
            continue
        part = _on_own_axes(weights[:, members], tolerance)
        last = first + len(part)
        if last > len(weights):
            return None
        apart[first:last, members], moved[members] = _solved(problem, block, part, bias[members])
        first = last
    return apart, moved


def _on_own_axes(columns: Array, tolerance: float) -> Array:
    """Turn a block's columns into its own subspace, of as many dimensions as have a singular value that counts."""
    left, values, _ = np.linalg.svd(columns, full_matrices=False)
    rotated: Array = left[:, values**2 > tolerance].T @ columns
    return rotated


def _solved(problem: Problem, block: Block, weights: Array, bias: Array) -> tuple[Array, Array]:
    small = Problem(
        n_features=len(bias),
        n_hidden=len(weights),
        density=tuple(problem.densities[i] for i in block.features),
        importance=tuple(problem.importances[i] for i in block.features),
        activation=problem.activation,
    )
    solved, moved, _ = polish(small, weights[None], bias[None])
    return solved[0], moved[0]
