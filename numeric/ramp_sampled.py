"""Training on samples while the density moves: plain gradient descent on fresh batches of the density of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import BATCH, N_INSTANCES, SEED
from ..analytic.problem import Problem
from .batches import draw_into
from .ramp import LR, Ramp, check_finite, check_ramp, check_start
from .streams import DATA, streams

if TYPE_CHECKING:
    from torch import Tensor

    from .models import ToyModel

Array = NDArray[np.float64]


def ramp_sampled(
    problem: Problem,
    weights: ArrayLike,
    bias: ArrayLike,
    ends: tuple[float, float],
    rate: float,
    *,
    level: float,
    batch: int = 1024,
    lr: float = LR,
    n_instances: int = 8,
    seed: int = 0,
    points: int = 200,
) -> Ramp:
    """Do as `ramp` does at one rate, on samples: every instance draws a batch of its own for every step.

    Parameters
    ----------
    problem, weights, bias, ends, level, lr, points
        As for `ramp`; all instances start from the one model given.
    rate : float
        |dp/dt| > 0, at lr units of time a step.
    batch : int
        Samples a step and instance.
    n_instances : int
    seed : int

    Returns
    -------
    Ramp
        One entry an instance.

    Raises
    ------
    TypeError, ValueError
        As for `ramp`.
    ImportError
        If torch is not installed.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.numeric.ramp_sampled import ramp_sampled
    >>> problem = tt.Problem.toy(2, importance=0.3, density=0.3)
    >>> pair = tt.minimize(problem, tt.Multistart(n_starts=8))
    >>> moved = ramp_sampled(problem, pair.weights, pair.bias, (0.3, 0.8), 0.01, level=0.25, n_instances=2)
    >>> bool((moved.crossing > 0.39).all())
    True
    """
    import torch

    from .models import ToyModel
    from .training import one_thread

    BATCH.check(batch)
    SEED.check(seed)
    start = check_start(problem, weights, bias)
    steps = int(check_ramp(ends, (rate,), lr, level, points)[0])
    with one_thread():
        model = ToyModel(problem, N_INSTANCES.check(n_instances), dtype=torch.float32)
        with torch.no_grad():
            model.weights.copy_(torch.from_numpy(start[0]))
            model.bias.copy_(torch.from_numpy(start[1]))
        generators = streams(problem, seed, n_instances, DATA)
        inputs = np.empty((n_instances, 1, problem.n_features, batch), dtype=np.float32)
        keep = _Keeper(model, np.linspace(*ends, points), steps, level)
        for step in range(steps + 1):
            density = float(ends[0] + (ends[1] - ends[0]) * step / steps)
            keep.note(step)
            moved = problem.replace(density=density)
            for out, generator in zip(inputs, generators, strict=True):
                draw_into(out, moved, generator)
            _step_down(model, torch.from_numpy(inputs[:, 0].swapaxes(1, 2)), lr)
            keep.watch(density, (ends[1] - ends[0]) / steps)
    check_finite(keep.norm, lr)
    return keep.ramp()


def _step_down(model: ToyModel, x: Tensor, lr: float) -> None:
    """Take one step down the loss of a batch."""
    import torch

    slopes = torch.autograd.grad(model.loss(x).sum(), [model.weights, model.bias])
    with torch.no_grad():
        _ = model.weights.sub_(slopes[0], alpha=lr), model.bias.sub_(slopes[1], alpha=lr)


class _Keeper:
    """Keeps models at even steps of density, and the density at which each first passes the level."""

    def __init__(self, model: object, density: Array, steps: int, level: float) -> None:
        self.model, self.density, self.steps, self.level = model, density, steps, level
        self.weights: list[Array] = []
        self.bias: list[Array] = []
        self.norm = self._norm()
        self.crossing = np.full(len(self.norm), np.nan)

    def note(self, step: int) -> None:
        """Keep the models as they are before a step, where they are due."""
        while (
            len(self.weights) < len(self.density) and step * (len(self.density) - 1) >= len(self.weights) * self.steps
        ):
            self.weights.append(self._array("weights").astype(float))
            self.bias.append(self._array("bias").astype(float))

    def watch(self, density: float, change: float) -> None:
        """Note who passes the level in a step."""
        before, self.norm = self.norm, self._norm()
        passed = np.isnan(self.crossing) & ((before - self.level) * (self.norm - self.level) <= 0)
        passed &= before != self.norm
        share = (self.level - before[passed]) / (self.norm - before)[passed]
        self.crossing[passed] = density + change * share

    def ramp(self) -> Ramp:
        """Hand everything over."""
        return Ramp(self.density, np.stack(self.weights, axis=1), np.stack(self.bias, axis=1), self.crossing)

    def _array(self, name: str) -> Array:
        return np.asarray(getattr(self.model, name).detach().numpy())

    def _norm(self) -> Array:
        return np.asarray(np.sqrt((self._array("weights")[..., -1].astype(float) ** 2).sum(axis=-1)))
