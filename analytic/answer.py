"""From raw runs to a `Solution`: exact losses, the best run, and what can be said of it."""

from __future__ import annotations

import numpy as np

from .kinks import kinks
from .loss import evaluate, loss_estimate
from .model import Array, check_model
from .problem import Problem
from .regime import regimes
from .solution import Kind, Runs, Solution
from .structure import structure

SAME_MINIMUM = 1e-10  # losses closer than this share of the null loss count as one minimum: far above rounding


def answer(
    problem: Problem,
    weights: Array,
    bias: Array,
    *,
    kind: Kind,
    method: str,
    tolerance: float,
    status: str,
    n_evaluations: int,
    seed: int | None = None,
    histories: Array | None = None,
) -> Solution:
    """Evaluate every run exactly and describe the best.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (k, n_hidden, n_features)
    bias : array, shape (k, n_features)
    kind, method, tolerance, status, n_evaluations, seed
        As in `Solution`.
    histories : array, shape (k, t), or None
        Loss along each run.
    """
    weights, bias = check_model(problem, weights, bias)
    result = evaluate(problem, weights, bias)
    runs = Runs(result.loss, weights, bias, SAME_MINIMUM * problem.null_loss, histories)
    best = runs.best
    gradient = np.concatenate([result.d_weights[best].ravel(), result.d_bias[best]])
    return Solution(
        problem=problem,
        weights=weights[best],
        bias=bias[best],
        loss=loss_estimate(problem, weights[best], bias[best]),
        gradient_norm=float(np.abs(gradient).max()),
        kinks=kinks(problem, weights[best], bias[best]),
        regimes=regimes(weights[best], tolerance),
        structure=structure(weights[best], tolerance),
        tolerance=tolerance,
        status=status,
        kind=kind,
        method=method,
        seed=seed,
        n_evaluations=n_evaluations,
        runs=runs,
    )
