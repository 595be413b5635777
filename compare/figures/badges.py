"""A model of a toy as a badge: its columns as small arrows on a white disc, the extra feature's in red."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from .colors import INK, VERMILLION

Array = NDArray[np.float64]
UNIT = 9.5  # points that a column of length 1 is drawn long
RADIUS = 13.0  # points
WIDTH = 1.5  # of a shaft, points
ABSENT, SHORT = 1e-4, 0.3  # a column that is not represented is a ring, one too short for an arrow a dot
APART = 2.6  # points between arrows on one line that would hide each other
POINTS = 72.0  # in an inch


def upright(weights: Array) -> Array:
    """Turn a model, which leaves its loss as it is, so that the extra feature points down and the first right.

    If the extra is absent, the first feature points up. One dimension is laid flat: the first feature points right.
    """
    columns = np.vstack([weights, np.zeros_like(weights)])[:2] if len(weights) == 1 else weights
    if len(weights) == 1:
        return columns if columns[0, 0] >= 0 else -columns
    present = np.hypot(*columns[:, -1]) >= ABSENT
    x, y = columns[:, -1] if present else -columns[:, 0]
    size = np.hypot(x, y)
    if size == 0.0:
        return columns
    turned = np.array([[-y, x], [-x, -y]]) / size @ columns  # takes (x, y) to (0, -size)
    rest = turned[0, :-1]
    if rest[np.abs(rest).argmax()] < 0:
        turned[0] *= -1  # a mirror image has the same loss, too
    return np.asarray(turned)


def draw_badge(ax: Axes, importance: float, density: float, weights: Array, lift: float = 0.0) -> None:
    """Draw a model at a place of a diagram, some points above it."""
    moved = ax.transData.transform((importance, density))
    scale = ax.figure.dpi / POINTS
    center = ax.transData.inverted().transform((moved[0], moved[1] + lift * scale))
    ax.plot(*center, "o", markersize=2 * RADIUS, color="white", alpha=0.85, markeredgewidth=0, zorder=5)
    columns = upright(weights)
    n = columns.shape[1]
    colors = [INK] * (n - 1) + [VERMILLION]
    length = np.hypot(*columns)
    long = length >= SHORT
    tails = np.zeros((2, n))
    if len(weights) == 1:  # all on one line: each a little above the next
        tails[1] = APART * (np.arange(n)[::-1] - (n - 1) / 2)
    at = ax.transData.inverted().transform(ax.transData.transform(center) + tails.T * scale)
    ax.quiver(
        at[long, 0],
        at[long, 1],
        columns[0, long],
        columns[1, long],
        color=[color for color, there in zip(colors, long, strict=True) if there],
        angles="uv",
        units="inches",
        scale_units="inches",
        scale=POINTS / UNIT,
        width=WIDTH / POINTS,
        headwidth=3.6,
        headlength=3.6,
        headaxislength=3.3,
        minlength=0,
        zorder=6,
    )
    for k in np.flatnonzero(~long):
        face = "white" if length[k] < ABSENT else colors[k]
        ax.plot(*at[k], "o", markersize=3.6, markerfacecolor=face, markeredgecolor=colors[k], zorder=7)
