"""Best models with and without a ReLU in the hidden layer, neuron by neuron, and what the criterion makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...numeric.neurons import monosemantic_by_share, neuron_kinds
from ..training.privileged import MONOSEMANTIC
from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, INK, ORANGE, SKY, VERMILLION
from .neuron_stacks import by_feature, ground_legend, neuron_stacks

if TYPE_CHECKING:
    from ..training.privileged import PrivilegedBasis

PANEL = 1.35  # inches
SHARES = ((0.8, SKY, 8.0), (0.9, BLUE, 5.5), (0.95, INK, 3.0))  # threshold, color, size of the marker


def privileged_basis_figure(found: PrivilegedBasis) -> Figure:
    """Draw weights as stacks, one a neuron, at each density; below, counts over density and the cost of rotations.

    Parameters
    ----------
    found : PrivilegedBasis

    Returns
    -------
    matplotlib Figure
    """
    count = len(found.rows)
    figure = Figure(figsize=(max(PANEL * count + 0.8, 6.4), 6.6), layout="constrained")
    halves: Any = figure.subfigures(2, 1, height_ratios=(3.3, 3))
    upper, lower = halves
    axes = upper.subplots(2, count, squeeze=False, sharey="row")
    for column, row in zip(axes.T, found.rows, strict=True):
        for ax, weights in zip(column, (row.weights, row.plain_weights), strict=True):
            order = by_feature(weights)
            stacked = max(np.maximum(weights, 0).sum(axis=1).max(), 1.0)
            neuron_stacks(ax, weights[order], neuron_kinds(weights)[order], float(stacked))
        column[0].set_title(f"p = {row.density:g}", fontsize=TITLE_FONT)
        column[0].set_xlabel(f"loss {row.loss.value:.3g}", fontsize=FONT)
        column[1].set_xlabel(f"loss {row.plain_loss.value:.3g}", fontsize=FONT)
    axes[0, 0].set_ylabel("hidden ReLU\nweights", fontsize=FONT)
    axes[1, 0].set_ylabel("no hidden ReLU\nweights", fontsize=FONT)
    left, right = lower.subplots(1, 2)
    _counts(left, found)
    _costs(right, found)
    lower.legend(handles=ground_legend(), loc="outside upper center", ncols=3, frameon=False, fontsize=FONT)
    return figure


def _counts(ax: Axes, found: PrivilegedBasis) -> None:
    """Count monosemantic neurons at three thresholds, beside the paper's counts and those of rotated models."""
    x = [row.density for row in found.rows]
    for share, color, size in SHARES:
        y = [monosemantic_by_share(row.weights, shares=(share,))[share] for row in found.rows]
        ax.plot(x, y, "o", color=color, ms=size, label=f"share {share:g}")
    paper = [(p, n) for p, n in MONOSEMANTIC.items() if p in x and len(found.rows[0].weights) == MONOSEMANTIC[0.75]]
    if paper:
        ax.plot(*zip(*paper, strict=True), "s", mfc="none", mec=VERMILLION, ms=12, label="the paper, by eye")
    ax.plot(x, [row.plain_monosemantic[0].value for row in found.rows], "x", color=ORANGE, label="no hidden ReLU")
    ax.plot(x, [row.plain_monosemantic[1].value for row in found.rows], "+", color=INK, label="the same, rotated")
    _density(ax, x)
    ax.set_ylabel("monosemantic neurons", fontsize=FONT)
    ax.set_ylim(-0.7, 1.9 * len(found.rows[0].weights))  # room for the legend
    ax.legend(frameon=False, fontsize=FONT - 1.5, loc="upper left", ncols=2, columnspacing=0.6, handletextpad=0.2)


def _costs(ax: Axes, found: PrivilegedBasis) -> None:
    """Show what rotations do to the loss, on a logarithmic axis that holds rounding and doubling."""
    x = [row.density for row in found.rows]
    ax.plot(x, [row.rotated[1].value for row in found.rows], "o-", color=BLUE, label="hidden ReLU, median rotation")
    ax.plot(x, [row.rotated[0].value for row in found.rows], "v:", color=SKY, label="hidden ReLU, kindest rotation")
    floor = float(np.finfo(float).eps) / 16  # a change of exactly 0 has a place, too
    changes = [max(row.plain_rotated / row.plain_loss.value, floor) for row in found.rows]
    ax.plot(x, changes, "x-", color=ORANGE, label="no hidden ReLU, worst rotation")
    ax.set_yscale("log")
    ax.set_ylim(1e-17, 1e3)
    _density(ax, x)
    ax.set_ylabel("relative change of loss by rotation", fontsize=FONT)
    ax.legend(frameon=False, fontsize=FONT - 1.5, loc="center left")


def _density(ax: Axes, x: list[float]) -> None:
    log_axis(ax, "x", min(x) / 1.3, max(max(x) * 1.3, 1.0), "feature density, p")
    ax.tick_params(labelsize=FONT)
