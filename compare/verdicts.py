"""What a comparison comes to: its verdict in one sentence, its tolerances, and its worst cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr

from .statuses import AGREES, DISAGREEMENT, NOT_REACHED, STATUSES

N_WORST = 10


class Tolerance(NamedTuple):
    """A number that a comparison leans on, and why it has that value."""

    value: float
    reason: str


class Cell(NamedTuple):
    """One cell of a comparison; `excess` is its loss above the optimum's, `margin` what another regime costs."""

    density: float
    importance: float
    status: str
    regime: str
    optimum_regime: str
    excess: float
    margin: float


def verdict_of(data: xr.Dataset) -> str:
    """Say in one sentence whether the map agrees, and how many cells are what."""
    counts = {name: int((data.status == name).sum()) for name in STATUSES}
    claim = "contradicts" if counts[DISAGREEMENT] else "agrees with"
    verbs = {AGREES: ("has", "have"), NOT_REACHED: ("does not", "do not"), DISAGREEMENT: ("contradicts", "contradict")}
    have, reach, contradict = (one if counts[name] == 1 else many for name, (one, many) in verbs.items())
    return (
        f"{data.attrs['kind']} {claim} the optimum: {counts[AGREES]} of {data.status.size} "
        f"{'cell' if data.status.size == 1 else 'cells'} {have} its regime, {counts[NOT_REACHED]} {reach} reach it, "
        f"{counts[DISAGREEMENT]} {contradict} it"
    )


def tolerances_of(data: xr.Dataset) -> dict[str, Tolerance]:
    """Give every tolerance that the comparison leans on, at its largest."""
    return {
        "regime": Tolerance(
            float(data.attrs["tolerance"]),
            "the loosest in use: trained weights are noisy, and labels hold from 0.05 to 0.2 in the norm",
        ),
        "loss": Tolerance(
            float(data.excess_error.values.max()), "both rounding errors of the exact losses, at their largest"
        ),
        "margin": Tolerance(
            float(data.margin_error.values.max()), "loose convergence of the constrained minima, at its largest"
        ),
    }


def worst_of(data: xr.Dataset) -> tuple[Cell, ...]:
    """List the cells to look at: disagreements first, then the largest excess losses."""
    excess, status = data.excess.values, data.status.values
    order = np.lexsort((-excess.ravel(), (status != DISAGREEMENT).ravel()))[:N_WORST]
    return tuple(
        Cell(
            float(data.density[i]),
            float(data.importance[j]),
            str(status[i, j]),
            str(data.regime.values[i, j]),
            str(data.optimum_regime.values[i, j]),
            float(excess[i, j]),
            float(data.margin.values[i, j]),
        )
        for i, j in zip(*np.unravel_index(order, status.shape), strict=True)
    )
