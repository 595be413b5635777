"""Gaps of decomposability and linearity, and areas under the curve: planted cases, closed forms, brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.readout import read_out
from toytoy.numeric.probe import activity_auc, decomposability_gap, linearity_gap

PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=0.3)
WEIGHTS = np.array([[1.0, -0.5, 0.25], [0.0, 0.75, -1.0]])
X = tt.sample(PROBLEM, 4000, seed=0)
ROUNDING = 1e-28  # a square of rounding errors


def relu(z: Any) -> Any:
    return np.maximum(z, 0)


def test_a_linear_layer_is_both() -> None:
    for offset in (0.0, 0.7):  # what responds to nothing is taken off
        assert decomposability_gap(lambda x: x @ WEIGHTS.T + offset, X).value < ROUNDING  # noqa: B023
        assert linearity_gap(lambda x: x @ WEIGHTS.T + offset, X).value < ROUNDING  # noqa: B023


def test_the_two_claims_are_independent() -> None:
    mixed = lambda x: relu(x @ WEIGHTS.T)  # noqa: E731
    assert linearity_gap(mixed, X).value < ROUNDING  # directions, but
    assert decomposability_gap(mixed, X).value > 0.05  # not added up
    squares = lambda x: np.square(x) @ WEIGHTS.T  # noqa: E731
    assert decomposability_gap(squares, X).value < ROUNDING  # added up, but
    assert linearity_gap(squares, X).value > 0.05  # no directions


def test_neurons_that_all_weights_excite_are_decomposable() -> None:
    assert decomposability_gap(lambda x: relu(x @ np.abs(WEIGHTS).T), X).value < ROUNDING


def test_the_gap_of_one_neuron_in_closed_form() -> None:
    # relu(x - y): alone x and 0; together the left side is relu(x - y) - x, -min(x, y): E min² = 1/6, E relu² = 1/12
    p = 0.4
    problem = tt.Problem.toy(2, density=p)
    found = decomposability_gap(lambda x: relu(x[:, :1] - x[:, 1:]), tt.sample(problem, 200_000, seed=1))
    wanted = p * p / 6 / (p * (1 - p) / 3 + p * p / 12)
    assert abs(found.value - wanted) < 5 * found.error < 0.02


def test_the_linearity_gap_in_closed_form() -> None:
    # u² fitted by d u on [0, 1]: d = (1/4) / (1/3), left 1/5 - 9/16 · 1/3 = 1/80 of 1/5
    found = linearity_gap(np.square, tt.sample(tt.Problem.toy(2, density=0.5), 200_000, seed=2))
    assert abs(found.value - 1 / 16) < 5 * found.error < 0.01


def test_collisions_are_what_breaks_it() -> None:
    gaps = []
    for p in (0.02, 0.01):
        x = tt.sample(PROBLEM.replace(density=p), 400_000, seed=4)
        gaps.append(decomposability_gap(lambda x: relu(x @ WEIGHTS.T), x))
    ratio = gaps[0].value / gaps[1].value
    error = ratio * np.hypot(gaps[0].error / gaps[0].value, gaps[1].error / gaps[1].value)
    assert abs(ratio - 2) < 5 * error + 0.05  # as the density, but for triple company


def test_areas_are_those_of_all_pairs() -> None:
    x = tt.sample(PROBLEM, 600, seed=5)
    scores = x @ WEIGHTS.T @ read_out(PROBLEM, WEIGHTS).directions.T
    for i, found in enumerate(activity_auc(PROBLEM, WEIGHTS, 600, 5)):
        on, off = scores[x[:, i] > 0, i], scores[x[:, i] == 0, i]
        pairs = (on[:, None] > off).astype(float) + 0.5 * (on[:, None] == off)
        assert found.value == pytest.approx(pairs.mean(), rel=1e-12)


def test_the_standard_error_is_the_scatter_over_seeds() -> None:
    found = [activity_auc(PROBLEM, WEIGHTS, 500, seed)[0] for seed in range(200)]
    scatter = np.std([each.value for each in found])
    assert np.mean([each.error for each in found]) == pytest.approx(scatter, rel=0.25)  # 200 draws: 5 %, five times


def test_a_dedicated_feature_is_read_but_for_nothing() -> None:
    problem = tt.Problem(n_features=2, n_hidden=2, density=0.2)
    assert min(each.value for each in activity_auc(problem, np.eye(2))) > 1 - 1e-12
    assert all(np.isnan(each.value) for each in activity_auc(problem.replace(density=1.0), np.eye(2), 50))


def test_a_torch_layer_serves() -> None:
    torch = pytest.importorskip("torch")
    from toytoy.numeric.models import HiddenReLUModel

    model = HiddenReLUModel(PROBLEM, seed=1)
    found = decomposability_gap(lambda x: model.hidden(torch.from_numpy(x).float()).detach().reshape(len(x), -1), X)
    assert found.value > 0.01


@pytest.mark.parametrize(
    ("respond", "x", "says"),
    [
        (lambda x: x, [[np.nan, 1.0], [1.0, 2.0]], r"^x must be finite, got nan at index \(0, 0\)"),
        (lambda x: x, np.zeros((9, 2)), r"^x must have a feature that is active, got zeros only; draw more samples$"),
        (lambda x: x, [[1.0], [1.0, 2.0]], r"^x must be a rectangular array of numbers"),
        (lambda x: x, np.zeros((4, 0)), r"^x must have shape \(samples, n_features\).*got shape \(4, 0\)"),
        (lambda x: np.where(x > 0, np.nan, x), X, r"^responses must be finite, got nan at index"),
        (lambda x: x, np.zeros(3), "x must"),
        (lambda x: x, np.zeros((1, 3)), "two samples"),
        (lambda x: x[:, 0], X, "respond must give"),
        (lambda x: 0 * x, X, "depend on x"),
    ],
)
def test_bad_input_is_refused(respond: Any, x: Any, says: str) -> None:
    for measure in (decomposability_gap, linearity_gap):
        with pytest.raises(ValueError, match=says):
            measure(respond, x)


@pytest.mark.parametrize(
    ("respond", "x", "says"),
    [
        (3, X, r"^respond must be a function of inputs, got respond=3"),
        (lambda x: x, "abc", r"^x must be real numbers"),
        (lambda x: x.astype(str), X, r"^responses must be real numbers"),
    ],
)
def test_what_is_not_numbers_is_refused(respond: Any, x: Any, says: str) -> None:
    for measure in (decomposability_gap, linearity_gap):
        with pytest.raises(TypeError, match=says):
            measure(respond, x)


def test_responses_of_torch_need_not_be_detached() -> None:
    torch = pytest.importorskip("torch")
    weights = torch.tensor(WEIGHTS, requires_grad=True)
    torches = lambda x: torch.relu(torch.tensor(x) @ weights.T)  # noqa: E731
    arrays = lambda x: relu(x @ WEIGHTS.T)  # noqa: E731
    for measure in (decomposability_gap, linearity_gap):
        assert measure(torches, X).value == pytest.approx(measure(arrays, X).value, rel=1e-12, abs=ROUNDING)


@pytest.mark.parametrize("weights", [np.stack([WEIGHTS, WEIGHTS]), WEIGHTS[None]])
def test_activity_is_told_by_one_model(weights: Any) -> None:
    with pytest.raises(ValueError, match=r"^weights must be one model's, of shape \(2, 3\), got .*; pick an instance"):
        activity_auc(PROBLEM, weights, 100)


def test_activity_is_read_off_tensors_too() -> None:
    torch = pytest.importorskip("torch")
    assert activity_auc(PROBLEM, torch.tensor(WEIGHTS, requires_grad=True), 100) == activity_auc(PROBLEM, WEIGHTS, 100)
