"""The exact population loss as a differentiable torch function, so that research code can train without noise."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from ..analytic.loss import evaluate
from ..analytic.problem import Problem


def population_loss(problem: Problem, W: Tensor, b: Tensor) -> Tensor:
    """Compute the exact population loss of torch tensors, differentiable by autograd.

    L = Σ_i I_i E[(x_i - σ(WᵀWx + b)_i)²], as `toytoy.loss`, and its exact gradient. No sample is drawn. Many models are
    leading axes, not `torch.vmap`; `torch.compile` does not see through it.

    Parameters
    ----------
    problem : Problem
    W : tensor, shape (..., n_hidden, n_features)
        Weights, of any floating dtype and device.
    b : tensor, shape (..., n_features)
        Biases. Leading axes broadcast with those of `W`.

    Returns
    -------
    tensor of the broadcast leading shape
        Loss per input, summed over features, of the dtype that torch promotes to, on the device of `W`. It is
        computed in double precision on the CPU, and rounded to that dtype; gradients likewise.

    Raises
    ------
    TypeError
        If a weight or bias is not a tensor of floats.
    ValueError
        If a shape does not fit, an entry is not finite, or there are too many features for the exact loss.
    NotImplementedError
        If second derivatives are asked for.

    Examples
    --------
    Train six models at once from their own starts; the best reaches the global minimum:

    >>> import torch
    >>> import toytoy as tt
    >>> from toytoy.numeric.autograd import population_loss
    >>> from toytoy.numeric.models import ToyModel
    >>> problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    >>> model = ToyModel(problem, n_instances=6, seed=0, dtype=torch.float64)
    >>> optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    >>> for _ in range(200):
    ...     optimizer.zero_grad()
    ...     losses = population_loss(problem, model.weights, model.bias)
    ...     losses.sum().backward()
    ...     optimizer.step()
    >>> round(losses.min().item(), 6)
    0.076282
    """
    for name, given in (("W", W), ("b", b)):
        if not isinstance(given, Tensor):
            raise TypeError(
                f"{name} must be a torch tensor, got a {type(given).__name__}; for arrays use loss_and_grad"
            )
        if not given.is_floating_point():
            raise TypeError(f"{name} must be a tensor of floats, got {given.dtype}; use {name}.double()")
    loss: Tensor = _PopulationLoss.apply(problem, W, b)[0]  # type: ignore[no-untyped-call]
    return loss


class _PopulationLoss(Function):
    """Loss, and beside it the gradients, which wait for the way back: the kernel finds them in the same pass."""

    @staticmethod
    def forward(problem: Problem, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        # double first: numpy has no bfloat16
        weights, bias = (given.detach().cpu().double().numpy() for given in (W, b))
        result = evaluate(problem, weights, bias)
        loss, d_weights, d_bias = map(torch.as_tensor, (result.loss, result.d_weights, result.d_bias))
        return loss.to(W.device, torch.promote_types(W.dtype, b.dtype)), d_weights, d_bias

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Problem, Tensor, Tensor], output: tuple[Tensor, Tensor, Tensor]) -> None:
        _, *model = inputs
        _, *gradients = output
        ctx.mark_non_differentiable(*gradients)
        ctx.save_for_backward(*model, *gradients)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor | None, ...]:
        W, b, d_weights, d_bias = ctx.saved_tensors
        d_loss = outer[0].cpu().double()[..., None]
        gradients: list[Tensor | None] = [None, None, None]
        for i, given, product in ((1, W, d_loss[..., None] * d_weights), (2, b, d_loss * d_bias)):
            if ctx.needs_input_grad[i]:
                own = product.sum_to_size(given.shape).to(given)
                gradients[i] = _Once.apply(own, W, b)  # type: ignore[no-untyped-call]
        return tuple(gradients)


class _Once(Function):
    """A gradient at (W, b) that refuses to be differentiated: without this, torch would take it for a constant."""

    generate_vmap_rule = True

    @staticmethod
    def forward(gradient: Tensor, W: Tensor, b: Tensor) -> Tensor:
        return gradient.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> None:
        raise NotImplementedError(
            "population_loss can be differentiated by torch only once; for second derivatives of piecewise-linear "
            "activations use toytoy.hessian"
        )
