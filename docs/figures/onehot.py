"""Regular polygons on one-hot inputs, and an optimum found without knowing them.

Energies of the regular polygons on one-hot inputs, and an optimum found without knowing them.
"""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.analytic.onehot import polygon
from toytoy.compare import plot


def figure() -> Figure:
    """Draw the losses of k-gons, and the weights that a search finds."""
    fig = Figure(figsize=(9, 4), layout="constrained")
    left, right = fig.subplots(1, 2)
    shades = mpl.colormaps["viridis"](np.linspace(0, 0.85, 6))
    for n, color in zip(range(5, 11), shades, strict=True):
        ks = np.arange(3, n + 1)
        losses = np.array([polygon(int(k)).loss(n) for k in ks])
        best = int(losses.argmin())
        left.plot(ks, losses, ".-", color=color, label=f"n = {n}")
        left.plot(ks[best], losses[best], "o", mfc="none", mec=color, ms=10)
    left.set(xlabel="features represented, k", ylabel="loss L", ylim=(0, None))
    left.legend(frameon=False, ncols=2)
    problem = tt.Problem(n_features=8, n_hidden=2, support=tt.OneHot())
    solution = tt.minimize(problem, tt.Multistart(n_starts=32, seed=0))
    plot.weights(solution.weights, ax=right)
    right.set_title(f"8 features, one at a time: L = {float(solution.loss):.5f}")
    return fig
