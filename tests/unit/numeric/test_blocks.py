"""Orthogonal blocks: minimized apart they are minimized together, and no model is replaced by a worse one."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.numeric.blocks import LARGEST, best_by_blocks, by_blocks
from toytoy.numeric.race import Descents

PROBLEM = tt.Problem(n_features=5, n_hidden=3, density=0.2, importance=(1.0, 0.9, 0.8, 0.7, 0.01))
WEIGHTS = np.array([[0.9, 0.001, 0.0, -0.002, 0.0], [0.0, 1.1, -0.9, 0.002, 0.0], [0.001, 0.0, 0.0, 0.8, 0.001]])
BIAS = np.array([0.02, 0.05, 0.03, 0.0, 0.3])


def test_where_every_block_is_stationary_the_whole_is() -> None:
    apart = by_blocks(PROBLEM, WEIGHTS, BIAS, 1e-2)
    assert apart is not None
    assert str(tt.structure(apart[0])) == "dedicated[0] + dedicated[3] + antipodal[1,2] + not_represented[4]"
    value, d_weights, d_bias = tt.loss_and_grad(PROBLEM, *apart)
    assert max(np.abs(d_weights).max(), np.abs(d_bias).max()) <= 1e-12 * PROBLEM.null_loss
    assert value < tt.loss(PROBLEM, WEIGHTS, BIAS)


def test_the_loss_is_the_sum_of_the_blocks_minima() -> None:
    apart = by_blocks(PROBLEM, WEIGHTS, BIAS, 1e-2)
    assert apart is not None
    pair = tt.Problem(n_features=2, n_hidden=1, density=0.2, importance=(0.9, 0.8))
    variance = 0.2 / 3 - 0.2**2 / 4
    wanted = float(tt.minimize(pair, tt.Multistart()).loss) + 0.01 * variance  # a dedicated feature costs nothing
    assert abs(tt.loss(PROBLEM, *apart) - wanted) <= 1e-13


def test_only_a_lower_loss_replaces_a_model() -> None:
    best = tt.minimize(PROBLEM, tt.Multistart())
    found = Descents(np.array([best.weights, WEIGHTS]), np.array([best.bias, BIAS]), 7)
    apart = best_by_blocks(PROBLEM, found)
    losses = tt.loss(PROBLEM, apart.weights, apart.bias)
    assert (losses <= tt.loss(PROBLEM, found.weights, found.bias) + 1e-14).all()
    assert losses[1] < tt.loss(PROBLEM, WEIGHTS, BIAS)
    assert losses[0] >= best.loss.value - 1e-13


def test_large_blocks_are_left_alone() -> None:
    n = LARGEST + 1
    problem = tt.Problem(n_features=n, n_hidden=2, density=0.2)
    assert by_blocks(problem, np.random.default_rng(0).normal(size=(2, n)), np.zeros(n), 1e-4) is None
