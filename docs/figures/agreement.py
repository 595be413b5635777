"""Four maps compared: theory, search, and two seeds of a short training.

Four maps of two features in one dimension compared: theory, search, and two seeds of a short training.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.compare import plot
from toytoy.compare.agreements import Agreements, agreements

SIZE = 16  # cells a side
SHORT = tt.Trained(steps=1500, batch=128, lr=5e-3)


@cache
def compared(size: int = SIZE) -> Agreements:
    """Compute the maps, and compare each with each."""
    methods: dict[str, str | tt.Trained] = {"optimum": "optimum", "ansatz": "ansatz"}
    methods |= {f"seed {seed}": replace(SHORT, seed=seed) for seed in (0, 1)}
    density, importance = np.geomspace(0.01, 1, size), np.geomspace(0.1, 10, size)
    return agreements(
        {
            name: tt.phase_diagram(2, 1, density=density, importance=importance, method=method)
            for name, method in methods.items()
        }
    )


def figure(size: int = SIZE) -> Figure:
    """Draw the consensus, the pairs, and what one training makes of each regime of the optimum."""
    fig = Figure(figsize=(15.5, 5.2), layout="constrained")
    found = compared(size)
    left, middle, right = fig.subplots(1, 3, width_ratios=(1, 1.3, 1.1))
    plot.consensus_map(found, ax=left)
    plot.pair_matrix(found, ax=middle)
    plot.confusion_matrix(found.against["seed 0"], ax=right)
    return fig
