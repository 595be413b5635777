"""Gradients of two layers by hand are those of autograd, kinks included, and each instance's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.models import AbsModel, HiddenReLUModel
from toytoy.numeric.streams import DATA, streams
from toytoy.numeric.two_layers import two_layers

PROBLEM = tt.Problem(n_features=4, n_hidden=3, density=(0.9, 0.5, 0.1, 1.0), importance=(1.0, 0.5, 2.0, 0.0))
ROUNDING = 100 * np.finfo(float).eps  # sums of forty terms of order one


def made(make: Any, n_instances: int = 3) -> tuple[Any, torch.Tensor]:
    model = make(PROBLEM, n_instances, seed=1, dtype=torch.float64)
    with torch.no_grad():
        model.bias.copy_(torch.linspace(-0.2, 0.3, model.bias.numel()).reshape(model.bias.shape))
    return model, model.draw(streams(PROBLEM, 0, n_instances, DATA), 40)


def by_autograd(model: Any, x: torch.Tensor) -> list[torch.Tensor]:
    return list(torch.autograd.grad(model.loss(x).sum(), list(model.parameters())))


def by_hand(model: Any, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
    with torch.no_grad():
        columns, tied = x.mT, isinstance(model, HiddenReLUModel)
        matrices = (model.weights, model.weights.mT) if tied else (model.encoder, model.decoder)
        before = [tensor.clone() for tensor in (*matrices, columns)]
        losses, encoder, *rest = two_layers(*matrices, model.bias, model.importance, columns, model.target(columns))
        assert all(torch.equal(one, other) for one, other in zip((*matrices, columns), before, strict=True))
    return losses, [encoder + rest[0].mT, rest[1]] if tied else [encoder, *rest]


@pytest.mark.parametrize("make", [HiddenReLUModel, AbsModel])
def test_it_is_autograd_s_gradient_and_the_loss(make: Any) -> None:
    model, x = made(make)
    losses, gradients = by_hand(model, x)
    torch.testing.assert_close(losses, model.loss(x).detach(), rtol=0, atol=ROUNDING)
    for mine, wanted in zip(gradients, by_autograd(model, x), strict=True):
        assert wanted.abs().max() > 0.01
        torch.testing.assert_close(mine, wanted, rtol=0, atol=ROUNDING)


def test_at_a_kink_it_is_autograd_s_choice() -> None:
    model, x = made(AbsModel)
    with torch.no_grad():
        model.encoder[:, 0], model.decoder[:, 0], model.bias[:, 0] = (
            0.0,
            0.0,
            0.0,
        )  # neuron 0 and output 0: always there
    gradients = by_hand(model, x)[1]
    for mine, wanted in zip(gradients, by_autograd(model, x), strict=True):
        torch.testing.assert_close(mine, wanted, rtol=0, atol=ROUNDING)
    assert not gradients[0][:, 0].any()  # from the left: 0, though its target is not met
    assert not gradients[2][:, 0].any()
    assert (x[..., 0] != 0).any()


def test_it_is_the_slope_of_the_loss() -> None:
    """Central differences, which know nothing of autograd either."""
    model, x = made(AbsModel, 1)
    step = 1e-6
    for parameter, gradient in zip(model.parameters(), by_hand(model, x)[1], strict=True):
        flat = parameter.data.view(-1)
        for k in range(0, len(flat), 3):
            before, sides = flat[k].item(), []
            for sign in (1, -1):
                flat[k] = before + sign * step
                sides.append(model.loss(x).item())
            flat[k] = before
            assert (sides[0] - sides[1]) / (2 * step) == pytest.approx(gradient.view(-1)[k].item(), abs=1e-6)
