"""Pentagon and digons: each a local minimum, crossing where an independent root finder says, under no better model."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from scipy.optimize import brentq, minimize
from toytoy.compare.paper.perturbed import RATIOS, branch, follow, perturbed_feature, perturbed_problem

FEW = (0.15, 0.2, 0.25, 0.3, 0.5, 1.0)


def refined(name: str, ratio: float) -> float:
    """Find a branch's loss by another optimizer, from its ideal shape."""
    problem = perturbed_problem(0.05, ratio)
    angles = 2 * np.pi * np.arange(5) / 5
    start = np.array([np.cos(angles), np.sin(angles)]) if name == "pentagon" else np.zeros((2, 5))
    if name == "digons":
        start[0, :2] = start[1, 2:4] = 1, -1

    def value(theta: np.ndarray) -> tuple[float, np.ndarray]:
        loss, d_weights, d_bias = tt.loss_and_grad(problem, theta[:10].reshape(2, 5), theta[10:])
        return float(loss), np.concatenate([d_weights.ravel(), d_bias])

    bias = np.full(5, -0.1) if name == "pentagon" else np.array([0, 0, 0, 0, 0.025 * ratio])
    theta = np.concatenate([start.ravel(), bias])
    for _ in range(3):
        theta = minimize(value, theta, jac=True, method="BFGS", options={"gtol": 1e-12}).x
    return value(theta)[0]


def test_the_crossing_is_where_another_solver_finds_it() -> None:
    found = perturbed_feature(ratios=FEW, starts=8, trained=None)
    root: Any = brentq(lambda r: refined("pentagon", r) - refined("digons", r), 0.25, 0.3, xtol=1e-10)
    wanted = float(root)
    assert abs(found.crossing.value - wanted) < 1e-7
    assert found.crossing.kind == "bracket"
    assert 0 < found.crossing.error < 1e-10
    assert found.loss_at_crossing == pytest.approx(refined("digons", wanted), rel=1e-7)


def test_the_optimum_is_the_lower_branch() -> None:
    found = perturbed_feature(ratios=FEW, starts=32, trained=None)
    lower = np.fmin(found.pentagon, found.digons)
    np.testing.assert_allclose(found.optimum, lower, rtol=1e-10)
    assert (found.digons < found.pentagon).tolist() == [ratio < found.crossing.value for ratio in FEW]


@pytest.mark.parametrize(("name", "ratio"), [("pentagon", 0.3), ("digons", 0.25), ("digons", 1.0)])
def test_branches_are_local_minima(name: str, ratio: float) -> None:
    problem = perturbed_problem(0.05, ratio)
    weights, bias, level = branch(name, problem)
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    assert loss == level
    assert max(np.abs(d_weights).max(), np.abs(d_bias).max()) < 1e-10
    rng = np.random.default_rng(0)
    for size in (1e-3, 1e-2):
        nearby = [
            tt.loss(problem, weights + size * rng.normal(size=(2, 5)), bias + size * rng.normal(size=5))
            for _ in range(50)
        ]
        assert min(nearby) > level


def test_branches_end_and_say_so() -> None:
    assert np.isnan(follow("pentagon", 0.05, np.array([0.05, 0.5, 1.0]))).tolist() == [True, False, False]
    assert np.isnan(follow("digons", 0.05, np.array([0.1, 1.0, 4.0]))).tolist() == [False, False, True]


def test_settings_are_the_paper_s() -> None:
    assert (RATIOS[0], RATIOS[-1]) == pytest.approx((0.1, 10))
    problem = perturbed_problem(0.05, 0.5)
    assert problem.densities == (0.05, 0.05, 0.05, 0.05, 0.025)
    assert set(problem.importances) == {1.0}


def test_training_is_set_beside() -> None:
    counted: list[tuple[int, int]] = []
    found = perturbed_feature(
        ratios=(0.2, 0.25, 0.3),
        starts=4,
        trained=tt.Trained(steps=20, batch=16),
        few=2,
        progress=lambda done, total: counted.append((done, total)),
    )
    assert found.trained_ratios.tolist() == [0.2, 0.3]
    assert (found.trained_losses > found.optimum[[0, 2]]).all()
    assert counted[-1] == (5, 5)
    data = json.loads(json.dumps(found.to_dict()))
    assert data["crossing"]["ratio"] == found.crossing.value
    assert len(found.sentences()) == 3


def test_ratios_without_the_crossing_are_refused() -> None:
    with pytest.raises(ValueError, match="widen"):
        perturbed_feature(ratios=(0.5, 1.0), starts=1, trained=None)
