"""Activations and their slopes on tensors."""

from __future__ import annotations

import math

from ...analytic.activation import Activation, PiecewiseLinear, Smooth
from ..torch_types import Tensor, torch

TAU_ROOT = math.sqrt(2 * math.pi)  # of the normal density


def activate(sigma: Activation, z: Tensor) -> Tensor:
    """Apply an activation; a piecewise-linear one as a sum of hinges, skipping what is 0."""
    if not isinstance(sigma, PiecewiseLinear):
        smooth: Tensor = sigma(z)
        return smooth
    parts = [z * float(sigma.slopes[0])] if sigma.slopes[0] or not sigma.hinges else []
    for hinge, jump in _hinges(sigma):
        above = torch.relu(z - hinge if hinge else z)
        parts.append(above if jump == 1 else above * jump)
    return sum(parts[1:], parts[0])


def slope(sigma: Activation, z: Tensor) -> Tensor:
    """Return σ'(z), at a hinge the slope to its left: what torch's gradient of `activate` is."""
    if isinstance(sigma, Smooth):
        return torch.special.ndtr(z) + z * torch.exp(-z * z / 2) / TAU_ROOT if sigma.name == "gelu" else z.sigmoid()
    assert isinstance(sigma, PiecewiseLinear)
    parts = [torch.full_like(z, float(sigma.slopes[0]))] if sigma.slopes[0] or not sigma.hinges else []
    for hinge, jump in _hinges(sigma):  # sign(relu) is 1 above the hinge: ten times faster than a mask of booleans
        above = torch.relu(z - hinge if hinge else z).sign_()
        parts.append(above if jump == 1 else above * jump)
    return sum(parts[1:], parts[0])


def _hinges(sigma: PiecewiseLinear) -> list[tuple[float, float]]:
    jumps = (float(right) - float(left) for left, right in zip(sigma.slopes, sigma.slopes[1:], strict=False))
    return [(float(hinge), jump) for hinge, jump in zip(sigma.hinges, jumps, strict=True)]
