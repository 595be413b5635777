"""The model of absolute values is its formula; its inputs have both signs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.models import AbsModel
from toytoy.numeric.streams import DATA, streams

PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
ROUNDING = 100 * np.finfo(float).eps  # a few dozen operations on numbers of order one


def signed(size: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).uniform(-1, 1, size=(size, 3)))


def double(n_instances: int) -> AbsModel:
    model = AbsModel(PROBLEM, n_instances, n_hidden=4, dtype=torch.float64)
    with torch.no_grad():
        model.bias.copy_(torch.linspace(-0.2, 0.3, model.bias.numel()).reshape(model.bias.shape))
    return model


def test_forward_and_loss_are_the_formula() -> None:
    model, x = double(2), signed(20)
    out, losses = model(x).detach(), model.loss(x).detach()
    for k in range(2):
        encoder, decoder, bias = (p[k].detach().numpy() for p in (model.encoder, model.decoder, model.bias))
        total = 0.0
        for s, row in enumerate(x.numpy()):
            y = np.maximum(decoder @ np.maximum(encoder @ row, 0) + bias, 0)
            np.testing.assert_allclose(out[k, s], y, rtol=0, atol=ROUNDING)
            total += sum(i * (abs(a) - c) ** 2 for i, a, c in zip(PROBLEM.importances, row, y, strict=True)) / len(x)
        assert abs(losses[k] - total) < ROUNDING


def test_two_neurons_a_feature_are_exact() -> None:
    model, one = AbsModel(PROBLEM, n_hidden=6, dtype=torch.float64), torch.eye(3, dtype=torch.float64)
    parts = {"encoder": torch.cat([one, -one]), "decoder": torch.cat([one, one], 1), "bias": torch.zeros(3)}
    model.load_state_dict({name: part[None] for name, part in parts.items()})
    assert model.loss(signed(50)).item() == 0
    model.bias.data += 0.1
    assert model.loss(signed(50)).item() == pytest.approx(0.01 * sum(PROBLEM.importances), rel=1e-12)


def test_inputs_are_uniform_on_both_signs_where_active() -> None:
    size = 200_000
    model = AbsModel(PROBLEM, 2, dtype=torch.float64)
    x = model.draw(streams(PROBLEM, 0, 2, DATA), size).numpy()
    density = np.array(PROBLEM.densities)
    assert x.min() < -0.999
    assert x.max() > 0.999
    for power, mean in ((1, 0 * density), (2, density / 3), (3, 0 * density), (4, density / 5)):
        second = density / (2 * power + 1)
        error = np.sqrt((second - mean**2) / size)
        assert (np.abs((x**power).mean(axis=1) - mean) < 5 * error).all()
    active = (x != 0).mean(axis=1)
    assert (np.abs(active - density) < 5 * np.sqrt(density * (1 - density) / size)).all()
    cross = (x[0, :, :, None] * x[1, :, None, :]).mean(axis=0)  # between instances
    assert (np.abs(cross) < 5 * np.sqrt(np.outer(density, density) / 9 / size)).all()


def test_both_matrices_start_with_one_spread_and_differ() -> None:
    large = AbsModel(tt.Problem(n_features=60, n_hidden=40, density=0.5), 20, dtype=torch.float64)
    expected = (2 / 100) ** 0.5
    for parameter in (large.encoder, large.decoder):
        assert abs(parameter.std().item() - expected) < 5 * expected / (2 * parameter.numel()) ** 0.5
    correlation = (large.encoder * large.decoder.mT).mean().item() / expected**2
    assert abs(correlation) < 5 / large.encoder.numel() ** 0.5


def test_gradients() -> None:
    model, x = double(2), signed(5)
    assert torch.autograd.gradcheck(lambda *_: model.loss(x), tuple(model.parameters()))


def test_hidden_neurons_may_be_more_or_fewer_than_features() -> None:
    assert AbsModel(PROBLEM).encoder.shape == (1, 2, 3)
    model = AbsModel(PROBLEM, 4, n_hidden=6)
    assert (model.encoder.shape, model.decoder.shape, model.bias.shape) == ((4, 6, 3), (4, 3, 6), (4, 3))
    assert model.hidden(torch.zeros(5, 3)).shape == (4, 5, 6)
    assert "n_hidden=6" in repr(model)
    with pytest.raises(ValueError, match="n_hidden=0"):
        AbsModel(PROBLEM, n_hidden=0)
