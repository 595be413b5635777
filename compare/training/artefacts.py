"""Artefacts of training one at a time: weight decay, learning rate, initial scale and batch, against none of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import DENSITY, IMPORTANCE, SEED, Domain, nearest
from ...numeric.atlas import Atlas, optimum_map
from ...numeric.margin import COARSE
from ...numeric.trained import Trained, train_many
from ..figure_entry import Progress
from ..grids import log_grid
from ..toy_grid import ToyGrid
from .edges import Edge, edges, optimum_edges, shift
from .nearness import Nearness, nearness
from .scores import Score, score

Array = NDArray[np.float64]
DENSITIES = tuple(log_grid(DENSITY, 0.1, 0.9, 5).tolist())
IMPORTANCES = tuple(log_grid(IMPORTANCE, 0.03, 3.0, 11).tolist())
PLAIN = "plain"
FIELDS = tuple(field.name for field in fields(Trained) if field.name != "seed")
FACTOR = Domain("lr", 0, low_open=True, hint="of a change it is a factor on the plain rate")
BASE = Trained(noise_free=True, n_instances=8)  # Adam on the exact gradient: no sample, no decay
CHANGES: dict[str, Mapping[str, Any]] = {
    PLAIN: {},
    "decay 0.01": {"weight_decay": 0.01},
    "decay 0.1": {"weight_decay": 0.1},
    "rate × 10": {"lr": 10.0},
    "rate / 10": {"lr": 0.1},
    "initial scale 0.1": {"init_scale": 0.1},
    "initial scale 3": {"init_scale": 3.0},
    "batch 1024": {"noise_free": False, "batch": 1024},
    "batch 32": {"noise_free": False, "batch": 32},
}


@dataclass(frozen=True, eq=False)
class Artefacts:
    """What each artefact alone changes in a toy's diagram.

    Parameters
    ----------
    n_features, n_hidden : int
    densities, importances : array, shape (d,) and (r,)
        Cells are all pairs, densities first.
    scores : tuple of Score
        One an artefact, the plain training first.
    models : dict of Nearness
        By artefact, arrays of shape (d r, instances).
    edge : dict of tuple of Edge
        By artefact, one a density: the importance above which most instances represent the extra feature.
    optimum_edge : array, shape (d,)
        Of the optimum; NaN where it is outside the grid.
    """

    n_features: int
    n_hidden: int
    densities: Array
    importances: Array
    scores: tuple[Score, ...]
    models: dict[str, Nearness]
    edge: dict[str, tuple[Edge, ...]]
    optimum_edge: Array

    def shares(self, name: str) -> Array:
        """Give the share of instances that reached the optimum's loss, shape (d, r)."""
        reached = self.models[name].verdicts == "reached"
        return np.asarray(reached.mean(axis=1).reshape(len(self.densities), len(self.importances)))

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {
            "n_features": self.n_features,
            "n_hidden": self.n_hidden,
            "densities": self.densities.tolist(),
            "importances": self.importances.tolist(),
            "scores": [each.to_dict() for each in self.scores],
            "reached": {name: self.shares(name).tolist() for name in self.models},
            "edge": {name: [edge._asdict() for edge in found] for name, found in self.edge.items()},
            "optimum_edge": [None if np.isnan(r) else float(r) for r in self.optimum_edge],
        }

    def rows(self) -> list[tuple[str, ...]]:
        """Write a row of a table for each artefact; its head is `HEAD` of the scores, and "edge, decades"."""
        return [(*each.row(), str(shift(self.edge[each.name], self.optimum_edge))) for each in self.scores]

    def sentences(self) -> tuple[str, ...]:
        """Say of each artefact how many models reach the optimum, and how far the edge lies from the optimum's."""
        return tuple(
            f"{each.sentence()}; edge moved by {shift(self.edge[each.name], self.optimum_edge)} decades of importance"
            for each in self.scores
        )


def artefacts(
    n_features: int,
    n_hidden: int,
    densities: Sequence[float] = DENSITIES,
    importances: Sequence[float] = IMPORTANCES,
    *,
    trained: Trained = BASE,
    changes: Mapping[str, Mapping[str, Any]] = CHANGES,
    seed: int = 0,
    progress: Progress | None = None,
) -> Artefacts:
    """Train a toy's diagram once without artefacts, and once with each alone.

    The plain training is Adam on the exact gradient: no samples, no weight decay, the rate and Xavier's initial
    weights of the published notebook. All start from the same initial weights, but for their scale.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    densities, importances : sequence of float, ascending
    trained : Trained
        The plain training.
    changes : mapping
        By name, fields of `Trained` to replace; "lr" is a factor on the plain one's.
    seed : int
    progress : callable (done, total), optional
        Counts artefacts.

    Returns
    -------
    Artefacts

    Raises
    ------
    TypeError, ValueError
        If the size is neither toy, a number is out of its range, or there is no change, or one of an unknown field.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare.training.artefacts import artefacts
    >>> few = tt.Trained(steps=50, lr=0.02, noise_free=True, n_instances=2)
    >>> found = artefacts(2, 1, (0.3,), (0.1, 1.0), trained=few, changes={"plain": {}, "decay": {"weight_decay": 1.0}})
    >>> [each.name for each in found.scores]
    ['plain', 'decay']
    """
    SEED.check(seed)
    grid = ToyGrid.checked(n_features, n_hidden, densities, importances, "relu")
    problems, columns = grid.problems(), grid.importances
    settings = _settings(trained, changes, seed)
    optima = optimum_map(grid.template, grid.densities, columns)
    models, scores, found_edges = {}, [], {}
    for done, (name, changed) in enumerate(settings.items()):
        before = time.process_time()
        ends = train_many(problems, changed)
        seconds = time.process_time() - before
        models[name] = nearness(optima, ends.weights, ends.bias)
        scores.append(score(name, models[name], seconds))
        hits = models[name].represented.sum(axis=1).reshape(grid.shape)
        found_edges[name] = tuple(edges(hits, models[name].represented.shape[1], columns))
        if progress:
            progress(done + 1, len(changes))
    best = optimum_edges(grid.template, grid.densities, columns, _represented(optima).reshape(grid.shape))
    return Artefacts(n_features, n_hidden, grid.densities, columns, tuple(scores), models, found_edges, best)


def _settings(trained: Trained, changes: Mapping[str, Mapping[str, Any]], seed: int) -> dict[str, Trained]:
    if not changes:
        raise ValueError("changes must hold at least one, got none; CHANGES has them all")
    found = {}
    for name, change in changes.items():
        if unknown := [field for field in change if field not in FIELDS]:
            raise ValueError(nearest("changes", unknown[0], FIELDS))
        rate = trained.lr * FACTOR.check(change.get("lr", 1.0))
        found[name] = replace(trained, **{**change, "lr": rate, "seed": seed})
    return found


def _represented(optima: Atlas) -> NDArray[np.bool_]:
    return np.asarray((optima.cells.split(optima.thetas)[0][..., -1] ** 2).sum(axis=-1) > COARSE)
