"""What a verification computes: the toy, two grids, the training, and seeds."""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analytic.domain import DENSITY, GRID_COUNT, IMPORTANCE, SEED
from ..numeric.torch_missing import require_torch as need
from ..numeric.trained import Trained
from .grids import PAPER_DENSITY, PAPER_IMPORTANCE, log_grid, toy_template
from .notation import Range

__all__ = ["Plan"]

Array = NDArray[np.float64]
DETAIL, QUICK_DETAIL = 100, 20  # cells along each axis of the fine grid
COARSE_GRID, QUICK_GRID = 10, 5  # cells along each axis of the grid on which models are trained
MAP, QUICK_MAP = 40, 15  # cells along each axis of a single diagram
DENSITIES, IMPORTANCES = Range(*PAPER_DENSITY, DETAIL), Range(*PAPER_IMPORTANCE, DETAIL)
PUBLISHED = Trained(n_instances=3)  # best of three: single instances end in a wrong regime in one cell of six
QUICK = Trained(steps=1000, batch=256, lr=5e-3, n_instances=2)  # as far as lr=1e-3 comes in five times the steps


@dataclass(frozen=True)
class Plan:
    """What a verification computes.

    Parameters
    ----------
    n_features, n_hidden : int
        (2, 1) or (3, 2).
    density, importance : Range
        The fine grid, on which ansatz and optimum are compared.
    trained_grid : int
        Cells along each axis of the grid, between the same ends, on which models are trained as well.
    trained : Trained
    seed : int
        Of the searches and samples that check the maps.

    Raises
    ------
    TypeError, ValueError
        If the size is neither toy, or a grid is out of range.

    Examples
    --------
    >>> from toytoy.compare.notation import Range
    >>> from toytoy.compare.plans import Plan
    >>> Plan(2, 1, Range(0.1, 1.0, 30), trained_grid=3).grid(fine=False)["density"].round(3).tolist()
    [0.1, 0.316, 1.0]
    """

    n_features: int
    n_hidden: int
    density: Range = DENSITIES
    importance: Range = IMPORTANCES
    trained_grid: int = COARSE_GRID
    trained: Trained = PUBLISHED
    seed: int = 0

    def __post_init__(self) -> None:
        toy_template(self.n_features, self.n_hidden, "relu")
        GRID_COUNT.check(self.trained_grid, "trained_grid")
        SEED.check(self.seed)
        self.grid(fine=True)
        self.grid(fine=False)

    def grid(self, fine: bool) -> dict[str, Array]:
        """Return densities and importances of one of the two grids; an axis of one value keeps it on both."""
        axes = {DENSITY: self.density, IMPORTANCE: self.importance}
        counts = {d: axis.size if fine or axis.low == axis.high else self.trained_grid for d, axis in axes.items()}
        return {d.name: log_grid(d, axis.low, axis.high, counts[d]) for d, axis in axes.items()}

    @property
    def traces_lines(self) -> bool:
        """Whether whole lines are traced, as is worth its time beside a fine grid larger than a quick one.

        Without them the boundaries are solved for at the densities of the trained grid alone.
        """
        is_area = self.density.low < self.density.high and self.importance.low < self.importance.high
        return is_area and self.density.size * self.importance.size > QUICK_DETAIL**2


def make_plan(
    n_features: int,
    n_hidden: int,
    *,
    density: Range | None = None,
    importance: Range | None = None,
    trained_grid: int | None = None,
    steps: int | None = None,
    batch: int | None = None,
    lr: float | None = None,
    n_instances: int | None = None,
    seed: int = 0,
    quick: bool = False,
) -> Plan:
    """Fill in what is left out: as published, or quick.

    Raises
    ------
    TypeError, ValueError
        As `Plan` does.
    """
    detail = QUICK_DETAIL if quick else DETAIL
    training: dict[str, Any] = {"steps": steps, "batch": batch, "lr": lr, "n_instances": n_instances}
    given = {name: value for name, value in training.items() if value is not None}
    return Plan(
        n_features,
        n_hidden,
        density or DENSITIES._replace(size=detail),
        importance or IMPORTANCES._replace(size=detail),
        trained_grid or (QUICK_GRID if quick else COARSE_GRID),
        dataclasses.replace(QUICK if quick else PUBLISHED, seed=seed, **given),
        seed,
    )


def map_grid(density: Range | None, importance: Range | None, quick: bool) -> dict[str, Array]:
    """Return the grid of a single diagram; what is left out has the paper's range, in fewer cells if quick."""
    size = QUICK_MAP if quick else MAP
    axes = {
        DENSITY: density or DENSITIES._replace(size=size),
        IMPORTANCE: importance or IMPORTANCES._replace(size=size),
    }
    return {domain.name: log_grid(domain, *axis) for domain, axis in axes.items()}


def quick_training(given: dict[str, Any]) -> dict[str, Any]:
    """Fill in a short training where nothing else is asked for."""
    short = {name: getattr(QUICK, name) for name in ("steps", "batch", "lr", "n_instances")}
    return {name: short.get(name) if value is None else value for name, value in given.items()}


def repeat(plan: Plan, out: str | None = None, only: str | None = None) -> str:
    """Write the command that computes a plan again, whatever the defaults will be then; of one check, that one."""
    fields = {
        "features": plan.n_features,
        "hidden": plan.n_hidden,
        "density": plan.density,
        "importance": plan.importance,
        "trained-grid": plan.trained_grid,
        "steps": plan.trained.steps,
        "batch": plan.trained.batch,
        "lr": plan.trained.lr,
        "instances": plan.trained.n_instances,
        "seed": plan.seed,
        "out": out,
        "only": only,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return shlex.join(
        ["toytoy", "verify", *(word for name, value in given.items() for word in (f"--{name}", str(value)))]
    )


def require_torch() -> None:
    """Refuse to begin where models can't be trained.

    Raises
    ------
    ImportError
        If torch is not installed.
    """
    need("verify trains models by")
