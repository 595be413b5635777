"""The model with a hidden ReLU is its formula, and rotating its hidden space is felt."""

from __future__ import annotations

import numpy as np
import torch
import toytoy as tt
from toytoy.numeric.models import HiddenReLUModel, ToyModel

PROBLEM = tt.Problem(n_features=4, n_hidden=3, density=0.5, importance=(1.0, 0.5, 2.0, 0.1))
ROUNDING = 100 * np.finfo(float).eps  # a few dozen operations on numbers of order one


def double(n_instances: int) -> HiddenReLUModel:
    model = HiddenReLUModel(PROBLEM, n_instances, dtype=torch.float64)
    with torch.no_grad():
        model.bias.copy_(torch.linspace(-0.2, 0.3, model.bias.numel()).reshape(model.bias.shape))
    return model


def test_forward_and_loss_are_the_formula() -> None:
    model, x = double(3), tt.sample(PROBLEM, 20, seed=0)
    out, hidden = model(torch.from_numpy(x)).detach(), model.hidden(torch.from_numpy(x)).detach()
    losses = model.loss(torch.from_numpy(x)).detach()
    for k in range(3):
        w, b = model.weights[k].detach().numpy(), model.bias[k].detach().numpy()
        total = 0.0
        for s, row in enumerate(x):
            h = np.maximum(w @ row, 0)
            y = np.maximum(w.T @ h + b, 0)
            np.testing.assert_allclose(hidden[k, s], h, rtol=0, atol=ROUNDING)
            np.testing.assert_allclose(out[k, s], y, rtol=0, atol=ROUNDING)
            total += sum(i * (a - c) ** 2 for i, a, c in zip(PROBLEM.importances, row, y, strict=True)) / len(x)
        assert abs(losses[k] - total) < ROUNDING


def test_gradients_pass_through_both_uses_of_the_weights() -> None:
    model, x = double(2), torch.from_numpy(tt.sample(PROBLEM, 5, seed=0))
    assert torch.autograd.gradcheck(lambda *_: model.loss(x), tuple(model.parameters()))


def test_hidden_axes_are_privileged_up_to_their_order() -> None:
    model, x = double(1), torch.from_numpy(tt.sample(PROBLEM, 200, seed=0))
    toy = ToyModel(PROBLEM, dtype=torch.float64)
    orthogonal = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    for matrix, felt in ((torch.eye(3, dtype=torch.float64)[[2, 0, 1]], False), (torch.from_numpy(orthogonal), True)):
        for one in (model, toy):
            turned = type(one)(PROBLEM, dtype=torch.float64)
            turned.load_state_dict({"weights": matrix @ one.weights.detach(), "bias": one.bias.detach()})
            gap = (turned.loss(x) - one.loss(x)).abs().item()
            assert (gap > 0.01) if felt and one is model else (gap < ROUNDING)


def test_it_starts_where_the_toy_model_does() -> None:
    one, other = HiddenReLUModel(PROBLEM, 2, seed=3), ToyModel(PROBLEM, 2, seed=3)
    assert set(one.state_dict()) == {"weights", "bias"}
    torch.testing.assert_close(one.weights, other.weights, rtol=0, atol=0)
