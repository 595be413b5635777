"""Dimensions a feature over sparsity: the average, with the values it sticks at, and the plateaus of single ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, INK, VERMILLION

if TYPE_CHECKING:
    from ..paper.dimensionality import Dimensionality

SIZE = (8.4, 3.9)  # inches
STICKY = {"a dimension each": 1.0, "antipodal pairs": 0.5}


def dimensions(found: Dimensionality) -> Figure:
    """Draw D* = m / ‖W‖_F² over 1/(1-S) on the left, and every feature's C_i on the right, with named plateaus.

    Parameters
    ----------
    found : Dimensionality

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    left, right = figure.subplots(1, 2)
    x = 1 / found.densities
    left.plot(x, found.overall(), "-o", color=BLUE, ms=3.5, label="optimum: best found by descent")
    if len(found.trained_losses):
        left.plot(x, found.overall(True), "s", mfc="none", color=VERMILLION, ms=4.5, label="trained")
    for name, level in STICKY.items():
        _level(left, level, f"{level:g}  {name}")
    left.set_ylabel("D* = m / ‖W‖²", fontsize=FONT)
    left.legend(frameon=False, fontsize=FONT, loc="upper right", bbox_to_anchor=(1, 0.93))
    from ..paper.dimensionality import PLATEAUS

    for name, level in PLATEAUS.items():
        _level(right, level, name)
    _cloud(right, x, found.each(), BLUE, 0.96)
    if len(found.trained_losses):
        _cloud(right, x, found.each(True), VERMILLION, 1.04)
    right.set_ylabel("dimensionality of each feature, $C_i$", fontsize=FONT)
    for ax in (left, right):
        log_axis(ax, "x", x.min() / 1.15, x.max() * 1.15, "1 / (1 − S) = 1 / p")
        ax.set_ylim(0, 1.1)
        ax.tick_params(labelsize=FONT)
    figure.suptitle(f"{found.n_features} equal features in {found.n_hidden} dimensions", fontsize=TITLE_FONT)
    return figure


def _level(ax: Axes, level: float, name: str) -> None:
    below = name == "square antiprism"  # the pentagon's is just above
    ax.axhline(level, color="#bbbbbb", lw=0.7, zorder=0)
    place = ax.get_yaxis_transform()
    x, y, side = 0.99, level + (-0.008 if below else 0.008), "top" if below else "bottom"
    ax.text(x, y, name, transform=place, fontsize=FONT - 1.5, color=INK, ha="right", va=side)


def _cloud(ax: Axes, x: np.ndarray, each: np.ndarray, color: str, beside: float) -> None:
    """Draw a dot a feature: those of the optimum a little to the left of those of trained models."""
    ax.plot(np.repeat(x * beside, each.shape[1]), each.ravel(), ".", color=color, ms=4, alpha=0.5, mec="none")
