"""Optimizers by name are torch's, with decoupled decay."""

from __future__ import annotations

import pytest
import torch
from toytoy.numeric.optimizers import OPTIMIZERS, check_optimizer, make_optimizer


def walk(name: str, weight_decay: float, steps: int = 3) -> torch.Tensor:
    theta = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
    optimizer = make_optimizer(name, [theta], lr=0.1, weight_decay=weight_decay)
    for _ in range(steps):
        theta.grad = theta.detach() ** 3
        optimizer.step()
    return theta.detach()


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_sgd_is_the_formula(decay: float) -> None:
    theta = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    for _ in range(3):
        theta = theta - 0.1 * (theta**3 + decay * theta)
    torch.testing.assert_close(walk("sgd", decay), theta, rtol=0, atol=100 * 2.0**-52)


def test_the_first_step_of_adam_is_lr_whatever_the_gradient_and_decay_is_beside_it() -> None:
    start = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    for name in ("adam", "adamw"):
        for decay in (0.0, 0.3):
            expected = start * (1 - 0.1 * decay) - 0.1 * start.sign()
            # ε = 1e-8 beside the gradients, the least of which is 1/8
            torch.testing.assert_close(walk(name, decay, steps=1), expected, rtol=0, atol=0.1 * 1e-8 * 8 * 1.01)


@pytest.mark.parametrize("name", ["rmsprop", "SDG", ""])
def test_an_unknown_name_is_refused(name: str) -> None:
    assert [check_optimizer(known) for known in OPTIMIZERS] == list(OPTIMIZERS)
    with pytest.raises(ValueError, match="optimizer must be one of adam, adamw, sgd"):
        make_optimizer(name, [], lr=0.1, weight_decay=0)
