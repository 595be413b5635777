"""A loss of arrays in torch's chain: gradients, dtypes, broadcasting, and only first derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd import gradcheck
from toytoy.analytic.evaluation import Array
from toytoy.numeric.differentiable import differentiable

CALLS: list[bool] = []


def squares(weights: Array, bias: Array, wanted: bool) -> tuple[Array, Array, Array]:
    """Σ W² Σ b, with its gradient where that is wanted."""
    CALLS.append(wanted)
    lead = np.broadcast_shapes(weights.shape[:-2], bias.shape[:-1])
    weights, bias = np.broadcast_to(weights, (*lead, 2, 3)), np.broadcast_to(bias, (*lead, 3))
    size, total = (weights**2).sum((-2, -1)), bias.sum(-1)
    d_bias = np.broadcast_to(size[..., None], (*lead, 3)).copy()
    return size * total, 2.0 * weights * total[..., None, None] * wanted, d_bias * wanted


def model(*lead: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    sizes = (*lead, 2, 3), (3,)
    first, second = (torch.randn(size, generator=generator, dtype=torch.float64) for size in sizes)
    return first.requires_grad_(), second.requires_grad_()


def value(weights: Tensor, bias: Tensor) -> Tensor:
    return differentiable("squares", squares, weights, bias)


@pytest.mark.parametrize("lead", [(), (4,), (2, 1)])
def test_gradients_also_of_what_is_broadcast(lead: tuple[int, ...]) -> None:
    assert gradcheck(value, model(*lead))


def test_gradients_are_asked_for_only_where_torch_wants_them() -> None:
    weights, bias = model()
    value(weights, bias)
    value(weights.detach(), bias.detach())
    with torch.no_grad():
        value(weights, bias)
    torch.func.grad(lambda w: value(w, bias.detach()))(weights.detach())
    assert CALLS[-4:] == [True, False, False, True]


def test_a_functional_gradient() -> None:
    weights, bias = (t.detach() for t in model())
    ours = torch.func.grad(lambda w: value(w, bias))(weights)
    torch.testing.assert_close(ours, 2 * weights * bias.sum(), rtol=0, atol=0)


def test_mixed_dtypes_promote_and_each_gradient_keeps_its_own() -> None:
    weights, bias = model()
    weights = weights.detach().to(torch.bfloat16).requires_grad_()
    losses = value(weights, bias)
    losses.backward()
    assert losses.dtype == torch.float64
    assert weights.grad is not None
    assert weights.grad.dtype == torch.bfloat16


@pytest.mark.parametrize("of", [0, 1])
def test_second_derivatives_are_refused_not_taken_for_zero(of: int) -> None:
    given = model()
    (gradient,) = torch.autograd.grad(value(*given), given[0], create_graph=True)
    with pytest.raises(NotImplementedError, match="squares can be differentiated by torch only once") as caught:
        torch.autograd.grad(gradient.sum(), given[of])
    assert "\n" not in str(caught.value)
    weights, bias = (t.detach() for t in given)
    with pytest.raises(NotImplementedError, match="only once"):
        torch.func.jacrev(torch.func.jacrev(lambda w: value(w, bias)))(weights)


def test_only_tensors_of_floats() -> None:
    weights, bias = model()
    with pytest.raises(TypeError, match="W must be a torch tensor, got a list"):
        value([[1.0]], bias)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"b must be .* floats, got torch.int64; use b.double"):
        value(weights, bias.long())
