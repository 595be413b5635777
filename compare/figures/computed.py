"""Networks for absolute values, neuron by neuron, and what they lose against one feature a neuron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...numeric.motif import motifs
from ...numeric.neurons import gains, neuron_kinds
from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, GREEN, INK, ORANGE, VERMILLION
from .neuron_stacks import by_feature, ground_legend, neuron_stacks

if TYPE_CHECKING:
    from ..training.computation import Computation

SIGMAS = 2  # standard errors drawn
LOST = 1e-12  # of the means' loss: a loss of exactly 0 stands there
PARTS = ("value", "error")
SIGNED = "the same from both signs"
LOSSES = (("signed_loss", "x", INK, SIGNED), ("loss", "o", BLUE, "trained network"))
WORTHS = (("signed_worth", "x", INK, SIGNED), ("worth", "o", BLUE, "worth, in neurons of one feature"))
ROOM = 5  # below the lowest point, or above the highest, for the legend: a factor


def computed(found: Computation) -> Figure:
    """Draw each neuron's gains at each density; below, losses, what the network is worth, and its neurons.

    Parameters
    ----------
    found : Computation

    Returns
    -------
    matplotlib Figure
    """
    count = len(found.rows)
    figure = Figure(figsize=(9.6, 1.0 * count + 3.6), layout="constrained")
    halves: Any = figure.subfigures(2, 1, height_ratios=(1.0 * count, 3.6))
    upper, lower = halves
    axes = upper.subplots(count, 1, squeeze=False)[:, 0]
    for ax, row in zip(axes, found.rows, strict=True):
        held = gains(row.encoder, row.decoder)
        order = by_feature(held)
        neuron_stacks(ax, held[order], neuron_kinds(row.encoder, row.decoder)[order], float(held.sum(axis=1).max()))
        ax.set_title(f"p = {row.density:g}", fontsize=TITLE_FONT, loc="left")
    upper.supylabel("gain of each feature, by neuron", fontsize=FONT)
    left, middle, right = lower.subplots(1, 3)
    _losses(left, found)
    _worth(middle, found)
    _neurons(right, found)
    lower.legend(handles=ground_legend(), loc="outside upper center", ncols=3, frameon=False, fontsize=FONT)
    return figure


def _losses(ax: Axes, found: Computation) -> None:
    x = [row.density for row in found.rows]
    lowest = min(row.restricted / row.null or 1.0 for row in found.rows)
    for name, marker, color, label in LOSSES:
        each = [getattr(row, name) for row in found.rows]
        y, error = ([getattr(e, part) / row.null for e, row in zip(each, found.rows, strict=True)] for part in PARTS)
        drawn = np.maximum(y, LOST)
        ax.errorbar(x, drawn, SIGMAS * np.array(error), fmt=marker, color=color, ms=5, label=label)
        lowest = min(lowest, float(drawn.min()))
    if any(row.restricted for row in found.rows):
        ax.plot(x, [row.restricted / row.null for row in found.rows], "-", color=ORANGE, label="one feature a neuron")
    log_axis(ax, "y", lowest / ROOM**2, 1.5, "loss / loss of the means")
    _density(ax, x)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="lower left")


def _worth(ax: Axes, found: Computation) -> None:
    x = [row.density for row in found.rows]
    for name, marker, color, label in WORTHS:
        each = [getattr(row, name) for row in found.rows]
        y, error = ([getattr(e, part) for e in each] for part in PARTS)
        ax.errorbar(x, y, SIGMAS * np.array(error), fmt=marker, color=color, ms=5, label=label)
    ax.plot(x, [2 * row.computed() for row in found.rows], "+", color=GREEN, ms=8, label="twice the features computed")
    m = len(found.rows[0].encoder)
    ax.axhline(m, color=INK, lw=0.6, ls=":", label=f"its {m} neurons")
    highest = max(max(row.worth.value, 2 * row.computed(), m) for row in found.rows)
    ax.set_ylim(0, 1.5 * highest)
    _density(ax, x)
    ax.set_ylabel("neurons", fontsize=FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper left")


def _neurons(ax: Axes, found: Computation) -> None:
    x = [row.density for row in found.rows]
    ax.plot(x, [row.counts["polysemantic"] for row in found.rows], "o", color=ORANGE, label="polysemantic neurons")
    ax.plot(x, [len(row.shared) for row in found.rows], "s", mfc="none", mec=GREEN, ms=8, label="pairs in one neuron")
    ax.plot(x, [len(motifs(row.shared)) for row in found.rows], "+", color=VERMILLION, ms=9, label="of them, the motif")
    ax.plot(x, [row.by_chance for row in found.rows], "_", color=INK, ms=9, label="the motif, by chance")
    ax.set_yscale("symlog", linthresh=1)
    highest = max(max(len(row.shared), row.counts["polysemantic"], 1) for row in found.rows)
    ax.set_ylim(-0.2, ROOM**2 * highest)
    _density(ax, x)
    ax.set_ylabel("count", fontsize=FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper right")


def _density(ax: Axes, x: list[float]) -> None:
    log_axis(ax, "x", min(x) / 1.5, max(x) * 1.5, "feature density, p")
    ax.tick_params(labelsize=FONT)
