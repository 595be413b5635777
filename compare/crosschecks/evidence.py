"""What cross-checks are run on: maps, their comparisons, lines, and models, each computed when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from ..agreement import Agreement, agreement
from ..curves import BoundaryCurve
from ..diagram import PhaseDiagram, phase_diagram
from ..hands import Progress
from ..line_curves import solved_curves, traced_curves, window_of
from ..lines import PhaseLines
from ..maps import Method
from ..phase_lines import phase_lines
from ..plans import Plan
from .closer import command
from .drawn import Model, drawn_models

__all__ = ["Evidence"]

Stages = Callable[[str], Progress | None]
Curves = tuple[BoundaryCurve, ...]
FINE = "_fine"
MAPS = ("ansatz_fine", "optimum_fine", "ansatz", "optimum", "trained")  # in the order in which they are made
AGREEMENTS = ("ansatz_fine", "ansatz", "trained")
N_CELLS = 4  # of a map, whose models are checked one by one


@dataclass(eq=False)
class Evidence:
    """Everything that a verification computes, kept once computed; what is given is taken as it is.

    Parameters
    ----------
    plan : Plan
    stages : callable, optional
        Given the name of a stage that starts, returns a progress function (done, total) for it.
    folder : Path, optional
        Where the maps will be saved: how to look closer then says how to load them.
    maps : dict of PhaseDiagram
        By the names in `MAPS`.
    curves : dict of tuple of BoundaryCurve
        The optimum's boundaries at the densities of the map of that name: solved for, or for fine grids as traced.

    Examples
    --------
    >>> from toytoy.compare.crosschecks.evidence import Evidence
    >>> from toytoy.compare.notation import Range
    >>> from toytoy.compare.plans import Plan
    >>> evidence = Evidence(Plan(2, 1, Range(0.1, 1, 4), Range(0.1, 10, 4), trained_grid=2))
    >>> evidence.map("ansatz_fine").data.regime.shape, list(evidence.maps)
    ((4, 4), ['ansatz_fine'])
    """

    plan: Plan
    stages: Stages | None = None
    folder: Path | None = None
    maps: dict[str, PhaseDiagram] = field(default_factory=dict)
    curves: dict[str, Curves] = field(default_factory=dict)
    _agreements: dict[str, Agreement] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Numbers of features and of hidden dimensions."""
        return self.plan.n_features, self.plan.n_hidden

    def map(self, name: str) -> PhaseDiagram:
        """Return the map of a name in `MAPS`."""
        if name not in self.maps:
            kind, _, fine = name.partition("_")
            grid = self.plan.grid(fine=bool(fine))
            methods: dict[str, Method] = {"ansatz": "ansatz", "optimum": "optimum", "trained": self.plan.trained}
            self.maps[name] = phase_diagram(
                *self.size,
                density=grid["density"],
                importance=grid["importance"],
                method=methods[kind],
                progress=self.stage(f"{kind}, {grid['density'].size} × {grid['importance'].size} cells"),
            )
        return self.maps[name]

    def optimum_of(self, name: str) -> PhaseDiagram:
        """Return the optimum on the grid of a map."""
        return self.map("optimum_fine" if name.endswith(FINE) else "optimum")

    def agreement(self, name: str) -> Agreement:
        """Return how the map of a name compares with the optimum of its grid."""
        if name not in self._agreements:
            self._agreements[name] = agreement(self.map(name), self.optimum_of(name))
        return self._agreements[name]

    def exact(self, name: str) -> Curves:
        """Return the optimum's boundaries at the densities of a map; none on a fine grid if no lines are traced."""
        if name not in self.curves:
            if name.endswith(FINE):
                fine = self.map("optimum_fine")
                lines = self.lines
                found = traced_curves(lines, fine.densities.tolist(), window_of(fine)) if lines else ()
            else:
                coarse = self.map("optimum")
                progress = self.stage(f"boundaries at {coarse.densities.size} densities")
                found = solved_curves(*self.size, coarse.densities.tolist(), window_of(coarse), progress)
            same = [each for each in MAPS if each.endswith(FINE) == name.endswith(FINE)]
            self.curves.update(dict.fromkeys(same, found))
        return self.curves[name]

    @cached_property
    def lines(self) -> PhaseLines | None:
        """All lines of the optimum in the plan's window; None where the plan traces none."""
        if not self.plan.traces_lines:
            return None
        density, importance = ((axis.low, axis.high) for axis in (self.plan.density, self.plan.importance))
        progress = self.stage("lines of the optimum")
        return phase_lines(*self.size, density=density, importance=importance, progress=progress)

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """Models drawn by seed, and those of some cells of the maps on the smaller grid."""
        drawn = drawn_models(self.plan.seed)
        return drawn + tuple(
            model for name in ("ansatz", "optimum", "trained") for model in cell_models(self.map(name))
        )

    def stage(self, name: str) -> Progress | None:
        """Say what starts, and return what is to be told of its progress."""
        return self.stages(name) if self.stages else None

    def cell_command(self, names: tuple[str, ...], i: int, j: int, *statements: str) -> str | None:
        """Write statements about one cell of saved maps, which they call by their names; None if none are saved."""
        if self.folder is None:
            return None
        files = [f"tt.PhaseDiagram.load({str(self.folder / f'{name}.nc')!r})" for name in names]
        cells = [
            f"{name} = {file}.data.isel(density={i}, importance={j})" for name, file in zip(names, files, strict=True)
        ]
        return command(*cells, *statements)

    def closer(self, names: tuple[str, ...], i: int, j: int, *statements: str) -> Callable[[], str] | None:
        """Return what writes statements about one cell of saved maps, if they are saved."""
        if self.folder is None:
            return None
        return lambda: self.cell_command(names, i, j, *statements) or ""


def cell_models(diagram: PhaseDiagram) -> tuple[Model, ...]:
    """Give the models of some cells of a map."""
    found = []
    for i, j in some_cells(diagram):
        p, r = float(diagram.densities[i]), float(diagram.importances[j])
        weights, bias = diagram.data.weights.values[i, j], diagram.data.bias.values[i, j]
        found.append(Model(f"{diagram.kind}, {cell_name(p, r)}", diagram.problem(p, r), weights, bias))
    return tuple(found)


def some_cells(diagram: PhaseDiagram, sparsest: float = 0.0) -> list[tuple[int, int]]:
    """Pick up to four cells spread from end to end over a diagram's rows (of at least some density) and columns."""
    rows = np.flatnonzero(diagram.densities >= sparsest)
    if not len(rows):
        return []
    picked = np.linspace(0, len(rows) - 1, N_CELLS).round().astype(int)
    columns = np.linspace(0, len(diagram.importances) - 1, N_CELLS).round().astype(int)[[1, 3, 0, 2]]
    return sorted({(int(rows[i]), int(j)) for i, j in zip(picked, columns, strict=True)})


def cell_name(density: float, importance: float) -> str:
    """Name one cell of a map."""
    return f"density={density:.4g}, importance={importance:.4g}"
