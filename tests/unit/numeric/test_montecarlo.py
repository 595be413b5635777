"""Monte Carlo agrees with the exact loss, and its error is what it says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric import montecarlo

PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
WEIGHTS, BIAS = [[0.9, -0.8, 0.1], [0.0, 0.3, 1.0]], [0.05, 0.1, -0.02]
SIZE = 20_000


@pytest.mark.parametrize("activation", ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.ClippedReLU(upper=0.5)])
def test_agrees_with_the_exact_loss(activation: Any) -> None:
    problem = PROBLEM.replace(activation=activation)
    estimate = tt.monte_carlo(problem, WEIGHTS, BIAS, SIZE, seed=0)
    assert estimate.kind == "standard_error"
    assert estimate.agrees(tt.loss_estimate(problem, WEIGHTS, BIAS))


def test_ladder_the_error_shrinks_as_one_over_the_root_of_the_size() -> None:
    exact = tt.loss_estimate(PROBLEM, WEIGHTS, BIAS)
    rungs = [tt.monte_carlo(PROBLEM, WEIGHTS, BIAS, size, seed=1) for size in (2_000, 32_000, 512_000)]
    assert all(rung.agrees(exact) for rung in rungs)
    for coarse, fine in pairwise(rungs):
        # 16 times the samples: a quarter of the error. The coarsest has 2000 samples, whose standard deviation is
        # itself known to about 1 / √4000 × a kurtosis factor, 5 % here; four of these.
        assert coarse.error / fine.error == pytest.approx(4.0, rel=0.2)


def test_the_claimed_error_is_the_spread_over_seeds() -> None:
    estimates = [tt.monte_carlo(PROBLEM, WEIGHTS, BIAS, 1000, seed) for seed in range(200)]
    spread = np.std([e.value for e in estimates], ddof=1)
    # a standard deviation from 200 values is known to 1 / √400 = 5 %; four of these
    assert np.mean([e.error for e in estimates]) == pytest.approx(spread, rel=0.2)


def test_it_is_the_mean_over_the_samples_of_the_seed() -> None:
    x = tt.sample(PROBLEM, 500, seed=7)
    w = np.array(WEIGHTS)
    losses = [
        sum(i * (t - max(z, 0.0)) ** 2 for i, t, z in zip(PROBLEM.importances, row, w.T @ w @ row + BIAS, strict=True))
        for row in x
    ]
    estimate = tt.monte_carlo(PROBLEM, WEIGHTS, BIAS, 500, seed=7)
    rounding = 500 * np.finfo(float).eps  # relative, of a sum of 500 terms of one sign
    assert estimate.value == pytest.approx(np.mean(losses), rel=rounding)
    assert estimate.error == pytest.approx(np.std(losses, ddof=1) / 500**0.5, rel=rounding)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tt.monte_carlo(PROBLEM, WEIGHTS, BIAS, 1000, seed=0)
    monkeypatch.setattr(montecarlo, "CHUNK", 77 * 3)
    pieces = tt.monte_carlo(PROBLEM, WEIGHTS, BIAS, 1000, seed=0)
    rounding = 1000 * np.finfo(float).eps  # relative, of sums of 1000 terms of one sign
    assert pieces.value == pytest.approx(whole.value, rel=rounding)
    assert pieces.error == pytest.approx(whole.error, rel=rounding)


def test_no_active_feature_is_no_answer() -> None:
    with pytest.raises(ValueError, match=r"size=2 with density=0\.001.*1 / density"):
        tt.monte_carlo(tt.Problem.toy(2, density=0.001), [[1.0, 0.0]], [0.0, 0.0], 2, seed=0)


@pytest.mark.parametrize(
    ("weights", "bias", "size", "seed", "error", "words"),
    [
        ([WEIGHTS], BIAS, 10, 0, ValueError, "one model"),
        (WEIGHTS, [BIAS], 10, 0, ValueError, "one model"),
        (np.array(WEIGHTS).T, BIAS, 10, 0, ValueError, "transpose"),
        (WEIGHTS, BIAS[:2], 10, 0, ValueError, "bias must have shape"),
        (np.array(WEIGHTS) * 1j, BIAS, 10, 0, TypeError, "real numbers"),
        (WEIGHTS, [0.0, np.nan, 0.0], 10, 0, ValueError, "finite"),
        (WEIGHTS, BIAS, 1, 0, ValueError, "size=1"),
        (WEIGHTS, BIAS, 10, -1, ValueError, "seed=-1"),
    ],
)
def test_bad_input_is_refused(
    weights: Any, bias: Any, size: Any, seed: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        tt.monte_carlo(PROBLEM, weights, bias, size, seed)
