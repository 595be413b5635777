"""Sampled sweeps scatter about the exact one, and are reproduced by their seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.ramp import ramp
from toytoy.numeric.ramp_sampled import ramp_sampled

PROBLEM = tt.Problem.toy(2, importance=0.3, density=0.5)
START, ENDS, RATE = ([[1.0, -0.5]], [0.0, 0.15]), (0.3, 0.9), 2e-2


def test_sampled_sweeps_scatter_about_the_exact_one() -> None:
    exact = ramp(PROBLEM, *START, ENDS, (RATE,), level=0.3, points=5)
    sampled = ramp_sampled(PROBLEM, *START, ENDS, RATE, level=0.3, points=5, batch=4096, n_instances=16)
    assert sampled.weights.shape == (16, 5, 1, 2)
    np.testing.assert_allclose(sampled.density, exact.density)
    error = sampled.norm.std(axis=0, ddof=1) / 4
    assert (error[1:] < 2e-3).all()
    assert (np.abs(sampled.norm.mean(axis=0) - exact.norm[0])[1:] < 4 * error[1:] + 2e-4).all()
    spread = sampled.crossing.std(ddof=1) / 4
    assert abs(sampled.crossing.mean() - exact.crossing[0]) < 4 * spread
    assert spread > 0


def test_noise_falls_with_the_batch() -> None:
    spreads = [
        ramp_sampled(PROBLEM, *START, ENDS, RATE, level=0.3, points=2, batch=batch, n_instances=12).norm[:, -1].std()
        for batch in (32, 2048)
    ]
    assert spreads[1] < spreads[0] / 3  # 8 expected


def test_a_seed_gives_one_result() -> None:
    given = {"level": 0.3, "points": 3, "batch": 32, "n_instances": 3}
    one, same, other = (
        ramp_sampled(PROBLEM, *START, ENDS, RATE, seed=seed, **given)  # type: ignore[arg-type]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.weights, same.weights)
    assert (one.weights[:, -1] != other.weights[:, -1]).any(axis=(1, 2)).all()
    assert np.ptp(one.weights[:, -1, 0, 0]) > 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"batch": 0}, "batch"),
        ({"rate": 1e-12}, "faster"),
        ({"rate": (0.1,)}, "rate"),
        ({"n_instances": 0}, "n_instances"),
        ({"weights": [[1.0, -0.5, 0.1]]}, "weights must have shape"),
        ({"weights": [1.0, -0.5]}, "weights must have shape"),
        ({"bias": [0.0]}, "bias must have shape"),
        ({"weights": [[np.nan, -0.5]]}, "finite"),
        ({"lr": 100.0, "rate": 1e-3, "batch": 4}, "lr must be small enough"),
    ],
)
def test_what_makes_no_sweep_is_refused(change: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {"weights": START[0], "bias": START[1], "ends": ENDS, "rate": RATE, "level": 0.3} | change
    with pytest.raises((TypeError, ValueError), match=said):
        ramp_sampled(PROBLEM, **given)
