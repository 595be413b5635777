"""A loss computed by arrays, with its gradient, as a link in torch's chain: once differentiable, of any dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..analytic.evaluation import Array
from .torch_types import Function, Tensor, torch

Losses = Callable[[Array, Array, bool], tuple[Array, Array, Array]]


def differentiable(name: str, losses: Losses, W: Tensor, b: Tensor) -> Tensor:
    """Make a tensor of the losses of models W (..., m, n) and b (..., n) that torch can differentiate once.

    Parameters
    ----------
    name : str
        Of the function that calls, for errors.
    losses : callable
        Takes weights and biases in double precision and whether gradients are wanted; gives losses, and gradients of
        the broadcast shapes.
    W, b : tensors
        Of any floating dtype and device.

    Returns
    -------
    tensor
        Losses of the dtype that torch promotes to, on the device of `W`.

    Raises
    ------
    TypeError
        If a weight or bias is not a tensor of floats.
    NotImplementedError
        If second derivatives are asked for.
    """
    for argument, given in (("W", W), ("b", b)):
        if not isinstance(given, Tensor):
            raise TypeError(
                f"{argument} must be a torch tensor, got a {type(given).__name__}; for arrays use loss_and_grad"
            )
        if not given.is_floating_point():
            raise TypeError(f"{argument} must be a tensor of floats, got {given.dtype}; use {argument}.double()")
    wanted = torch.is_grad_enabled() and (W.requires_grad or b.requires_grad)
    loss: Tensor = _Losses.apply(name, losses, wanted, W, b)[0]  # type: ignore[no-untyped-call]
    return loss


class _Losses(Function):
    """Losses, and beside them the gradients, which wait for the way back."""

    @staticmethod
    def forward(name: str, losses: Losses, wanted: bool, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        # double first: numpy has no bfloat16
        weights, bias = (given.detach().cpu().double().numpy() for given in (W, b))
        loss, d_weights, d_bias = map(torch.as_tensor, losses(weights, bias, wanted))
        return loss.to(W.device, torch.promote_types(W.dtype, b.dtype)), d_weights, d_bias

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        name, *_, W, b = inputs
        _, *gradients = output
        ctx.name = name
        ctx.mark_non_differentiable(*gradients)
        ctx.save_for_backward(W, b, *gradients)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor | None, ...]:
        W, b, d_weights, d_bias = ctx.saved_tensors
        d_loss = outer[0].cpu().double()[..., None]
        gradients: list[Tensor | None] = [None] * 5
        for i, given, product in ((3, W, d_loss[..., None] * d_weights), (4, b, d_loss * d_bias)):
            if ctx.needs_input_grad[i]:
                own = product.sum_to_size(given.shape).to(given)
                gradients[i] = _Once.apply(ctx.name, own, W, b)  # type: ignore[no-untyped-call]
        return tuple(gradients)


class _Once(Function):
    """A gradient at (W, b) that refuses to be differentiated: without this, torch would take it for a constant."""

    generate_vmap_rule = True

    @staticmethod
    def forward(name: str, gradient: Tensor, W: Tensor, b: Tensor) -> Tensor:
        return gradient.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        ctx.name = inputs[0]

    @staticmethod
    def backward(ctx: Any, *_: Tensor) -> None:
        raise NotImplementedError(
            f"{ctx.name} can be differentiated by torch only once; for second derivatives of piecewise-linear "
            "activations use toytoy.hessian"
        )
