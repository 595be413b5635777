"""Train a torch module of this library in place, on samples, and keep what it went through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._version import __version__
from ..analytic.domain import BATCH, HISTORY_EVERY, LEARNING_RATE, SEED, STEPS, WEIGHT_DECAY, nearest, short
from ..analytic.gram import capacity
from .batches import batches
from .models.absolute import AbsModel
from .models.hidden_relu import HiddenReLUModel
from .models.instances import Instances, check_model
from .models.toy import ToyModel
from .optimizers import check_optimizer, make_optimizer
from .schedules import SCHEDULES
from .streams import DATA, streams
from .torch_types import Tensor, torch
from .training import backward, forward, one_thread
from .two_layers import two_layers

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int, int], None]
AXES = {  # of each parameter, after step and instance
    "weights": ("hidden", "feature"),
    "encoder": ("hidden", "feature"),
    "decoder": ("feature", "hidden"),
    "bias": ("feature",),
}


@one_thread()
def fit(
    model: Instances,
    *,
    steps: int = 10_000,
    batch: int = 1024,
    lr: float = 1e-3,
    optimizer: str = "adam",
    weight_decay: float = 0.0,
    schedule: str = "constant",
    seed: int = 0,
    record_every: int = 100,
    record: Sequence[str] = ("loss",),
    progress: Progress | None = None,
) -> xr.Dataset:
    """Train every instance of a model on fresh batches of its own.

    Each step draws a new batch, takes the gradient of the mean over samples of Σ_i I_i (y_i − ŷ_i)², and updates every
    instance on its own. A `ToyModel` gets what `Trained` of the same settings gives it, up to rounding.

    Parameters
    ----------
    model : ToyModel, HiddenReLUModel or AbsModel
        Changed in place. Where it starts is its own affair: freshly made, or as any state_dict left it.
    steps, batch, lr, optimizer, weight_decay, schedule
        As for `Trained`.
    seed : int
        Of the batches. An instance's batches do not depend on how many instances there are.
    record_every : int
        Record at every so many steps, >= 1, and after the last.
    record : sequence of str
        What to keep: "loss", "capacity", and names of the model's parameters: "weights" and "bias", or "encoder",
        "decoder" and "bias". Capacity is that of the columns of the weights, or of the encoder.
    progress : function (done, total), optional
        Called now and then, with numbers of steps.

    Returns
    -------
    xarray.Dataset
        What was recorded, with dimensions step, instance, and feature or hidden. Step t is the model after t updates,
        so that 0 is the start and the last one the model as it is left; the loss is that of the next batch, which the
        model has not seen yet: an estimate without bias, with the noise of one batch. Attributes name the model, all
        settings, and the seed of the start ("given" where the model was not as `seed` and `init` make it).

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range, a name is unknown, or a model diverges.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.fit import fit
    >>> from toytoy.numeric.models import ToyModel
    >>> model = ToyModel(tt.Problem.toy(2, importance=1.0, density=0.5), n_instances=3)
    >>> history = fit(model, steps=200, batch=64, record=("loss", "weights", "capacity"))
    >>> dict(history.weights.sizes), history.step.values.tolist()
    ({'step': 3, 'instance': 3, 'hidden': 1, 'feature': 2}, [0, 100, 200])
    """
    check_model(model)
    _check_start(model)
    _check(steps, batch, lr, weight_decay, schedule, seed, record_every)
    check_optimizer(optimizer)
    kept, rate = _Kept(model, record), SCHEDULES[schedule]
    settings = {"steps": steps, "batch": batch, "lr": lr, "optimizer": optimizer, "weight_decay": weight_decay}
    settings |= {"schedule": schedule, "seed": seed, "record_every": record_every}
    attributes = {**_described(model), **settings}
    update = make_optimizer(optimizer, model.parameters(), lr, weight_decay)
    for step, x in enumerate(_inputs(model, seed, batch, steps + 1)):
        last = step == steps
        kept_now = last or step % record_every == 0
        losses = _gradients(model, x, kept_now)
        if kept_now:
            assert losses is not None
            _check_finite(model, lr)
            kept.add(step, losses)
        if last:
            break
        update.param_groups[0]["lr"] = lr * rate(step, steps)
        update.step()
        if progress and ((step + 1) % max(1, steps // 100) == 0 or step + 1 == steps):
            progress(step + 1, steps)
    return kept.dataset(attributes)


def _inputs(model: Instances, seed: int, batch: int, steps: int) -> Iterator[Tensor]:
    """Yield inputs of shape (n_instances, batch, n), drawn ahead; a batch is valid until the next is asked for."""
    k = model.n_instances
    for x in batches([model.problem] * k, streams(model.problem, seed, k, DATA), batch, steps):
        yield model.inputs(torch.from_numpy(x).to(model.importance)).mT


def _gradients(model: Instances, x: Tensor, kept: bool) -> Tensor | None:
    """Give every parameter the gradient of its instance's loss; return the losses, if not for nothing."""
    by_hand = BY_HAND.get(type(model))
    if by_hand is not None:
        with torch.no_grad():
            return by_hand(model, x.mT, kept)
    losses = model.loss(x)
    model.zero_grad()
    losses.sum().backward()  # type: ignore[no-untyped-call]
    return losses.detach()


