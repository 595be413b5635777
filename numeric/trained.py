"""What a given optimizer reaches: toy models trained in torch, on samples as the notebook does, or without noise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analytic.answer import answer
from ..analytic.domain import (
    BATCH,
    HISTORY_EVERY,
    INIT_SCALE,
    LEARNING_RATE,
    N_INSTANCES,
    SEED,
    STEPS,
    WEIGHT_DECAY,
    nearest,
)
from ..analytic.loss import loss
from ..analytic.problem import Problem
from ..analytic.solution import Kind, Solution
from .inits import INITS
from .optimizers import OPTIMIZERS
from .schedules import SCHEDULES
from .torch_missing import require_torch

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
TRAINED_TOLERANCE = 0.01  # for regimes: trained weights are noisy; labels do not change between 0.05 and 0.2 in ‖W‖
GROUP = 2**18  # numbers in one tensor of a batch, 1 MB: by trial least time a model, of 2¹⁶ … 2²⁰; larger ones page
SHARED = ("n_features", "n_hidden", "sigma", "support")  # what problems trained side by side have in common


class TrainedModels(NamedTuple):
    """Many problems' trained models.

    weights (problems, n_instances, m, n); bias (problems, n_instances, n); history (problems, n_instances, t): the
    loss (on the training batch, or the exact one) of every `history_every`-th step, before that step's update.
    """

    weights: Array
    bias: Array
    history: Array


@dataclass(frozen=True)
class Trained:
    """Train toy models on freshly drawn batches, or on the exact loss, by Adam or plain gradient descent.

    Each step draws a new batch, takes the gradient of the mean over samples of Σ_i I_i (x_i − x̂_i)², and updates
    every instance on its own. Single precision; the losses of the `Solution` are exact and in double precision.
    With `noise_free` nothing is drawn but the initial weights: each step takes the exact gradient of the population
    loss, in double precision.

    Parameters
    ----------
    steps : int
        Optimizer steps, >= 1.
    batch : int
        Samples a step and instance, >= 1. Without meaning where `noise_free`.
    lr : float
        Learning rate, > 0.
    seed : int
        Of initial weights and batches. Same seed, same problem, same machine and thread count: the same result.
    n_instances : int
        Models to train, >= 1, each with its own initial weights and its own samples. Instance k does not depend on
        how many there are (but see `ToyModel` for ``init="notebook"``).
    weight_decay : float
        Decoupled, as AdamW's, biases included, >= 0. The published notebook leaves torch's default of 0.01 on.
    schedule : {"constant", "linear", "cosine"}
        How the learning rate falls over the steps.
    init : {"xavier_normal", "notebook"}
        Spread of the initial weights; see `ToyModel`.
    history_every : int
        Keep the loss (of the training batch, or the exact one) every so many steps, >= 1.
    device : str
        A torch device; random numbers are drawn, and noise-free trainings run, on the CPU whatever the device.
    noise_free : bool
        Train on the exact loss. The same seed gives the same initial weights as for training on samples, but for
        their rounding to single precision there.
    optimizer : {"adam", "adamw", "sgd"}
        The first two are one: with `weight_decay` they are AdamW, without it Adam. "sgd": θ ← θ − lr (∇L + decay θ),
        no momentum; where `noise_free` that is gradient descent on the exact loss.
    init_scale : float
        Factor on the initial weights, > 0.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range; an unknown name is answered with the nearest one.
    ImportError
        When minimizing, if torch is not installed.

    Notes
    -----
    The notebook minimizes the mean over features, this library their sum. Adam does not see the factor n, save
    through its ε of 1e-8 beside the gradient's size.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652; Kingma and Ba 2014, arXiv 1412.6980.

    Examples
    --------
    >>> import toytoy as tt
    >>> problem = tt.Problem.toy(2, importance=0.1, density=0.5)
    >>> solution = tt.minimize(problem, tt.Trained(steps=20, batch=64, seed=0, n_instances=2))
    >>> print(solution.kind, len(solution.runs), solution.status)
    trained 2 stopped after 20 steps

    The same training without the noise of samples:

    >>> solution = tt.minimize(problem, tt.Trained(steps=2000, lr=0.01, noise_free=True))
    >>> solution.gradient_norm < 1e-6
    True
    """

    steps: int = 10_000
    batch: int = 1024
    lr: float = 1e-3
    seed: int = 0
    n_instances: int = 1
    weight_decay: float = 0.0
    schedule: str = "constant"
    init: str = "xavier_normal"
    history_every: int = 100
    device: str = "cpu"
    noise_free: bool = False
    optimizer: str = "adam"
    init_scale: float = 1.0

    def __post_init__(self) -> None:
        for domain in (STEPS, BATCH, LEARNING_RATE, SEED, N_INSTANCES, WEIGHT_DECAY, HISTORY_EVERY, INIT_SCALE):
            domain.check(getattr(self, domain.name))
        for name, choices in (("schedule", SCHEDULES), ("init", INITS), ("optimizer", OPTIMIZERS)):
            if getattr(self, name) not in choices:
                raise ValueError(nearest(name, getattr(self, name), choices))
        if not isinstance(self.device, str):
            raise TypeError(f"device must be the name of a torch device, got device={self.device!r}; use 'cpu'")
        if not isinstance(self.noise_free, bool):
            raise TypeError(f"noise_free must be True or False, got noise_free={self.noise_free!r}")

    def minimize(self, problem: Problem) -> Solution:
        """Train every instance; the Solution is the one of least exact loss."""
        n, m = problem.n_features, problem.n_hidden
        loss(problem, np.zeros((m, n)), np.zeros(n))  # refuses what has no exact loss before hours of training
        models = train_many([problem], self)
        return answer(
            problem,
            models.weights[0],
            models.bias[0],
            kind=Kind.TRAINED,
            method=repr(self),
            seed=self.seed,
            tolerance=TRAINED_TOLERANCE,
            status=f"stopped after {self.steps} steps",
            n_evaluations=self.steps * self.n_instances,
            histories=models.history[0],
        )


def train_many(problems: Sequence[Problem], trained: Trained, progress: Progress | None = None) -> TrainedModels:
    """Train models of many problems side by side, for instance of a phase map.

    Parameters
    ----------
    problems : sequence of Problem
        They may differ in density and importance only.
    trained : Trained
    progress : function (done, total), optional
        Called now and then, with numbers of steps.

    Returns
    -------
    TrainedModels
        For each problem what ``trained.minimize(problem)`` finds, up to single-precision rounding: random streams
        belong to seed, problem and instance, not to the place in the list.

    Raises
    ------
    ValueError
        If there is no problem, if they differ in more than density and importance, if the device can't be used, or
        if a model diverges.
    ImportError
        If torch is not installed.
    """
    problems = tuple(problems)
    _check_alike(problems)
    _check_device(trained.device)
    from .training import train

    batch = 1 if trained.noise_free else trained.batch
    size = max(1, GROUP // (problems[0].n_features * batch * trained.n_instances))
    groups = [problems[i : i + size] for i in range(0, len(problems), size)]
    count = _Counter(progress, trained.steps * len(groups))
    parts = [[t.double().cpu().numpy() for t in train(group, trained, count.tick)] for group in groups]
    models = TrainedModels(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
    if not all(np.isfinite(array).all() for array in (models.weights, models.bias)):
        raise ValueError(f"lr must be small enough to converge, got lr={trained.lr!r} and weights that overflowed")
    return models


class _Counter:
    """Counts steps and reports every hundredth of them."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def tick(self) -> None:
        self.done += 1
        if self.progress and (self.done % max(1, self.total // 100) == 0 or self.done == self.total):
            self.progress(self.done, self.total)


def _check_alike(problems: tuple[Problem, ...]) -> None:
    if not problems:
        raise ValueError("problems must hold at least one Problem, got none")
    first = problems[0]
    for i, problem in enumerate(problems):
        if any(getattr(problem, name) != getattr(first, name) for name in SHARED):
            raise ValueError(
                f"problems must differ in density and importance only, got {problem!r} at {i} after {first!r}"
            )


def _check_device(device: str) -> None:
    require_torch("Trained needs")
    import torch

    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device must be one that torch can use here, got device={device!r} ({reason})") from error
