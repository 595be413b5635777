"""What the optimum's loss is made of, by the number of active features.

How the loss of the best two-feature model divides into levels, over the density.
"""

from __future__ import annotations

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.analytic import symbolic

LABELS = ("$L_0$: nothing is active", "$L_1$: one feature", "$L_2$: both")


def shares(density: float) -> list[float]:
    """Give each level's share in the loss of the optimum at equal importance."""
    problem = tt.Problem.toy(2, density=density)
    best = tt.minimize(problem, tt.Multistart(n_starts=8, seed=0))
    region = symbolic.region(problem, best.weights, best.bias)
    values = symbolic.values(problem, best.weights, best.bias)
    levels = [float(level.xreplace(values)) for level in symbolic.decomposition(problem, region).levels]
    return [level / sum(levels) for level in levels]


def figure() -> Figure:
    """Draw the shares as a stack."""
    densities = np.linspace(0.01, 0.99, 99)
    fig = Figure(figsize=(7, 3.6), layout="constrained")
    ax = fig.subplots()
    ax.stackplot(densities, np.transpose([shares(float(p)) for p in densities]), labels=LABELS)
    ax.set(xlabel="density p", ylabel="share of the loss", ylim=(0, 1), xlim=(densities[0], densities[-1]))
    fig.legend(loc="outside upper center", ncols=3, frameon=False)
    return fig
