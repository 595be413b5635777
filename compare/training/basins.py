"""Basins: with which probability over initial weights training reaches each phase, over the diagram of a toy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import DENSITY, IMPORTANCE, SEED
from ...analytic.problem import Problem
from ...analytic.regime import Phase, phase
from ...analytic.stability import threshold
from ...numeric.boundaries.branch import Branch
from ...numeric.boundaries.fold import spinodal_point
from ...numeric.multistart import Multistart
from ...numeric.trained import TRAINED_TOLERANCE, Trained, train_many
from ..boundary import boundary
from ..diagram import phase_diagram
from ..grids import PAPER_DENSITY, PAPER_IMPORTANCE, log_grid
from ..proportions import wilson
from ..toy_grid import ToyGrid
from .scarcity import check_trained
from .scores import percent

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
TRAINED = Trained(n_instances=20)  # Adam 1e-3, batch 1024, 10 000 steps: as the notebook, without its decay
KINDS = ("sampled", "noise_free")
CUT = 0.4  # density of the cut: through the widest part of the loop between the spinodals
CUT_IMPORTANCE = (0.2, 0.6)
PAIR_AT = 0.9  # importance at which the pair of the cut is found, to be followed down to its fold


@dataclass(frozen=True, eq=False)
class Basins:
    """How many trained models reached each phase of the extra feature, on a grid.

    Parameters
    ----------
    density, importance : arrays, shapes (d,) and (r,)
    phases : tuple of str
        All that were met.
    optimum : array of str, shape (d, r)
        The optimum's phase, at the tolerance of trained models.
    counts : dict from kind to array of int, shape (d, r, len(phases))
        Kinds are "sampled" and "noise_free".
    total : int
        Models a cell and kind.
    """

    density: Array
    importance: Array
    phases: tuple[str, ...]
    optimum: NDArray[np.str_]
    counts: dict[str, NDArray[np.int64]]
    total: int

    def share(self, kind: str, name: str) -> Array:
        """Give the share of models in a phase, shape (d, r); 0 for one that was not met."""
        if name not in self.phases:
            return np.zeros(self.optimum.shape)
        return np.asarray(self.counts[kind][..., self.phases.index(name)] / self.total)

    def interval(self, kind: str, name: str) -> Array:
        """Give Wilson's 95 % interval of that share, shape (d, r, 2)."""
        return wilson(np.rint(self.share(kind, name) * self.total).astype(int), self.total)

    def reached(self, kind: str) -> NDArray[np.int64]:
        """Count the models in the optimum's phase, shape (d, r)."""
        own = self.optimum[..., None] == np.array(self.phases)
        return np.asarray((self.counts[kind] * own).sum(axis=-1))

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {
            "density": self.density.tolist(),
            "importance": self.importance.tolist(),
            "phases": list(self.phases),
            "optimum": self.optimum.tolist(),
            "total": self.total,
            "counts": {kind: counts.tolist() for kind, counts in self.counts.items()},
            "interval": {kind: wilson(counts, self.total).tolist() for kind, counts in self.counts.items()},
        }


@dataclass(frozen=True, eq=False)
class PhaseBasins:
    """Basins over the diagram, along a cut at one density, and where on the cut minima end.

    Parameters
    ----------
    n_features : int
    map, cut : Basins
    marks : dict from str to float
        Importances on the cut: "fold", below which there is no pair; "crossing", where the optimum changes;
        "threshold", above which dropping the extra is unstable.
    """

    n_features: int
    map: Basins
    cut: Basins
    marks: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {
            "n_features": self.n_features,
            "map": self.map.to_dict(),
            "cut": self.cut.to_dict(),
            "marks": self.marks,
        }

    def sentences(self) -> tuple[str, ...]:
        """Say how often the optimum's phase is reached, and where on the cut both phases are."""
        lines = []
        for kind in KINDS:
            hits = self.map.reached(kind)
            low, high = wilson(int(hits.sum()), hits.size * self.map.total)
            least = percent(int(hits.min()), self.map.total)
            lines.append(
                f"{_spoken(kind)}: {hits.sum() / hits.size / self.map.total:.1%} of models reach the optimum's phase "
                f"(95 %: {low:.1%} to {high:.1%}), {least} in the worst of {hits.size} cells"
            )
        places = ", ".join(f"{name} {value:.5f}" for name, value in self.marks.items())
        lines.append(f"cut at p = {self.cut.density[0]:g}: {places}")
        for kind in KINDS:
            both = np.minimum(self.cut.share(kind, "not_represented")[0], self.cut.share(kind, "antipodal")[0]) > 0
            reach = self.cut.importance[both]
            where = f"from r = {reach.min():.3f} to {reach.max():.3f}" if len(reach) else "nowhere"
            lines.append(f"{_spoken(kind)}: dropped and antipodal are both reached {where}")
        return tuple(lines)


