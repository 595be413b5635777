"""A linear model's modes along its flow and along gradient descent, and how their gap shrinks with the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, FEATURE_COLORS, INK, ORANGE, VERMILLION

if TYPE_CHECKING:
    from ..training.saxe import SaxePaths

SIZE = (9.0, 3.9)  # inches


def step_order(found: SaxePaths) -> Figure:
    """Draw strengths over time on the left, and gaps over the step on the right, with the fitted powers.

    Parameters
    ----------
    found : SaxePaths

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    left, right = figure.subplots(1, 2)
    _strengths(left, found)
    _gaps(right, found)
    for ax in (left, right):
        ax.tick_params(labelsize=FONT)
    return figure


def _strengths(ax: Axes, found: SaxePaths) -> None:
    for k, importance in enumerate(found.problem.importances):
        color = FEATURE_COLORS[k % len(FEATURE_COLORS)]
        ax.plot(found.times, found.strengths[:, k], color=color, label=f"{float(importance):.2g}")
        ax.plot(found.times, found.descent_strengths[:, k], "o", mfc="none", color=color, ms=3.2, mew=0.8)
    ax.plot(found.half_times, np.full(len(found.half_times), 0.5), "|", color=INK, ms=11)
    ax.set_xlim(0, found.times[-1])
    ax.set_xlabel("time = step × number of steps", fontsize=FONT)
    ax.set_ylabel(r"strength of the mode, $\Vert W_i \Vert^2$", fontsize=FONT)
    ax.set_title(f"closed form, and descent by steps of {found.step_sizes[0]:g}", fontsize=TITLE_FONT)
    ax.legend(title="importance", fontsize=FONT, title_fontsize=FONT, frameon=False, loc="lower right")


def _gaps(ax: Axes, found: SaxePaths) -> None:
    sizes = found.step_sizes
    rows = (
        ("bias by its own gradient", found.free_gaps, VERMILLION, ""),
        ("closed form", found.gaps, BLUE, f": step to the power {found.order.value:.4f}"),
        ("corrected flow", found.corrected_gaps, ORANGE, f": power {found.corrected_order.value:.4f}"),
    )
    for name, gaps, color, law in rows:
        ax.plot(sizes, gaps, "-o", color=color, ms=4, lw=1, label=name + law)
    log_axis(ax, "x", sizes[-1] / 1.3, sizes[0] * 1.3, "step size")
    low, high = (float(f([gaps for _, gaps, *_ in rows])) for f in (np.min, np.max))
    log_axis(ax, "y", low / 3, high * 60, "root mean square gap of W")
    ax.yaxis.set_major_formatter(lambda value, _: f"$10^{{{round(np.log10(value))}}}$")
    ax.set_title("gap between descent and flow", fontsize=TITLE_FONT)
    ax.legend(fontsize=FONT, frameon=False, loc="upper left")
