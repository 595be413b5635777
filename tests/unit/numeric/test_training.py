"""The training loop is that of plain torch: autograd of the module, torch's optimizers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.batches import batches
from toytoy.numeric.models import ToyModel
from toytoy.numeric.schedules import SCHEDULES
from toytoy.numeric.streams import DATA, streams
from toytoy.numeric.trained import train_many
from toytoy.numeric.training import backward, forward, one_thread

ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.ClippedReLU(upper=0.5)]
PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=(0.9, 0.5, 0.1), importance=(1.0, 0.5, 2.0))
EPS32 = float(np.finfo(np.float32).eps)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_is_autograd_s(activation: Any) -> None:
    problem = PROBLEM.replace(activation=activation)
    model = ToyModel(problem, n_instances=2, dtype=torch.float64)
    with torch.no_grad():
        model.bias.copy_(torch.tensor([[0.1, -0.1, 0.2], [-0.05, 0.3, 0.0]]))
    x = torch.stack([torch.from_numpy(tt.sample(problem, 64, seed)) for seed in (0, 1)])
    model.loss(x).sum().backward()
    weights, bias, columns = model.weights.detach(), model.bias.detach(), x.mT.contiguous()
    residual, z = forward(problem.sigma, weights, bias, columns)
    torch.testing.assert_close(residual, (model(x) - x).detach().mT, rtol=0, atol=100 * 2.0**-52)
    gradient = backward(problem.sigma, weights, model.importance.expand(2, -1), columns, residual, z)
    for ours, theirs in zip(gradient, (model.weights.grad, model.bias.grad), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=100 * 2.0**-52)  # some hundred terms of order 1 / 64


@one_thread()
def by_plain_torch(problem: tt.Problem, settings: tt.Trained, make_optimizer: Any) -> tuple[Any, Any]:
    """Train as a reader of torch's tutorial would, on the batches that `train` sees."""
    k = settings.n_instances
    model = ToyModel(problem, k, settings.seed, settings.init, dtype=torch.float32)
    model.weights.data *= settings.init_scale
    generators = streams(problem, settings.seed, k, DATA)
    steps, history = settings.steps, []
    optimizer = make_optimizer(model.parameters(), lr=settings.lr)
    for step, x in enumerate(batches([problem] * k, generators, settings.batch, steps)):
        loss = model.loss(torch.from_numpy(x.copy()).mT)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.param_groups[0]["lr"] = settings.lr * SCHEDULES[settings.schedule](step, steps)
        optimizer.step()
        history.append(loss.detach().numpy())
    return model.weights.detach().numpy(), np.array(history).T


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("changes", "optimizer"),
    [
        ({}, torch.optim.Adam),
        ({"schedule": "cosine", "lr": 0.01}, torch.optim.Adam),
        ({"weight_decay": 0.1}, partial(torch.optim.AdamW, weight_decay=0.1)),
        ({"optimizer": "adamw", "weight_decay": 0.1}, partial(torch.optim.AdamW, weight_decay=0.1)),
        ({"optimizer": "sgd", "lr": 0.1}, torch.optim.SGD),
        ({"optimizer": "sgd", "weight_decay": 0.1}, partial(torch.optim.SGD, weight_decay=0.1)),
        ({"init_scale": 3.0}, torch.optim.Adam),
    ],
)
def test_training_is_plain_torch_s(activation: Any, changes: Any, optimizer: Any) -> None:
    problem = PROBLEM.replace(activation=activation)
    settings = tt.Trained(seed=7, steps=40, batch=128, n_instances=2, history_every=1, **changes)
    weights, history = by_plain_torch(problem, settings, optimizer)
    ours = train_many([problem], settings)
    # Adam's steps are of size lr whatever the gradient's, so that rounding of a gradient that nearly cancels shows:
    # up to a thousandth of a step, forty times.
    np.testing.assert_allclose(ours.weights[0], weights, rtol=0, atol=40 * 1e-3 * settings.lr)
    np.testing.assert_allclose(ours.history[0], history, rtol=0, atol=1000 * EPS32)


def test_one_thread_restores_what_was_set_even_after_an_error() -> None:
    outer = torch.get_num_threads()
    torch.set_num_threads(2)
    seen = []

    @one_thread()
    def fail() -> None:
        seen.append(torch.get_num_threads())
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        fail()
    seen.append(torch.get_num_threads())
    torch.set_num_threads(outer)
    assert seen == [1, 2]
