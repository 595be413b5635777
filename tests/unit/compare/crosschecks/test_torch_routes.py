"""Torch's losses and slopes: those of the library, with an error that shrinks as it should."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks.drawn import Model, drawn_models
from toytoy.compare.crosschecks.torch_routes import exact_loss, loss_by_line, loss_of_samples, slope_of_samples

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
