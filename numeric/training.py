"""The training loop: many toy models in one tensor, on the gradient of fresh batches or on the exact one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..analytic.activation import Activation
from ..analytic.problem import Problem
from .batches import batches
from .models.activations import activate, slope
from .models.toy import ToyModel
from .noise_free import exact_gradients
from .optimizers import make_optimizer
from .schedules import SCHEDULES
from .streams import DATA, streams
from .torch_types import Tensor, torch

if TYPE_CHECKING:
    from .trained import Trained


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one thread, and restore what it had.

    The tensors of a step are small: by trial, two threads gain a third at best, and lose a factor of ten where the
    processor is shared. It also makes results independent of the number of threads.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@one_thread()
def train(problems: Sequence[Problem], settings: Trained, tick: Callable[[], None]) -> tuple[Tensor, Tensor, Tensor]:
    """Train all instances of all problems side by side; problems share sizes, activation and support.

    Every model is a `ToyModel`, its optimizer torch's own. Nothing is shared between models but the arithmetic. `tick`
    is called after every step.

    Returns
    -------
    weights (problems, n_instances, m, n), bias (problems, n_instances, n), history (problems, n_instances, t)
    """
    k, exact = settings.n_instances, settings.noise_free
    device, dtype = ("cpu", torch.float64) if exact else (settings.device, torch.float32)
    models = [ToyModel(p, k, settings.seed, settings.init, device=device, dtype=dtype) for p in problems]
    weights = torch.cat([model.weights.detach() for model in models]).mul_(settings.init_scale)
    bias = torch.cat([model.bias.detach() for model in models])
    optimizer = make_optimizer(settings.optimizer, (weights, bias), settings.lr, settings.weight_decay)
    rate, history = SCHEDULES[settings.schedule], []
    gradients = (exact_gradients if exact else sampled_gradients)(problems, settings, weights, bias)
    for step, (losses, weights.grad, bias.grad) in enumerate(gradients):
        if losses is not None:
            history.append(losses)
        optimizer.param_groups[0]["lr"] = settings.lr * rate(step, settings.steps)
        optimizer.step()
        tick()
    kept = torch.stack(history, dim=-1)
    weights, bias, kept = (t.reshape(len(problems), k, *t.shape[1:]) for t in (weights, bias, kept))
    return weights, bias, kept


def sampled_gradients(
    problems: Sequence[Problem], settings: Trained, weights: Tensor, bias: Tensor
) -> Iterator[tuple[Tensor | None, Tensor, Tensor]]:
    """Yield, for every step's batch, the losses where they are kept, and the gradients, of the models as they stand."""
    sigma, each = problems[0].sigma, [p for p in problems for _ in range(settings.n_instances)]
    importance = torch.tensor([[float(i) for i in p.importances] for p in each]).to(weights)
    generators = [g for p in problems for g in streams(p, settings.seed, settings.n_instances, DATA)]
    for step, x in enumerate(batches(each, generators, settings.batch, settings.steps)):
        residual, z = forward(sigma, weights, bias, inputs := torch.from_numpy(x).to(weights.device))
        kept = step % settings.history_every == 0
        losses = (residual.square().mean(dim=-1) * importance).sum(dim=-1) if kept else None
        yield losses, *backward(sigma, weights, importance, inputs, residual, z)


def forward(sigma: Activation, weights: Tensor, bias: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return x̂ − x and z = WᵀWx + b for inputs x of shape (models, n, batch)."""
    z = torch.baddbmm(bias[:, :, None], weights.mT @ weights, x)
    return activate(sigma, z).sub_(x), z


def backward(
    sigma: Activation, weights: Tensor, importance: Tensor, x: Tensor, residual: Tensor, z: Tensor
) -> tuple[Tensor, Tensor]:
    """Gradient of the batch's loss by weights and bias; the residual is overwritten.

    With δ = σ'(z)(x̂ − x): ∂L/∂b = 2 I E[δ],  ∂L/∂G = D = 2 I E[δ xᵀ],  and since G = WᵀW,  ∂L/∂W = W (D + Dᵀ).
    """
    delta = residual.mul_(slope(sigma, z))
    scale = 2 * importance / x.shape[-1]
    d_gram = torch.bmm(delta, x.mT) * scale[:, :, None]
    return weights @ (d_gram + d_gram.mT), delta.sum(dim=-1) * scale
