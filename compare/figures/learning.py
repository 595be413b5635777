"""Loss and capacities of models while they learn, with the drops and jumps that were detected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT
from .colors import FEATURE_COLORS, INK, VERMILLION

if TYPE_CHECKING:
    from ..training.dynamics import Dynamics, Learning

WIDTH, HEIGHT = 3.1, 2.0  # inches, of a panel
SHOWN = 3  # exact runs; one sampled stands beside them


def learning(found: Dynamics) -> Figure:
    """Draw loss above and capacities below over steps, of three exact runs and of the first one's sampled twin.

    Parameters
    ----------
    found : Dynamics

    Returns
    -------
    matplotlib Figure
    """
    runs = (*found.of("exact")[:SHOWN], *found.of("sampled")[:1])
    figure = Figure(figsize=(WIDTH * len(runs) + 0.4, 2 * HEIGHT + 0.6), layout="constrained")
    axes = figure.subplots(2, len(runs), sharex=True, sharey="row", squeeze=False)
    for k, (run, (above, below)) in enumerate(zip(runs, axes.T, strict=True)):
        _column(above, below, run)
        name = f"exact gradient, start {k + 1}" if run.kind == "exact" else "on samples, start 1"
        above.set_title(name, fontsize=TITLE_FONT)
    axes[0, 0].set_ylabel("loss", fontsize=FONT)
    axes[1, 0].set_ylabel("capacity $C_i$", fontsize=FONT)
    figure.suptitle(f"{found.title}: drops of the loss (red), jumps of capacities (dotted)", fontsize=TITLE_FONT)
    return figure


def _column(above: Axes, below: Axes, run: Learning) -> None:
    later = run.steps > 0
    above.semilogy(run.steps[later], run.loss[later], color=INK)
    for i, color in zip(range(run.capacity.shape[1]), FEATURE_COLORS, strict=False):
        below.plot(run.steps[later], run.capacity[later, i], color=color, lw=1.2)
    for ax in (above, below):
        for step in run.drops:
            ax.axvline(float(step), color=VERMILLION, lw=0.9)
        for step in run.jumps:
            ax.axvline(float(step), color=INK, lw=0.9, ls=":")
        ax.set_xscale("log")
        ax.tick_params(labelsize=FONT)
    below.set_ylim(-0.03, 1.05)
    below.set_xlabel("steps", fontsize=FONT)
    below.set_xlim(float(np.min(run.steps[later])), float(run.steps[-1]))
