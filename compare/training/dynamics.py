"""Capacities along training beside the loss: whether features change dimensions where the loss drops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import BATCH, N_INSTANCES, SEED, Domain
from ...analytic.estimate import ErrorKind, Estimate
from ...analytic.gram import capacity
from ...analytic.loss import loss
from ...analytic.problem import Problem
from ...analytic.support import CorrelatedGroups, Independent, Support
from ...numeric.descent_path import descent_path
from ...numeric.inits import initial_weights
from ..figure_entry import Progress
from .scores import percent

__all__ = ["Dynamics", "Learning", "dynamics", "peaks"]

Array = NDArray[np.float64]
KINDS = ("exact", "sampled")
POINTS = 300  # of the grid in ln(steps) on which rates are taken
ENOUGH = Domain("steps", 100, integer=True, hint="stages are told apart over hundreds of steps")
SCALE = Domain("scale", 0, low_open=True, hint="0 is a saddle, from which nothing moves")
DRAWS = 400  # of runs drawn anew, and of exchanges
SMOOTH = 3  # points on either side over which rates are averaged
LEAST = {"drop": 0.1, "jump": 0.1}  # prominence of a peak: in e-folds of loss, in capacity, per e-fold of steps
SETS: dict[str, Support] = {"independent": Independent(), "two correlated sets": CorrelatedGroups((3, 3))}


@dataclass(frozen=True, eq=False)
class Learning:
    """One model while it learns.

    Parameters
    ----------
    kind : {"exact", "sampled"}
        Whether each step takes the exact gradient, or that of a fresh batch; the same start either way.
    steps : array, shape (t,)
    loss : array, shape (t,)
        Exact, whatever the kind.
    capacity : array, shape (t, n)
    drops, jumps : arrays
        Steps at which the loss falls fastest, and at which capacities change fastest; see `peaks`.
    """

    kind: str
    steps: Array
    loss: Array
    capacity: Array
    drops: Array
    jumps: Array


@dataclass(frozen=True, eq=False)
class Dynamics:
    """Models while they learn: exact ones, then sampled ones."""

    title: str
    runs: tuple[Learning, ...]

    def of(self, kind: str) -> tuple[Learning, ...]:
        """Return the runs of one kind."""
        return tuple(run for run in self.runs if run.kind == kind)

    def jumping(self, kind: str) -> tuple[Learning, ...]:
        """Return the runs of one kind that have a jump to be near."""
        return tuple(run for run in self.of(kind) if len(run.jumps))

    def gaps(self, kind: str) -> tuple[Array, Array]:
        """Return steps from each drop to the nearest jump, and ln of the ratio; drops without a jump are left out."""
        pairs = [(drop, nearest(drop, run.jumps)) for run in self.jumping(kind) for drop in run.drops]
        table = np.array(pairs).reshape(-1, 2)
        return table[:, 1] - table[:, 0], np.log(table[:, 1] / table[:, 0])

    def off(self, kind: str) -> Estimate:
        """Return the median absolute logarithm of the ratio; its error is the spread when whole runs are drawn anew."""
        own = [_off(run, run.jumps) for run in self.jumping(kind)]
        rng = np.random.default_rng(0)
        draws = ([own[k] for k in rng.integers(len(own), size=len(own))] for _ in range(DRAWS))
        medians = [np.median(flat) for draw in draws if len(flat := np.concatenate(draw))]
        return Estimate(float(np.median(np.concatenate(own))), float(np.std(medians)), ErrorKind.STANDARD_ERROR)

    def chances(self, kind: str) -> Array:
        """Return that median for every random exchange of jumps between runs in which none keeps its own."""
        runs, rng, found = self.jumping(kind), np.random.default_rng(0), list[float]()
        while len(runs) > 1 and len(found) < DRAWS:
            order = rng.permutation(len(runs))
            if (order != np.arange(len(runs))).all():
                found.append(
                    float(np.median(np.concatenate([_off(r, runs[k].jumps) for r, k in zip(runs, order, strict=True)])))
                )
        return np.array(found)

    def by_chance(self, kind: str) -> Estimate:
        """Return mean and spread of `chances`: what runs that share a time scale and nothing else would show."""
        found = self.chances(kind)
        return Estimate(float(found.mean()), float(found.std()), ErrorKind.STANDARD_ERROR)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        arrays = ("steps", "loss", "capacity", "drops", "jumps")
        runs = [{"kind": run.kind, **{name: getattr(run, name).tolist() for name in arrays}} for run in self.runs]
        return {"title": self.title, "runs": runs}

    def sentences(self) -> tuple[str, ...]:
        """Say how many drops there are, and how far the nearest jump of capacities is."""
        lines = []
        for kind in dict.fromkeys(run.kind for run in self.runs):
            steps, logs = self.gaps(kind)
            drops, jumps = (sum(len(getattr(run, name)) for run in self.of(kind)) for name in ("drops", "jumps"))
            line = f"{kind}: {drops} drops of the loss and {jumps} jumps of capacities in {len(self.of(kind))} runs"
            if len(logs):
                line += (
                    f"; nearest jump {np.median(np.abs(steps)):.0f} steps from a drop in the median, "
                    f"{_percent(self.off(kind))} of the step number"
                )
                if len(chances := self.chances(kind)):
                    rank = percent(int((chances <= self.off(kind).value).sum()), len(chances))
                    chance = _percent(self.by_chance(kind))
                    line += f"; with another run's jumps {chance}, as near or nearer in {rank} of exchanges"
            lines.append(line)
        return tuple(lines)


def dynamics(
    support: str = "independent",
    *,
    density: float = 0.05,
    lr: float = 0.5,
    steps: int = 6000,
    batch: int = 1024,
    scale: float = 0.1,
    instances: int = 6,
    sampled: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
) -> Dynamics:
    """Follow six equal features into three dimensions by plain gradient descent, on the exact loss and on samples.

    Parameters
    ----------
    support : {"independent", "two correlated sets"}
        The latter: two sets of three features that are active together.
    density : float
    lr : float
        Of gradient descent, > 0; the gradient is as small as the density.
    steps, batch, instances : int
        At least 100 steps.
    scale : float
        Factor on Xavier's initial weights: small ones part the stages.
    sampled : bool
        Whether to train on samples as well, from the same starts.
    seed : int
    progress : callable (done, total), optional
        Counts kinds of training.

    Returns
    -------
    Dynamics

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or the support is another.

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Superposition and learning dynamics".

    Examples
    --------
    >>> from toytoy.compare.training.dynamics import dynamics
    >>> found = dynamics(steps=1500, instances=2, sampled=False)
    >>> bool((found.runs[0].loss[-1] < 0.1 * found.runs[0].loss[0]) and len(found.runs[0].drops) > 0)
    True
    """
    if support not in SETS:
        raise ValueError(f"support must be one of {', '.join(SETS)}; got support={support!r}")
    for domain, value in ((SEED, seed), (ENOUGH, steps), (SCALE, scale), (BATCH, batch)):
        domain.check(value)
    N_INSTANCES.check(instances, "instances")
    problem = Problem(n_features=6, n_hidden=3, density=density, support=SETS[support])
    start = scale * initial_weights(problem, instances, seed, "xavier_normal")
    every = max(1, steps // 1200)
    path = descent_path(problem, start, np.zeros(6), lr=lr, steps=steps, every=every)
    runs = _runs("exact", path.steps.astype(float), path.loss, path.weights)
    if progress:
        progress(1, 1 + sampled)
    if sampled:
        at, weights, bias = _sampled(problem, start, lr, steps, batch, seed, every)
        runs += _runs("sampled", at, np.asarray(loss(problem, weights, bias)), weights)
        if progress:
            progress(2, 2)
    return Dynamics(f"6 features in 3 dimensions, {support}, p = {density:g}", tuple(runs))


def peaks(steps: Array, values: Array, least: float) -> Array:
    """Find the steps at which values of shape (t, k) change fastest in ln(steps): peaks of some prominence.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.training.dynamics import peaks
    >>> steps = np.arange(1.0, 2000.0)
    >>> once = 1 / (1 + (100 / steps) ** 8)  # changes at step 100
    >>> peaks(steps, once[:, None], 0.1).round(-1).tolist()
    [100.0]
    """
    from scipy.signal import find_peaks

    fits = values.ndim == 2 and values.shape[:1] == steps.shape and np.isfinite(values).all()
    if not fits or not (np.diff(steps) > 0).all():
        shapes = f"shapes {steps.shape} and {values.shape}"
        raise ValueError(f"steps must ascend, shape (t,), beside finite values of shape (t, k), got {shapes}")
    grid = np.linspace(np.log(max(steps[0], 5.0)), np.log(steps[-1]), POINTS)
    spread = np.stack([np.interp(grid, np.log(np.maximum(steps, 1e-9)), column) for column in values.T])
    window = np.ones(2 * SMOOTH + 1) / (2 * SMOOTH + 1)
    smooth, grid = np.array([np.convolve(row, window, "valid") for row in spread]), grid[SMOOTH:-SMOOTH]
    rate = np.sqrt(np.square(np.gradient(smooth, grid, axis=1)).sum(axis=0))
    return np.asarray(np.exp(grid[find_peaks(rate, prominence=least)[0]]))


def nearest(step: float, others: Array) -> float:
    """Return the one of others that is nearest to a step in ratio."""
    if not len(others):
        raise ValueError("others must hold at least one step, got none; leave out runs without jumps")
    return float(others[np.abs(np.log(others / step)).argmin()])


def _runs(kind: str, steps: Array, losses: Array, weights: Array) -> list[Learning]:
    later = steps > 0
    found = []
    for k in range(losses.shape[1]):
        each = capacity(weights[:, k])
        drops = peaks(steps[later], np.log(losses[later, k])[:, None], LEAST["drop"])
        jumps = peaks(steps[later], each[later], LEAST["jump"])
        found.append(Learning(kind, steps, losses[:, k], each, drops, jumps))
    return found


def _sampled(
    problem: Problem, start: Array, lr: float, steps: int, batch: int, seed: int, every: int
) -> tuple[Array, Array, Array]:
    from ...numeric.fit import fit
    from ...numeric.models import ToyModel
    from ...numeric.torch_types import torch

    model = ToyModel(problem, len(start), seed)
    with torch.no_grad():
        model.weights.copy_(torch.from_numpy(start))
    record = ("weights", "bias")
    history = fit(model, steps=steps, batch=batch, lr=lr, optimizer="sgd", seed=seed, record_every=every, record=record)
    arrays = (np.asarray(history[name].values, dtype=float) for name in ("step", "weights", "bias"))
    at, weights, bias = arrays
    return at, weights, bias


def _off(run: Learning, jumps: Array) -> Array:
    return np.array([abs(np.log(nearest(drop, jumps) / drop)) for drop in run.drops])


def _percent(found: Estimate) -> str:
    return f"{100 * found.value:.0f} ± {100 * found.error:.0f} %"
