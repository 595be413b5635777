"""Two maps of the (2,1) toy in one figure, as the page on figures for a paper makes it."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.compare import plot


def figure() -> Figure:
    """Draw the ansatz and the optimum side by side, each with its boundaries."""
    grid = {"density": np.geomspace(0.01, 1, 30), "importance": np.geomspace(0.1, 10, 30)}
    fig = Figure(figsize=(6.9, 3.6), layout="constrained")
    titles = {"ansatz": "best frozen model", "optimum": "optimum"}
    for ax, (method, title) in zip(fig.subplots(1, 2), titles.items(), strict=True):
        diagram = tt.phase_diagram(2, 1, **grid, method=method)
        plot.phase_map(diagram, ax, diagram.boundaries(), title=title)
    return fig
