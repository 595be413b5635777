"""Activations on tensors are those of the problem, and their slopes what autograd finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import toytoy as tt
from toytoy.numeric.models.activations import activate, slope

ACTIVATIONS = ["linear", "relu", "abs", tt.LeakyReLU(slope=0.1), tt.LeakyReLU(slope=0), tt.ClippedReLU(upper=0.5)]
PROBLEM = tt.Problem(n_features=3, n_hidden=2, density=0.5)


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "gelu", "softplus"])
def test_activate_is_the_problem_s_activation(activation: Any) -> None:
    sigma = PROBLEM.replace(activation=activation).sigma
    z = torch.linspace(-2, 2, 81, dtype=torch.float64)
    expected = np.asarray(sigma(z.numpy()))
    np.testing.assert_allclose(activate(sigma, z), expected, rtol=0, atol=8 * np.finfo(float).eps)


@pytest.mark.parametrize("activation", ["gelu", "softplus"])
def test_slope_of_a_smooth_one(activation: Any) -> None:
    sigma = PROBLEM.replace(activation=activation).sigma
    z = torch.linspace(-2, 2, 81, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(activate(sigma, z).sum(), z)
    torch.testing.assert_close(slope(sigma, z.detach()), gradient, rtol=0, atol=8 * 2.0**-52)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_slope_is_the_gradient_of_activate(activation: Any) -> None:
    sigma = PROBLEM.replace(activation=activation).sigma
    z = torch.linspace(-2, 2, 81, dtype=torch.float64)  # holds the hinges 0 and 0.5 themselves
    z.requires_grad_()
    (gradient,) = torch.autograd.grad(activate(sigma, z).sum(), z)
    torch.testing.assert_close(slope(sigma, z.detach()), gradient, rtol=0, atol=0)
