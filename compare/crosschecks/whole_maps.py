"""Every cell of every map: its loss and its labels are those of the model that it holds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ...analytic.loss import loss_estimate
from ...analytic.regime import Regime, phase
from ..checks import Entry
from ..diagram import PhaseDiagram
from .declared import CLOSED_FORM, ROUNDINGS, CrossCheck
from .evidence import MAPS, Evidence, cell_name

Array = NDArray[np.float64]


def losses_kept(evidence: Evidence) -> list[Entry]:
    """Compare losses that maps hold with those of the models that they hold; a trained one is its least instance's."""
    found = []
    for name, diagram in maps(evidence):
        kept, least = diagram.data.loss.values, least_instances(diagram.data)
        for i, j, p, r in cells(diagram):
            exact = loss_estimate(diagram.problem(p, r), *model_of(diagram, i, j))
            apart = max(abs(float(kept[i, j]) - exact.value), abs(float(kept[i, j] - least[i, j])), key=_nan_first)
            look = evidence.closer(
                (name,),
                i,
                j,
                f"p = tt.Problem.toy({diagram.template.n_features}, density={p!r}, importance={r!r})",
                f"least = {name}.get('instance_loss', {name}.loss).min()",
                f"y = tt.loss(p, {name}.weights.values, {name}.bias.values)",
                f"x, y, z = float({name}.loss), float(y), float(least)",
                "print('kept', x, 'of the model', y, 'least instance', z, 'differ by', max(abs(x - y), abs(x - z)))",
            )
            allowed = float(diagram.data.loss_error[i, j]) + exact.error
            found.append(Entry(apart, allowed, f"{name}, {cell_name(p, r)}", look))
    return found


def labels_kept(evidence: Evidence) -> list[Entry]:
    """Give 1 for each cell whose labels are not those of its model, 0 for the others."""
    found = []
    for name, diagram in maps(evidence):
        kept, tolerance = diagram.data, diagram.tolerance
        regimes, phases = kept.regime.values, kept.phase.values
        names = phase(kept.weights.values, tolerance)
        for i, j, p, r in cells(diagram):
            right = regimes[i, j] == extra_regime(kept.weights.values[i, j], tolerance) and phases[i, j] == names[i, j]
            look = evidence.closer(
                (name,),
                i,
                j,
                f"x = {name}.regime.item(), {name}.phase.item()",
                f"W = {name}.weights.values",
                f"y = str(tt.regimes(W, {tolerance})[-1]), str(tt.phase(W, {tolerance}))",
                "print('kept', x, 'of the model', y, 'differ by', float(x != y))",
            )
            found.append(Entry(float(not right), 0.0, f"{name}, {cell_name(p, r)}", look))
    return found


def extra_regime(weights: Array, tolerance: float) -> str:
    """Read the last feature's regime off the Gram matrix, as its definition says; `regimes` goes by projections."""
    row = weights.T[-1] @ weights
    size, others = float(row[-1]), float(row[:-1] @ row[:-1])
    if not size > tolerance:
        return str(Regime.NOT_REPRESENTED)
    return str(Regime.SUPERPOSED if others / size > tolerance else Regime.DEDICATED)


def least_instances(data: xr.Dataset) -> Array:
    """Give the least loss of a map's instances; where it keeps none, its loss."""
    least: Array = data.instance_loss.min("instance").values if "instance_loss" in data else data.loss.values
    return least


def maps(evidence: Evidence) -> Iterator[tuple[str, PhaseDiagram]]:
    """Go through all maps."""
    return ((name, evidence.map(name)) for name in MAPS)


def cells(diagram: PhaseDiagram) -> Iterator[tuple[int, int, float, float]]:
    """Go through a map's cells: row, column, density, importance."""
    for i, p in enumerate(diagram.densities.tolist()):
        for j, r in enumerate(diagram.importances.tolist()):
            yield i, j, p, r


def model_of(diagram: PhaseDiagram, i: int, j: int) -> tuple[Array, Array]:
    """Take weights and bias of a cell."""
    return diagram.data.weights.values[i, j], diagram.data.bias.values[i, j]


def _nan_first(value: float) -> float:
    return np.inf if np.isnan(value) else value


KEPT_LOSSES = CrossCheck(
    "losses that maps keep",
    "losses",
    "the loss kept for every cell of all five maps, and the least of its trained instances",
    ("loss kept in the map", f"{CLOSED_FORM} of the model kept beside it"),
    ROUNDINGS,
    losses_kept,
)
KEPT_LABELS = CrossCheck(
    "labels that maps keep",
    "boundaries",
    "regime and phase of every cell of all five maps; 1 where they are not its model's",
    ("labels kept in the map", "the Gram matrix of the model kept beside them"),
    "labels are the same or not",
    labels_kept,
)
