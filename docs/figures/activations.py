"""Phase diagrams for seven activations, two features in one dimension.

How the optimum's phase diagram changes with the activation: seven maps of two features in one dimension.
"""

from __future__ import annotations

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.analytic.activation import Activation
from toytoy.compare import plot

MAPS: dict[str, str | Activation] = {
    "linear": "linear",
    "relu": "relu",
    "leaky, slope 0.1": tt.LeakyReLU(0.1),
    "clipped at 1": tt.ClippedReLU(1.0),
    "abs": "abs",
    "gelu": "gelu",
    "softplus": "softplus",
}
SIZE = 40  # values an axis: the smooth ones take half a minute each


def diagrams(size: int = SIZE) -> dict[str, tt.PhaseDiagram]:
    """Compute the optimum's map for every activation."""
    grid = {"density": np.geomspace(0.01, 1, size), "importance": np.geomspace(0.1, 10, size)}
    return {name: tt.phase_diagram(2, 1, **grid, activation=activation) for name, activation in MAPS.items()}


def figure(size: int = SIZE) -> Figure:
    """Draw the maps side by side, with one legend."""
    fig = Figure(figsize=(11, 6), layout="constrained")
    axes = fig.subplots(2, 4, sharex=True, sharey=True).ravel()
    for ax, (name, diagram) in zip(axes, diagrams(size).items(), strict=False):
        plot.phase_map(diagram, ax=ax, title=name)
        handles, words = ax.get_legend_handles_labels()
        if legend := ax.get_legend():
            handles, words = legend.legend_handles, [text.get_text() for text in legend.get_texts()]
            legend.remove()
        ax.set(xlabel="", ylabel="")
    fig.supxlabel("relative importance of the extra feature, r")
    fig.supylabel("feature density, p = 1 \N{MINUS SIGN} sparsity")
    axes[3].tick_params(labelbottom=True)  # nothing stands below it
    axes[-1].set_axis_off()
    axes[-1].legend(handles, words, loc="center", frameon=False, title="the extra feature is")
    return fig
