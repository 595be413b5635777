"""Polishing: every model of a batch ends at a stationary point, no higher than where it stood."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.numeric.polish import GRADIENT_TOLERANCE, polish
from toytoy.numeric.starts import random_starts


def test_every_model_ends_at_a_stationary_point_below_its_start() -> None:
    problem = tt.Problem.toy(3, importance=0.8, density=0.6)
    weights, bias = random_starts(problem, 6, 0)
    ends, biases, out = polish(problem, weights, bias)
    values, d_weights, d_bias = tt.loss_and_grad(problem, ends, biases)
    assert (values < tt.loss(problem, weights, bias)).all()
    assert np.abs(values - out[:, 0]).max() <= 1e-14
    largest = np.maximum(np.abs(d_weights).max((1, 2)), np.abs(d_bias).max(1))
    assert largest.max() <= 2 * GRADIENT_TOLERANCE * problem.null_loss
    assert (out[:, 2] > 1).all()
