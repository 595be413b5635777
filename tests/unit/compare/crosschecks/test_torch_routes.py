"""Torch's losses and slopes: those of the library, with an error that shrinks as it should."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks.drawn import Model, drawn_models
from toytoy.compare.crosschecks.torch_routes import exact_loss, loss_by_line, loss_of_samples, slope_of_samples
from toytoy.numeric.sampling import sample

MODELS = drawn_models(4, 6)


def along(model: Model) -> tuple[np.ndarray, np.ndarray]:
    return np.ones_like(model.weights), np.ones_like(model.bias)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_exact_routes_are_exact(model: Model) -> None:
    value, d_weights, d_bias = tt.loss_and_grad(model.problem, model.weights, model.bias)
    gradient = np.concatenate([d_weights.ravel(), d_bias])
    found = exact_loss(model.problem, model.weights, model.bias)
    assert found[0] == value
    assert np.array_equal(found[1], gradient)
    if isinstance(model.problem.support, tt.Independent):
        assert loss_by_line(model.problem, model.weights, model.bias)[0] == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_samples_scatter_about_the_exact_values(model: Model) -> None:
    value, d_weights, d_bias = tt.loss_and_grad(model.problem, model.weights, model.bias)
    loss = loss_of_samples(model.problem, model.weights, model.bias, size=20_000, seed=3)
    slope = slope_of_samples(model.problem, model.weights, model.bias, along(model), size=20_000, seed=3)
    assert abs(loss.value - value) < 5 * loss.error
    assert abs(slope.value - (d_weights.sum() + d_bias.sum())) < 5 * slope.error + 1e-12


def test_four_times_the_samples_halve_the_error() -> None:
    model = MODELS[0]
    errors = [loss_of_samples(model.problem, model.weights, model.bias, size, 0).error for size in (20_000, 80_000)]
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.3)
    assert loss_of_samples(model.problem, model.weights, model.bias, 400, 0) == loss_of_samples(
        model.problem, model.weights, model.bias, 400, 0
    )


def test_the_error_is_the_standard_error_of_two_hundred_means() -> None:
    """By numpy: the same samples in 200 batches, the spread of their mean losses over the root of their number."""
    model = MODELS[0]
    x = sample(model.problem, 200 * 25, 7)
    z = np.maximum(x @ (model.weights.T @ model.weights).T + model.bias, 0.0)
    means = ((x - z) ** 2 @ np.array(model.problem.importances, float)).reshape(200, 25).mean(axis=1)
    found = loss_of_samples(model.problem, model.weights, model.bias, 200 * 25 + 199, 7)
    assert found.value == pytest.approx(means.mean(), rel=1e-12)
    assert found.error == pytest.approx(means.std(ddof=1) / np.sqrt(200), rel=1e-12)


def test_slopes_are_along_the_direction() -> None:
    """By differences of the loss of the very same samples; a part of the direction may be 0."""
    model = MODELS[0]
    d = np.array([[0.5, -2.0]]), np.array([1.5, 0.0])
    step, ends = 1e-6, []
    for sign in (1, -1):
        moved = model.weights + sign * step * d[0], model.bias + sign * step * d[1]
        ends.append(loss_of_samples(model.problem, *moved, 4000, 3).value)
    found = slope_of_samples(model.problem, model.weights, model.bias, d, 4000, 3)
    assert found.value == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4)
