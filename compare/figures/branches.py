"""Two branches of minima as one feature's density is varied, the search's optimum on them, and where they cross."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, INK, ORANGE, VERMILLION

if TYPE_CHECKING:
    from ..paper.perturbed import PerturbedFeature

SIZE = (6.4, 4.2)  # inches
ROOM = 1.6  # above the highest optimum: the digons' loss goes far beyond


def branches(found: PerturbedFeature) -> Figure:
    """Draw loss over the ratio of densities: both branches, the optimum, trained models, and the crossing.

    Parameters
    ----------
    found : PerturbedFeature

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    ax = figure.subplots()
    ax.plot(found.ratios, found.pentagon, color=BLUE, lw=2, label="pentagon: all five features")
    ax.plot(found.ratios, found.digons, color=ORANGE, lw=2, label="two digons: the varied feature dropped")
    ax.plot(found.ratios, found.optimum, color=INK, lw=0.9, ls=(0, (2, 2)), label="optimum found by search")
    for there, marker in ((True, "o"), (False, "s")):
        chosen = found.trained_represented == there
        if chosen.any():
            label = f"trained, varied feature {'represented' if there else 'dropped'}"
            ax.plot(
                *(found.trained_ratios[chosen], found.trained_losses[chosen]),
                marker=marker,
                ls="",
                mfc="none",
                mec=VERMILLION,
                ms=7,
                clip_on=False,  # the first and the last stand on the frame
                label=label,
            )
    x = found.crossing.value
    ax.axvline(x, color=INK, lw=0.6, ls=":")
    ax.plot([x], [found.loss_at_crossing], "k.", ms=9)
    ax.annotate(
        f"ratio {x:.4f}: {1 / x:.2f} times rarer",
        (x, found.loss_at_crossing),
        (12, -26),
        textcoords="offset points",
        fontsize=FONT,
    )
    log_axis(ax, "x", found.ratios[0], found.ratios[-1], "density of the varied feature / density of the others")
    top = max([float(np.max(found.optimum)), *found.trained_losses]) * ROOM
    ax.set_ylim(0, top)
    ax.set_ylabel("loss", fontsize=FONT)
    ax.tick_params(labelsize=FONT)
    ax.set_title(f"5 features in 2 dimensions, four of density {found.density:g}", fontsize=TITLE_FONT)
    ax.legend(fontsize=FONT, loc="upper left", framealpha=1, edgecolor="none")  # the crossing's line passes under it
    return figure
