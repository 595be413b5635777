"""Mistakes seen in public replications, planted: the checks of sampled inputs must reject each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt

from tests.reference.moments import mismatches

SIZE, N = 50_000, 3
PROBLEM = tt.Problem(n_features=N, n_hidden=2, density=(0.5, 0.5, 0.5))
WEIGHTS, BIAS = [[0.9, -0.8, 0.1], [0.0, 0.3, 1.0]], [0.05, 0.1, -0.02]


def inputs(active: Any, power: float = 1.0) -> Any:
    values = np.random.default_rng(1).random((SIZE, N)) ** power
    return np.where(active, values, 0.0)


def uniforms(size: int = SIZE, n: int = N) -> Any:
    return np.random.default_rng(0).random((size, n))


def correlated_by_reuse() -> Any:
    u = uniforms()  # activity and value from one uniform, without dividing by the density
    return np.where(u < 0.5, u, 0.0)


def test_right_inputs_pass() -> None:
    assert mismatches(inputs(uniforms() < 0.5), PROBLEM.densities) == []


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        pytest.param(inputs(uniforms(n=1) < 0.5), "joint activity", id="mask shared across features"),
        pytest.param(inputs(uniforms(size=1) < 0.5), "activity", id="mask shared across the batch"),
        pytest.param(
            inputs(np.repeat(uniforms(size=SIZE // 2), 2, axis=0) < 0.5), "lagged", id="mask shared by two samples"
        ),
        pytest.param(inputs(uniforms() < 0.52), "activity", id="another density"),
        pytest.param(inputs(uniforms() > 0.2), "activity", id="sparsity for density"),
        pytest.param(inputs(uniforms() < 0.5, power=1.15), "mean", id="values not uniform"),
        pytest.param(correlated_by_reuse(), "mean", id="value not rescaled"),
        pytest.param(np.full((SIZE, N), np.nan), "mean", id="not a number"),
    ],
)
def test_planted_inputs_are_rejected(planted: Any, seen: str) -> None:
    found = mismatches(planted, PROBLEM.densities)
    assert any(seen in line for line in found), found


def test_mean_for_sum_is_rejected() -> None:
    right = tt.monte_carlo(PROBLEM, WEIGHTS, BIAS, SIZE, seed=0)
    exact = tt.loss_estimate(PROBLEM, WEIGHTS, BIAS)
    assert right.agrees(exact)
    assert not tt.Estimate(right.value / N, right.error / N, right.kind).agrees(exact)


def test_a_mask_shared_across_features_changes_the_loss() -> None:
    shared = inputs(uniforms(n=1) < 0.5)
    w = np.array(WEIGHTS)
    losses = ((shared - PROBLEM.sigma(shared @ w.T @ w + BIAS)) ** 2).sum(axis=1)
    planted = tt.Estimate(losses.mean(), losses.std(ddof=1) / SIZE**0.5, "standard_error")
    assert not planted.agrees(tt.loss_estimate(PROBLEM, WEIGHTS, BIAS))
