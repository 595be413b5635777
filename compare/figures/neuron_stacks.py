"""Neurons as stacks of what they hold of each feature, on a ground that says whether it is one or several."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ...numeric.neurons import Neuron
from .canvas import FONT
from .colors import BLUE, GREY, INK, ORANGE

Array = NDArray[np.float64]
GROUNDS = {Neuron.MONOSEMANTIC: BLUE, Neuron.POLYSEMANTIC: ORANGE, Neuron.SILENT: GREY}
FAINT = 0.22  # opacity of the ground
THIN = 0.02  # of the highest stack: pieces below it get no outline


def feature_colors(n_features: int) -> Array:
    """Give features colors, from the most important on, dark to light."""
    return np.asarray(colormaps["viridis"](np.linspace(0, 0.97, n_features)))


def by_feature(held: Array) -> NDArray[np.int_]:
    """Order neurons by the feature they hold most of, those that hold more of it first."""
    most = np.abs(held)
    return np.lexsort((-most.max(axis=1), most.argmax(axis=1)))


def neuron_stacks(ax: Axes, held: Array, kinds: NDArray[Any], top: float) -> None:
    """Draw one stack a neuron, in the order given; negative pieces below the axis.

    Parameters
    ----------
    ax : Axes
    held : array, shape (n_hidden, n_features)
        Signed weights, or gains.
    kinds : array of Neuron, shape (n_hidden,)
    top : float
        Where the axis ends.
    """
    m, n = held.shape
    places = np.arange(m)
    for place, kind in zip(places, kinds, strict=True):
        ax.axvspan(place - 0.5, place + 0.5, color=GROUNDS[Neuron(kind)], alpha=FAINT, lw=0)
    colors = feature_colors(n)
    for part in (np.maximum(held, 0), np.minimum(held, 0)):
        ends = np.cumsum(part, axis=1)
        for i in np.nonzero(np.abs(part).max(axis=0) > THIN * top)[0]:
            ax.bar(places, part[:, i], 0.8, ends[:, i] - part[:, i], color=colors[i], edgecolor=INK, lw=0.3)
    ax.axhline(0, color=INK, lw=0.6)
    ax.set(xlim=(-0.5, m - 0.5), xticks=[])
    ax.tick_params(labelsize=FONT - 1)


def ground_legend() -> list[Patch]:
    """Make the legend's entries for the grounds."""
    return [Patch(facecolor=color, alpha=2 * FAINT, label=f"{kind} neuron") for kind, color in GROUNDS.items()]