def phase_basins(
    n_features: int,
    n_hidden: int,
    *,
    detail: int = 10,
    cut_detail: int = 21,
    cut_instances: int = 40,
    trained: Trained = TRAINED,
    seed: int = 0,
    progress: Progress | None = None,
) -> PhaseBasins:
    """Train many models of a toy in every cell, on samples and without their noise, from the same initial weights.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    detail, cut_detail : int
        Cells along each axis of the map, over the paper's window; importances of the cut.
    cut_instances : int
        Models at every importance of the cut.
    trained : Trained
        Its `n_instances` are trained in every cell of the map, its seed is replaced.
    seed : int
    progress : callable (done, total), optional
        Counts the four trainings' steps in turn.

    Returns
    -------
    PhaseBasins

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or the toy is another.
    ImportError
        If torch is not installed.

    Examples
    --------
    >>> from toytoy.compare.training.basins import phase_basins
    >>> from toytoy.numeric.trained import Trained
    >>> few = Trained(steps=300, batch=64, lr=0.02, n_instances=3)
    >>> found = phase_basins(2, 1, detail=2, cut_detail=2, cut_instances=4, trained=few)
    >>> found.map.counts["sampled"].sum(axis=-1).tolist(), found.cut.total
    ([[3, 3], [3, 3]], 4)
    """
    SEED.check(seed)
    settings = replace(check_trained(trained), seed=seed)
    window = (
        log_grid(DENSITY, *PAPER_DENSITY, detail),
        log_grid(IMPORTANCE, *PAPER_IMPORTANCE, detail),
    )
    whole = count_phases(n_features, n_hidden, *window, settings, progress)
    line = np.array([CUT]), log_grid(IMPORTANCE, *CUT_IMPORTANCE, cut_detail)
    cut = count_phases(n_features, n_hidden, *line, replace(settings, n_instances=cut_instances), progress)
    return PhaseBasins(n_features, whole, cut, cut_marks(n_features, CUT))


def count_phases(
    n_features: int,
    n_hidden: int,
    density: Array,
    importance: Array,
    trained: Trained,
    progress: Progress | None = None,
) -> Basins:
    """Train `trained.n_instances` models in every cell of a grid, sampled and noise-free, and count their phases."""
    best = phase_diagram(n_features, n_hidden, density=density, importance=importance, method="optimum")
    problems = ToyGrid(best.template, density, importance).problems()
    found = {}
    for kind in KINDS:
        models = train_many(problems, replace(trained, noise_free=kind == "noise_free"), progress)
        names = phase(models.weights, TRAINED_TOLERANCE).astype(str)
        found[kind] = names.reshape(len(density), len(importance), -1)
    optimum = phase(best.data.weights.values, TRAINED_TOLERANCE).astype(str)
    met = set(optimum.ravel()).union(*(set(names.ravel()) for names in found.values()))
    phases = tuple(str(name) for name in Phase if str(name) in met)
    counts = {kind: np.stack([(names == one).sum(axis=-1) for one in phases], -1) for kind, names in found.items()}
    return Basins(density, importance, phases, optimum, counts, trained.n_instances)


def cut_marks(n_features: int, density: float) -> dict[str, float]:
    """Give the fold of the pair, the boundary, and the threshold of the dropped extra, at one density."""
    best = Multistart(n_starts=16).minimize(Problem.toy(2, importance=PAIR_AT, density=density))
    fold = spinodal_point(Branch.at(best.weights, best.bias, PAIR_AT, density), density=density, towards=-1)
    levels = boundary(n_features, n_features - 1, between=("not_represented", "antipodal"), density=density)
    return {"fold": fold.importance, "crossing": levels.importance.value, "threshold": threshold(density)}


def _spoken(kind: str) -> str:
    return kind.replace("_", " ")
