"""The exact gradient at every step of a training: all models of all problems in one compiled call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..analytic.cube import scratch
from ..analytic.problem import Problem
from ..analytic.rows import evaluate_batch
from ..analytic.tables import Tables, tables
from .torch_types import Tensor, torch

if TYPE_CHECKING:
    from .trained import Trained


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
    spare = np.empty((*bias.shape, 5)), *scratch(problems[0].n_features)
    gradients = torch.from_numpy(d_weights), torch.from_numpy(d_bias)
    for step in range(settings.steps):
        evaluate_batch(*model, *rows, losses, d_weights, d_bias, *spare)
        yield torch.from_numpy(losses.copy()) if step % settings.history_every == 0 else None, *gradients


def side_by_side(problems: Sequence[Problem], n_instances: int) -> Tables:
    """Lay problems of one size, activation and support out for `evaluate_batch`: a row for every model.

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
