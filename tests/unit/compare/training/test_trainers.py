"""Ways that must agree do: exact descent in small steps ends where the flow does, from the same initial models."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.nearness import Verdict
from toytoy.compare.training.trainers import FLOW, WAYS, trainers
from toytoy.numeric.gradient_flow import gradient_flow
from toytoy.numeric.inits import initial_weights


def test_exact_descent_ends_with_the_flow() -> None:
    found = trainers(densities=(0.5,), importances=(0.3, 1.0), steps=4000, batch=1, n_instances=2)
    flow, descent = found.models[FLOW], found.models["exact descent"]
    assert (flow.represented == descent.represented).all()
    np.testing.assert_allclose(descent.excess, flow.excess, atol=1e-5)
    assert found.training_time["exact descent"] == pytest.approx(200)


def test_the_flow_is_that_of_trained_s_initial_models() -> None:
    """Exact descent in steps of a thousandth follows the flow of the start that they are said to share."""
    problem = tt.Problem.toy(2, density=0.3, importance=0.7)
    way = replace(WAYS["exact descent"], lr=1e-3, steps=1000, n_instances=2, seed=5)
    runs = tt.minimize(problem, way).runs
    for k, start in enumerate(initial_weights(problem, 2, 5, "xavier_normal")):
        flow = gradient_flow(problem, start, np.zeros(2), [1.0])
        assert np.abs(flow.weights[0] - runs.weights[k]).max() < 2e-3


def test_some_flows_end_on_a_kink_that_is_no_minimum() -> None:
    """They near W = (±1, 0), b = (0, p/2) along one ray, ever slower; on the other side of it the loss falls."""
    problem = tt.Problem.toy(2, density=0.03, importance=0.3)
    flow = gradient_flow(problem, [[-1.0, -1e-4]], [-0.5e-4, 0.015], [4e3, 8e3, 12e3], tolerance=1e-11)
    sizes, ratios = flow.weights[:, 0, 1], flow.bias[:, 0] / flow.weights[:, 0, 1]
    assert sizes[1] / sizes[0] == pytest.approx(sizes[2] / sizes[1], rel=1e-3)
    assert 0 < sizes[1] / sizes[0] < 0.2
    np.testing.assert_allclose(ratios[1:], ratios[-1], rtol=1e-5)
    at = float(tt.loss(problem, [[-1.0, 0.0]], [0.0, 0.015]))
    for size in (1e-3, 1e-4):
        here, there = (float(tt.loss(problem, [[-1.0, w]], [b, 0.015])) for w, b in ((-size, -size / 2), (size, 0.0)))
        assert there < at < here
    found = trainers(densities=(0.03,), importances=(0.3,), steps=1, batch=1, n_instances=8)
    assert 3 <= found.models[FLOW].count(Verdict.SHORT) <= 7  # 5 here; the integrator's rounding may move one


def test_three_features_and_what_is_told() -> None:
    counted: list[tuple[int, int]] = []
    found = trainers(
        3,
        2,
        (0.3,),
        (0.5, 1.0),
        steps=30,
        batch=16,
        n_instances=2,
        progress=lambda done, total: counted.append((done, total)),
    )
    assert counted[-1] == (5, 5)
    assert [each.name for each in found.scores] == [FLOW, *WAYS]
    assert all(each.total == 4 for each in found.scores)
    assert found.models["Adam"].count(Verdict.REACHED) == 0  # thirty steps of a thousandth move nothing
    assert len(found.sentences()) == 9
    data = json.loads(json.dumps(found.to_dict()))
    assert data["training_time"]["Adam"] == pytest.approx(0.03)
    assert data["rest"]["low"] <= data["rest"]["value"] == data["training_time"][FLOW]
    assert all("% (" in line for line in found.sentences())  # no share without its interval
    assert np.shape(data["models"]["SGD"]["excess"]) == (2, 2)


def test_a_size_without_diagram_is_refused() -> None:
    with pytest.raises(ValueError, match="n_features"):
        trainers(4, 2)


@pytest.mark.parametrize("speed", [0.0, float("nan"), "a"])
def test_a_speed_that_is_none_is_refused_by_its_name(speed: float) -> None:
    with pytest.raises((TypeError, ValueError), match="speed"):
        trainers(densities=(0.3,), importances=(1.0,), speed=speed)
