"""The best of many trained modules, chosen on one sample and judged on another."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import Domain
from ...analytic.estimate import ErrorKind, Estimate
from ...numeric.trained import Trained
from .scarcity import trained_on_samples

if TYPE_CHECKING:
    from ...numeric.models.instances import Instances

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
CHOOSE, JUDGE = 2**13, 2**17  # samples: the first has all instances to go through


@dataclass(frozen=True, eq=False)
class Best:
    """One model of many.

    Parameters
    ----------
    parameters : dict of arrays
        By name, without the axis of instances.
    loss : Estimate
        On a sample of its own, with its standard error.
    features : array, shape (n_features,)
        Mean squared error of each feature there, importance not included.
    losses : array, shape (n_instances,)
        Of all instances, on the sample that the best was chosen on.
    everything : dict of arrays
        Parameters of all instances.
    """

    parameters: dict[str, Array]
    loss: Estimate
    features: Array
    losses: Array
    everything: dict[str, Array]


def best_of(model: Instances, trained: Trained, progress: Progress | None = None) -> Best:
    """Train all instances of a module and keep the best one.

    Parameters
    ----------
    model : ToyModel, HiddenReLUModel or AbsModel
        Trained in place.
    trained : Trained
        Its steps, batch, lr, optimizer, weight decay, schedule and seed; the instances are the model's.
    progress : callable (done, total), optional
        Counts steps.

    Returns
    -------
    Best

    Raises
    ------
    TypeError, ValueError
        If it is no such model, or diverges, or the settings ask for exact gradients or scaled starts.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.training.best_of import best_of
    >>> from toytoy.numeric.models import ToyModel
    >>> model = ToyModel(tt.Problem.toy(2, density=0.1), n_instances=5)
    >>> found = best_of(model, tt.Trained(steps=300, batch=64, lr=0.02))
    >>> found.parameters["weights"].shape, len(found.losses), found.loss.kind
    ((1, 2), 5, <ErrorKind.STANDARD_ERROR: 'standard_error'>)
    """
    from ...numeric.evaluation import evaluate
    from ...numeric.fit import fit
    from ...numeric.models.instances import check_model

    check_model(model)
    trained = trained_on_samples(trained)
    settings: dict[str, Any] = {
        name: getattr(trained, name)
        for name in ("steps", "batch", "lr", "optimizer", "weight_decay", "schedule", "seed")
    }
    fit(model, **settings, record_every=trained.steps, progress=progress)
    losses = evaluate(model, CHOOSE, trained.seed).loss
    single = instance(model, int(losses.argmin()))
    judged = evaluate(single, JUDGE, trained.seed + 1)
    return Best(
        {name: array[0] for name, array in arrays(single).items()},
        Estimate(float(judged.loss[0]), float(judged.error[0]), ErrorKind.STANDARD_ERROR),
        judged.features[0],
        losses,
        arrays(model),
    )


def instance(model: Instances, k: int) -> Instances:
    """Copy one instance out of a module, as a module of one.

    Raises
    ------
    TypeError, ValueError
        If there is no such instance.
    """
    from ...numeric.torch_types import torch

    instances = Domain("k", 0, model.n_instances - 1, integer=True, hint="instances are counted from 0")
    k = instances.check(k)
    single = deepcopy(model)
    single.n_instances = 1
    for name, value in model.named_parameters():
        setattr(single, name, torch.nn.Parameter(value.detach()[k : k + 1].clone()))
    return single


def arrays(model: Instances) -> dict[str, Array]:
    """Return a module's parameters as arrays, instances first."""
    return {name: value.detach().double().cpu().numpy() for name, value in model.named_parameters()}
