"""Features as directions: what linear probes read off the hidden layer, against capacity, as features get sparser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.covariance import input_moments
from ...analytic.domain import SIZE
from ...analytic.gram import capacity
from ...analytic.loss import loss
from ...analytic.model import check_one_model
from ...analytic.problem import Problem
from ...analytic.readout import read_out
from ...analytic.solution import Solution
from ...numeric.probe import activity_auc, decomposability_gap
from ...numeric.sampling import sample
from ...numeric.trained import Trained
from ..figure_entry import Progress
from ..paper.settings import PUBLISHED, STARTS
from .plain_data import plain
from .scarcity import models, problems

Array = NDArray[np.float64]
DENSITIES = tuple(float(p) for p in np.geomspace(1.0, 0.01, 9))
SAMPLES = 40_000  # of 0.01: 400 active, an area under the curve to a hundredth


@dataclass(frozen=True, eq=False)
class ProbeRow:
    """One model's features, read off its hidden layer and off its output.

    Parameters
    ----------
    kind : {"optimum", "trained"}
    density : float
    capacity, share : array, shape (n,)
        C_i, and R² of the best linear probe; exact.
    output_share : array, shape (n,)
        R² of the model's own output, 1 - E(x_i - x̂_i)² / Var x_i; exact. Below 0 where the mean would do better.
    auc, auc_error : array, shape (n,)
        Of telling active from silent by the probe; sampled. NaN where nothing is ever silent.
    gap, gap_error : float
        The hidden layer is linear and has none; this is the decomposability gap of the output.
    """

    kind: str
    density: float
    capacity: Array
    share: Array
    output_share: Array
    auc: Array
    auc_error: Array
    gap: float
    gap_error: float


@dataclass(frozen=True, eq=False)
class Probes:
    """Rows of models over density.

    Parameters
    ----------
    n_features, n_hidden : int
    rows : tuple of ProbeRow
        Optima, then trained models; falling density within each.
    """

    n_features: int
    n_hidden: int
    rows: tuple[ProbeRow, ...]

    def of(self, kind: str) -> tuple[ProbeRow, ...]:
        """Return the rows of one kind of model."""
        return tuple(row for row in self.rows if row.kind == kind)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data; NaN as None."""
        found: dict[str, Any] = plain(self)
        return found

    def sentences(self) -> tuple[str, ...]:
        """Say of each model what is read, and where capacity falls short of it."""
        lines = []
        for row in self.rows:
            line = (
                f"{row.kind} at p = {row.density:.3g}: probes read {row.share.sum():.4f} features in all, their own "
                f"directions {row.capacity.sum():.4f}, the output {row.output_share.sum():.4f}"
            )
            if not np.isnan(row.auc).all():
                k = int(np.nanargmin(row.auc))
                line += f"; least area under the curve {row.auc[k]:.3f} ± {row.auc_error[k]:.3f}"
            lines.append(line + f"; decomposability gap of the output {row.gap:.3g} ± {row.gap_error:.1g}")
        return tuple(lines)


def linear_probes(
    densities: Sequence[float] = DENSITIES,
    *,
    n_features: int = 8,
    n_hidden: int = 3,
    decay: float = 0.9,
    starts: int = STARTS,
    trained: Trained | None = PUBLISHED,
    samples: int = SAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
) -> Probes:
    """Probe optimal and trained models, of importance I_i = decay^i, at several densities.

    Parameters
    ----------
    densities : sequence of float
        In (0, 1].
    n_features, n_hidden : int
    decay : float
        > 0. With equal importances capacity and R² are the same in most optima.
    starts : int
        Random starts of each search.
    trained : Trained, optional
        None trains nothing.
    samples : int
        Inputs on which activity is told, and the gap is measured.
    seed : int
        Of searches, training and samples.
    progress : callable (done, total), optional
        Counts models.

    Returns
    -------
    Probes

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range.

    Examples
    --------
    >>> from toytoy.compare.training.probes import linear_probes
    >>> found = linear_probes((1.0, 0.01), n_features=4, n_hidden=2, starts=16, trained=None, samples=2000)
    >>> [round(float(row.share.sum()), 9) for row in found.rows]  # two features' worth, whatever the density
    [2.0, 2.0]
    >>> [float(row.output_share.sum()) > 3.5 for row in found.rows]  # but the output knows better, if they are sparse
    [False, True]
    """
    SIZE.check(samples, "samples")
    given = problems(densities, n_features, n_hidden, decay)
    each = models(given, starts, trained, seed, progress, follow=False)
    return Probes(n_features, n_hidden, tuple(_probe(kind, model, samples, seed) for kind, model in each))


def output_shares(problem: Problem, weights: Array, bias: Array) -> Array:
    """Compute R² of a model's outputs, 1 - E(x_i - x̂_i)² / Var x_i, from the exact loss of each output.

    Raises
    ------
    TypeError, ValueError
        If weights and bias are not one model's, or don't fit the problem.

    Examples
    --------
    >>> import numpy as np
    >>> import toytoy as tt
    >>> from toytoy.compare.training.probes import output_shares
    >>> problem = tt.Problem.toy(2, density=0.5)
    >>> output_shares(problem, np.array([[1.0, 0.0]]), np.array([0.0, 0.25]))  # one kept, one at its mean
    array([1., 0.])
    """
    weights, bias = check_one_model(problem, weights, bias)
    n = problem.n_features
    errors = [float(loss(problem.replace(importance=tuple(np.eye(n)[i])), weights, bias)) for i in range(n)]
    return np.asarray(1 - np.array(errors) / np.diagonal(input_moments(problem)[1]))


def _probe(kind: str, model: Solution, samples: int, seed: int) -> ProbeRow:
    problem = model.problem
    areas = activity_auc(problem, model.weights, samples, seed)
    found = read_out(problem, model.weights)

    def output(x: Array) -> Array:
        return np.asarray(problem.sigma(x @ model.weights.T @ model.weights + model.bias))

    gap = decomposability_gap(output, sample(problem, samples, seed + 1))
    return ProbeRow(
        kind,
        float(problem.densities[0]),
        capacity(model.weights),
        found.share,
        output_shares(problem, model.weights, model.bias),
        np.array([each.value for each in areas]),
        np.array([each.error for each in areas]),
        gap.value,
        gap.error,
    )
