"""The exact population loss as a differentiable torch function, so that research code can train without noise."""

from __future__ import annotations

from ..analytic.evaluation import Array
from ..analytic.loss import evaluate
from ..analytic.problem import Problem
from .differentiable import differentiable
from .torch_types import Tensor


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
        If a shape does not fit, an entry is not finite, or the problem is too large for an exact loss: with a smooth
        activation.
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

    def losses(weights: Array, bias: Array, wanted: bool) -> tuple[Array, Array, Array]:
        return evaluate(problem, weights, bias, gradient=wanted)[:3]

    return differentiable("population_loss", losses, W, b)
