"""The exact gradient at every step of a training: all models of all problems in one compiled call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ..analytic.compiled import compiled
from ..analytic.cube import scratch
from ..analytic.problem import Problem
from ..analytic.rows import model_loss
from ..analytic.tables import Tables, tables

if TYPE_CHECKING:
    from .trained import Trained

LARGEST = 1e70  # the loss is of fourth order in the weights: far larger ones would overflow


def exact_gradients(
    problems: Sequence[Problem], settings: Trained, weights: Tensor, bias: Tensor
) -> Iterator[tuple[Tensor | None, Tensor, Tensor]]:
    """Yield, for every step, the losses where they are kept, and the gradients, of the models as they then stand.

    Weights (models, m, n) and bias (models, n) are read where they are, in double precision on the CPU, and may be
    changed between steps; models of one problem follow each other. Gradients are valid until the next step.
    """
    model = weights.numpy(), bias.numpy()
    losses, d_weights, d_bias = np.empty(len(bias)), *map(np.empty_like, model)
    rows = side_by_side(problems, settings.n_instances)
    spare = np.empty((problems[0].n_features, 5)), *scratch(problems[0].n_features)
    gradients = torch.from_numpy(d_weights), torch.from_numpy(d_bias)
    for step in range(settings.steps):
        evaluate_each(*model, *rows, losses, d_weights, d_bias, *spare)
        yield torch.from_numpy(losses.copy()) if step % settings.history_every == 0 else None, *gradients


def side_by_side(problems: Sequence[Problem], n_instances: int) -> Tables:
    """Lay problems of one size, activation and support out for `evaluate_each`: a row for every model.

    An active set that only some of them have gets probability 0 in the others.
    """
    each = [tables(problem) for problem in problems]
    masks = np.unique(np.concatenate([table.masks for table in each]))
    probabilities = np.zeros((len(each), len(masks)))
    for row, table in zip(probabilities, each, strict=True):
        row[np.searchsorted(masks, table.masks)] = table.probabilities
    importances = np.array([table.importance for table in each])
    row_of_model = np.arange(len(each)).repeat(n_instances)
    return Tables(importances[row_of_model], masks, probabilities[row_of_model], each[0].activation)


@compiled
def fits(weights, bias):
    """Whether every entry is a number small enough for a finite loss."""
    m, n = weights.shape
    for i in range(n):
        for k in range(m):
            if not abs(weights[k, i]) < LARGEST:
                return False
        if not abs(bias[i]) < LARGEST:
            return False
    return True


@compiled
def spoil(d_weights, d_bias):
    """Fill a gradient with NaN."""
    m, n = d_weights.shape
    for i in range(n):
        for k in range(m):
            d_weights[k, i] = np.nan
        d_bias[i] = np.nan


@compiled
def evaluate_each(weights, bias, importances, masks, probabilities, act, losses, d_weights, d_bias, parts, work, stack):
    """Fill in loss and gradient of every model, by its own importances and probabilities; NaN where it diverged."""
    for i in range(losses.size):
        w, b, dw, db = weights[i], bias[i], d_weights[i], d_bias[i]
        if fits(w, b):
            losses[i] = model_loss(w, b, importances[i], masks, probabilities[i], act, parts, dw, db, work, stack)
        else:
            losses[i] = np.nan
            spoil(dw, db)
