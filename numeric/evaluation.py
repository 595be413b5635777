"""What modules lose on inputs they have not seen: all instances on the same fixed sample, with standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.domain import SEED, SIZE
from .batches import draw_into
from .models.instances import Instances, check_model
from .streams import streams
from .torch_types import torch
from .training import one_thread

Array = NDArray[np.float64]
CHUNK = 2**18  # outputs at once, of all instances: by trial within 10 % of the fastest
EVALUATION = 2  # this use's streams: neither initial weights' nor training batches'


class Evaluation(NamedTuple):
    """Losses of several instances on one sample.

    loss, error (n_instances,): mean over samples of Σ_i I_i (y_i − ŷ_i)², and its standard error; features
    (n_instances, n): mean of (y_i − ŷ_i)², importance not included.
    """

    loss: Array
    error: Array
    features: Array


@one_thread()
def evaluate(model: Instances, size: int, seed: int = 0) -> Evaluation:
    """Estimate the population loss of every instance from one fixed sample, the same for all.

    Differences between instances are therefore known better than each loss. What is chosen for its loss on one
    sample is to be judged on another (another seed): else it looks better than it is.

    Parameters
    ----------
    model : ToyModel, HiddenReLUModel or AbsModel
    size : int
        Samples, >= 2.
    seed : int
        Of the sample; it shares no random number with training.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        If it is no such model, or a number is out of its range.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.evaluation import evaluate
    >>> from toytoy.numeric.models import ToyModel
    >>> model = ToyModel(problem := tt.Problem.toy(2, density=0.5), n_instances=3)
    >>> found = evaluate(model, 10_000)
    >>> exact = tt.loss(problem, model.weights.detach().numpy(), model.bias.detach().numpy())
    >>> bool((abs(found.loss - exact) < 4 * found.error).all())
    True
    """
    check_model(model)
    SIZE.check(size)
    total = squares = features = np.float64(0)
    first: Array | None = None
    for x in _inputs(model, size, SEED.check(seed)):
        with torch.no_grad():
            errors = (model.target(x) - model(x)).square().reshape(model.n_instances, len(x), -1)
            losses = (errors @ model.importance).double().cpu().numpy()
        first = losses[:, :1] if first is None else first  # near the mean: squares of differences do not cancel
        total, squares = total + (losses - first).sum(axis=1), squares + ((losses - first) ** 2).sum(axis=1)
        features = features + errors.double().sum(dim=1).cpu().numpy()
    assert first is not None
    mean = np.asarray(total) / size
    spread = np.maximum(np.asarray(squares) / size - mean**2, 0.0) / (size - 1)
    return Evaluation(first[:, 0] + mean, np.sqrt(spread), np.asarray(features) / size)


def _inputs(model: Instances, size: int, seed: int) -> Iterator[torch.Tensor]:
    """Yield inputs of shape (chunk, n_features); the first ones of a seed do not depend on the instances."""
    (generator,) = streams(model.problem, seed, 1, EVALUATION)
    n = model.problem.n_features
    most = max(1, CHUNK // (n * model.n_instances))
    drawn = np.empty((n, size), dtype=np.float32)
    draw_into(drawn[None], model.problem, generator)
    for start in range(0, size, most):
        part = torch.from_numpy(np.ascontiguousarray(drawn[:, start : start + most]))
        yield model.inputs(part.to(model.importance)).mT
