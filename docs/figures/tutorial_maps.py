"""The tutorial's three maps of the (2,1) toy: by ansatz, by search, and by training."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.compare import plot

FINE, COARSE = 40, 10  # cells along each axis
TRAINED = tt.Trained(steps=2000, batch=128, lr=5e-3, seed=0)  # as on the page


def diagram(count: int, method: str | tt.Trained) -> tt.PhaseDiagram:
    """Compute a map over the ranges that the paper shows."""
    density, importance = np.geomspace(0.01, 1, count), np.geomspace(0.1, 10, count)
    return tt.phase_diagram(2, 1, density=density, importance=importance, method=method)


def figure() -> Figure:
    """Draw the maps side by side, with boundaries where they are known, and what training did not reach."""
    maps = {"ansatz": diagram(FINE, "ansatz"), "optimum": diagram(FINE, "optimum"), "trained": diagram(COARSE, TRAINED)}
    found = tt.agreement(maps["trained"], diagram(COARSE, "optimum"))
    boundaries = {kind: maps[kind].boundaries() for kind in ("ansatz", "optimum")}
    return plot.compare_maps(maps, {"trained": found}, boundaries)