def _toy(model: ToyModel, columns: Tensor, kept: bool) -> Tensor | None:
    sigma, importance = model.problem.sigma, model.importance.expand(model.n_instances, -1)
    weights, bias = model.weights.detach(), model.bias.detach()
    residual, z = forward(sigma, weights, bias, columns)
    losses = (residual.square().mean(dim=-1) * importance).sum(dim=-1) if kept else None
    model.weights.grad, model.bias.grad = backward(sigma, weights, importance, columns, residual, z)
    return losses


def _hidden_relu(model: HiddenReLUModel, columns: Tensor, kept: bool) -> Tensor:
    weights, bias = model.weights.detach(), model.bias.detach()
    losses, first, second, model.bias.grad = two_layers(
        weights, weights.mT, bias, model.importance, columns, model.target(columns)
    )
    model.weights.grad = first + second.mT
    return losses


def _absolute(model: AbsModel, columns: Tensor, kept: bool) -> Tensor:
    encoder, decoder, bias = model.encoder.detach(), model.decoder.detach(), model.bias.detach()
    losses, model.encoder.grad, model.decoder.grad, model.bias.grad = two_layers(
        encoder, decoder, bias, model.importance, columns, model.target(columns)
    )
    return losses


# Gradients in a fraction of the time of autograd, which fills and reads many more tensors; for these classes alone,
# since one made from them may compute something else.
BY_HAND: dict[type[Instances], Callable[[Any, Tensor, bool], Tensor | None]] = {
    ToyModel: _toy,
    HiddenReLUModel: _hidden_relu,
    AbsModel: _absolute,
}


class _Kept:
    """What is recorded along the way."""

    def __init__(self, model: Instances, record: Sequence[str]) -> None:
        self.model, self.steps = model, list[int]()
        names = ("loss", "capacity", *(name for name, _ in model.named_parameters()))
        if isinstance(record, str) or not isinstance(record, Sequence):
            raise TypeError(f"record must be a sequence of names, got record={short(record)}; write ('loss',)")
        if unknown := [name for name in record if name not in names]:
            raise ValueError(nearest("record", unknown[0], names))
        self.values: dict[str, list[Any]] = {name: [] for name in record}

    def add(self, step: int, losses: Tensor) -> None:
        self.steps.append(step)
        for name, values in self.values.items():
            tensor = losses if name == "loss" else getattr(self.model, self.model.shown if name == "capacity" else name)
            array = tensor.detach().double().cpu().numpy().copy()
            values.append(capacity(array) if name == "capacity" else array)

    def dataset(self, attributes: dict[str, Any]) -> xr.Dataset:
        import xarray as xr

        axes = AXES | {"loss": (), "capacity": ("feature",)}
        return xr.Dataset(
            {name: (("step", "instance", *axes[name]), np.array(values)) for name, values in self.values.items()},
            {"step": self.steps, "instance": np.arange(self.model.n_instances)},
            attributes,
        )


def _described(model: Instances) -> dict[str, Any]:
    """Say which model it is and where it starts, in words and numbers that NetCDF keeps."""
    parameter = model.importance
    fresh = model.anew().state_dict()
    as_made = all(torch.equal(value, fresh[name]) for name, value in model.state_dict().items())
    return {
        "model": type(model).__name__,
        "problem": repr(model.problem),
        "n_hidden": getattr(model, model.shown).shape[1],
        "n_instances": model.n_instances,
        "init": model.init if as_made else "given",
        "init_seed": model.seed if as_made else "given",
        "device": parameter.device.type,
        "dtype": str(parameter.dtype),
        "version": __version__,
    }


def _check_start(model: Instances) -> None:
    for name, parameter in model.named_parameters():
        if not parameter.isfinite().all():
            raise ValueError(f"model must start from finite parameters, got {name} with nan or inf among them")


def _check_finite(model: Instances, lr: float) -> None:
    if not all(parameter.isfinite().all() for parameter in model.parameters()):
        raise ValueError(f"lr must be small enough to converge, got lr={lr!r} and weights that overflowed")


def _check(steps: int, batch: int, lr: float, weight_decay: float, schedule: str, seed: int, record_every: int) -> None:
    STEPS.check(steps)
    BATCH.check(batch)
    LEARNING_RATE.check(lr)
    WEIGHT_DECAY.check(weight_decay)
    SEED.check(seed)
    HISTORY_EVERY.check(record_every, "record_every")
    if schedule not in SCHEDULES:
        raise ValueError(nearest("schedule", schedule, SCHEDULES))
