"""The paper's L2 attack along (WᵀW)_i: how vulnerability rises as features get sparser, beside ‖W‖_F²/m."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import SEED, SIZE, short
from ...analytic.estimate import ErrorKind, Estimate
from ...analytic.model import check_one_model
from ...analytic.problem import Problem
from ...numeric.sampling import sample
from ...numeric.trained import Trained
from ..figure_entry import Progress
from ..paper.settings import PUBLISHED
from .plain_data import plain
from .rotated import mean_of
from .scarcity import models, problems

__all__ = ["Attacked", "Vulnerability", "adversarial", "attacked"]

Array = NDArray[np.float64]
DENSITIES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.01)
BUDGET = 0.1  # of the mean norm of an input, the paper's
REPRESENTED = 1e-2  # of ‖W_i‖²: what is shorter has no output to attack
MEASURES = ("response", "active_response", "loss_rise")


@dataclass(frozen=True, eq=False)
class Attacked:
    """How much a model's outputs and loss move under attack; 1 is that of features without superposition.

    Parameters
    ----------
    kind : {"optimum", "trained"}
    density : float
    budget : float
        Length of an attack, ε.
    packing : float
        ‖W‖_F²/m = 1/D*, features per dimension.
    open_response : float
        Mean of ‖G_i‖² over the features represented: the response where no ReLU is ever shut.
    response : Estimate
        Squared change of the output attacked over ε², by the worse sign; mean over inputs and represented features.
    active_response : Estimate
        The same over inputs in which the feature attacked is active.
    loss_rise : Estimate
        Rise of the loss over ε². It has a part that is linear in ε wherever the model errs already, so that 1/ε, which
        grows as inputs shrink, is in it. By the worst feature and sign for each input; mean over inputs.
    """

    kind: str
    density: float
    budget: float
    packing: float
    open_response: float
    response: Estimate
    active_response: Estimate
    loss_rise: Estimate


@dataclass(frozen=True, eq=False)
class Vulnerability:
    """Models attacked, at falling density: optima, then trained ones."""

    n_features: int
    n_hidden: int
    rows: tuple[Attacked, ...]

    def of(self, kind: str) -> tuple[Attacked, ...]:
        """Return the rows of one kind of model."""
        return tuple(row for row in self.rows if row.kind == kind)

    def most(self, kind: str, measure: str) -> Estimate:
        """Return the largest value of a measure: how many times as vulnerable as without superposition."""
        found: Estimate = max((getattr(row, measure) for row in self.of(kind)), key=float)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        found: dict[str, Any] = plain(self)
        return found

    def sentences(self) -> tuple[str, ...]:
        """Say of each model how vulnerable it is, and by what factor vulnerability rises in all."""
        lines = [
            f"{row.kind} at p = {row.density:g}: response {_say(row.response)}, if active "
            f"{_say(row.active_response)}, loss rise {_say(row.loss_rise)}; "
            f"features per dimension {row.packing:.4f}, ‖G_i‖² {row.open_response:.4f}"
            for row in self.rows
        ]
        for kind in dict.fromkeys(row.kind for row in self.rows):
            response, active, loss = (_say(self.most(kind, measure)) for measure in MEASURES)
            packing = max(row.packing for row in self.of(kind))
            lines.append(
                f"{kind}, at most, in units of no superposition: response {response}, if active {active}, loss rise "
                f"{loss}, features per dimension {packing:.3f}"
            )
        return tuple(lines)


def adversarial(
    densities: Sequence[float] = DENSITIES,
    *,
    n_features: int = 20,
    n_hidden: int = 5,
    starts: int = 8,
    trained: Trained | None = PUBLISHED,
    samples: int = 20_000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Vulnerability:
    """Attack optimal and trained models of equal features at several densities, by 0.1 of the mean norm of an input.

    Parameters
    ----------
    densities : sequence of float
        In (0, 1].
    n_features, n_hidden : int
    starts : int
        Random starts of each search; each optimum is also descended to from the one at the density before.
    trained : Trained, optional
        None trains nothing.
    samples : int
        Inputs attacked.
    seed : int
    progress : callable (done, total), optional
        Counts models.

    Returns
    -------
    Vulnerability

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    References
    ----------
    Elhage et al. 2022, arXiv 2209.10652, "Relationship to adversarial robustness".

    Examples
    --------
    >>> from toytoy.compare.training.adversarial import adversarial
    >>> found = adversarial((1.0, 0.03), n_features=5, n_hidden=2, starts=8, trained=None, samples=2000)
    >>> found.rows[1].active_response.value > 2 > found.rows[1].response.value  # most outputs are shut most of the time
    True
    """
    SIZE.check(samples, "samples")
    given = problems(densities, n_features, n_hidden)
    each = models(given, starts, trained, seed, progress, follow=True)
    rows = (attacked(kind, model.problem, model.weights, model.bias, samples, seed) for kind, model in each)
    return Vulnerability(n_features, n_hidden, tuple(rows))


def attacked(kind: str, problem: Problem, weights: Array, bias: Array, samples: int, seed: int) -> Attacked:
    """Attack a model's represented features along ±G_i, by ε in length.

    With z = Gx + b, a step δ of length ε moves z_i by G_i·δ, at most ε ‖G_i‖ along G_i (:eq:`attack-best`), so
    that without a shut ReLU the squared response is ε² ‖G_i‖² = ε² ‖W_i‖⁴ / C_i (:eq:`attack-capacity`).

    Parameters
    ----------
    kind : str
        What the model is called.
    problem : Problem
        Of one density for all features.
    weights, bias : arrays, shapes (m, n) and (n,)
    samples : int
        Inputs attacked, >= 2.
    seed : int

    Raises
    ------
    TypeError, ValueError
        If weights and bias don't fit the problem, there is no feature to attack, or none is active in the sample.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.adversarial import attacked
    >>> row = attacked("planted", tt.Problem.toy(2, density=0.5), np.array([[1.0, -1.0]]), np.zeros(2), 1000, 0)
    >>> row.packing, round(row.open_response, 9), row.response.value < 2
    (2.0, 2.0, True)
    """
    weights, bias = check_one_model(problem, weights, bias)
    density, gram = _one_density(problem), weights.T @ weights
    chosen = np.flatnonzero(np.diagonal(gram) > REPRESENTED)
    if not len(chosen):
        most = float(np.diagonal(gram).max())
        raise ValueError(
            f"weights must represent a feature, ‖W_i‖² > {REPRESENTED}, got a largest of {most:g}; scale them up"
        )
    x = sample(problem, SIZE.check(samples, "samples"), SEED.check(seed))
    active = x.T[chosen] > 0
    if not active.any():
        rule = "samples must be enough for a represented feature to be active"
        raise ValueError(f"{rule}, got {samples=} at p = {density:g}; draw more")
    size = BUDGET * float(np.linalg.norm(x, axis=1).mean())
    z = x @ gram + bias
    sigma, importance = problem.sigma, np.array([float(i) for i in problem.importances])
    before = sigma(z)
    level = np.square(x - before) @ importance
    lengths = np.linalg.norm(gram, axis=1)
    responses, worst = np.zeros((len(chosen), len(x))), np.full(len(x), -np.inf)
    for k, i in enumerate(chosen):
        for sign in (-1.0, 1.0):
            after = sigma(z + sign * size / lengths[i] * (gram[i] @ gram))
            responses[k] = np.maximum(responses[k], np.square(after[:, i] - before[:, i]))
            worst = np.maximum(worst, np.square(x - after) @ importance - level)
    return Attacked(
        kind,
        density,
        size,
        float(np.square(weights).sum() / problem.n_hidden),
        float(np.square(lengths[chosen]).mean()),
        mean_of(responses.mean(axis=0) / size**2),
        _mean_where(responses / size**2, active),
        mean_of(worst / size**2),
    )


def _one_density(problem: Problem) -> float:
    if len(set(problem.densities)) > 1:
        given = short(problem.densities)
        raise ValueError(f"problem must have one density for all features, got densities={given}; see replace")
    return float(problem.densities[0])


def _mean_where(values: Array, chosen: NDArray[np.bool_]) -> Estimate:
    """Mean over the entries chosen, of arrays (features, inputs); inputs are independent, features of one are not."""
    kept, counts = np.where(chosen, values, 0.0).sum(axis=0), chosen.sum(axis=0)
    value = float(kept.mean() / counts.mean())
    error = (kept - value * counts).std(ddof=1) / counts.mean() / len(counts) ** 0.5
    return Estimate(value, float(error), ErrorKind.STANDARD_ERROR)


def _say(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} ± {estimate.error:.3f}"
