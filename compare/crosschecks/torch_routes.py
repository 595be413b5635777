"""Losses and gradients of one model as torch has them: its module on samples, the line integral, the exact loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.estimate import Estimate
from ...analytic.problem import Problem
from ...numeric.sampling import sample

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]
Found = tuple[float, Array]  # a loss, and its gradient: weights first, in C order
BATCHES = 200  # whose means tell the standard error, each seen by a twin of the model


def loss_of_samples(problem: Problem, weights: Any, bias: Any, size: int, seed: int) -> Estimate:
    """Average over batches of samples the loss that a `ToyModel` of these weights has on them.

    Parameters
    ----------
    problem : Problem
    weights : array, shape (n_hidden, n_features)
    bias : array, shape (n_features,)
    size : int
        Number of samples, at least 400; what is left over by 200 batches is left out.
    seed : int

    Returns
    -------
    Estimate
        The error is the standard error of the batches' mean.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.torch_routes import loss_of_samples
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> found = loss_of_samples(problem, [[1.0, -1.0]], [0.0, 0.0], size=10_000, seed=0)
    >>> found.agrees(tt.loss_estimate(problem, [[1.0, -1.0]], [0.0, 0.0]))
    True
    """
    import torch

    from ...numeric.training import one_thread

    model = _twins(problem, weights, bias)
    with one_thread(), torch.no_grad():
        return _mean(model.loss(_batches(problem, size, seed)))


def slope_of_samples(
    problem: Problem, weights: Any, bias: Any, along: tuple[Any, Any], size: int, seed: int
) -> Estimate:
    """Average over batches the slope, by autograd, of a `ToyModel`'s loss along a direction (d_weights, d_bias).

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.torch_routes import slope_of_samples
    >>> model = tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.5, 0.0]
    >>> found = slope_of_samples(*model, along=([[0.0, 0.0]], [1.0, 0.0]), size=10_000, seed=0)
    >>> exact = float(tt.loss_and_grad(*model)[2][0])
    >>> abs(found.value - exact) < 5 * found.error
    True
    """
    from ...numeric.training import one_thread

    model = _twins(problem, weights, bias)
    with one_thread():
        model.loss(_batches(problem, size, seed)).sum().backward()
    parts = zip((model.weights.grad, model.bias.grad), along, strict=True)
    return _mean(sum((grad * grad.new_tensor(np.asarray(d))).flatten(1).sum(1) for grad, d in parts))


def loss_by_line(problem: Problem, weights: Any, bias: Any) -> Found:
    """Compute the loss by the line integral in torch, and its gradient by autograd.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.torch_routes import loss_by_line
    >>> value, gradient = loss_by_line(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.0, 0.0])
    >>> round(value, 9), gradient.shape
    (0.083333333, (4,))
    """
    from ...numeric.line_torch import line_loss

    return _with_gradient(lambda W, b: line_loss(problem, W, b), weights, bias)


def exact_loss(problem: Problem, weights: Any, bias: Any) -> Found:
    """Compute the exact loss of torch tensors, and its gradient by autograd.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.crosschecks.torch_routes import exact_loss
    >>> round(exact_loss(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.0, 0.0])[0], 9)
    0.083333333
    """
    from ...numeric.autograd import population_loss

    return _with_gradient(lambda W, b: population_loss(problem, W, b), weights, bias)


def _with_gradient(function: Callable[[Tensor, Tensor], Tensor], weights: Any, bias: Any) -> Found:
    import torch

    from ...numeric.training import one_thread

    W, b = (torch.tensor(np.asarray(part), dtype=torch.float64, requires_grad=True) for part in (weights, bias))
    with one_thread():
        value = function(W, b)
        value.backward()  # type: ignore[no-untyped-call]
    return value.item(), np.concatenate([np.asarray(part.grad, dtype=float).ravel() for part in (W, b)])


def _twins(problem: Problem, weights: Any, bias: Any) -> Any:
    """Make one module a batch, all of the same weights, so that one pass gives every batch its own loss and slope."""
    import torch

    from ...numeric.models import ToyModel

    model = ToyModel(problem, n_instances=BATCHES, dtype=torch.float64)
    with torch.no_grad():
        model.weights[:] = torch.tensor(np.asarray(weights), dtype=torch.float64)
        model.bias[:] = torch.tensor(np.asarray(bias), dtype=torch.float64)
    return model


def _batches(problem: Problem, size: int, seed: int) -> Tensor:
    """Draw inputs, shape (batches, samples, features)."""
    import torch

    each = size // BATCHES
    return torch.from_numpy(sample(problem, BATCHES * each, seed).reshape(BATCHES, each, -1))


def _mean(values: Any) -> Estimate:
    """Average batches of one size, with the standard error that their spread tells."""
    found = np.asarray(values, dtype=float)
    return Estimate(float(found.mean()), float(found.std(ddof=1)) / len(found) ** 0.5, "standard_error")
