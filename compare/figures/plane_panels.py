"""Columns of W in the plane, one small panel a model: the optimum above, what training reached below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .canvas import FONT, TITLE_FONT
from .colors import FEATURE_COLORS, INK, KIND_TITLES

if TYPE_CHECKING:
    from ...analytic.solution import Solution
    from ..paper.panels import Panels

Array = NDArray[np.float64]
PANEL = 1.75  # inches, each side
LEFT, TOP, BOTTOM = 0.45, 0.62, 0.3  # inches around the panels
RING = "#cccccc"
REACH = 1.5  # the unit circle is drawn, and shorter arrows keep their scale from panel to panel
SMALL = 0.04  # columns shorter than this are one dot
MERGED = 0.12  # tips nearer to each other than this share one label
CHARACTER, HEIGHT = 0.06, 0.1  # half of the room that a label takes: of each of its characters, and upright
CLEAR = 0.06  # between a label, arrows and other labels
TURNS = np.radians([0, 20, -20, 40, -40, 60, -60, 80, -80, 100, -100, 125, -125, 150, -150])


def plane_panels(panels: Panels) -> Figure:
    """Draw models of two hidden dimensions, one column a problem, all panels to one scale.

    Each model is turned, and mirrored if need be, so that its longest lowest-numbered feature points right and the
    next one up: the loss does not change. Members of a group share a color; independent features have their own.

    Parameters
    ----------
    panels : Panels
        Of models with 2 hidden dimensions.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ValueError
        If a model has another number of hidden dimensions.
    """
    rows = [row for row in (panels.optimum, panels.trained) if row]
    width, height = LEFT + PANEL * len(panels.labels), TOP + BOTTOM + (PANEL + 0.2) * len(rows)
    figure = Figure(figsize=(max(width, 4.2), height), layout="constrained")
    axes = np.atleast_2d(figure.subplots(len(rows), len(panels.labels), squeeze=False))
    reach = max([REACH, *(1.32 * float(np.sqrt((s.weights**2).sum(axis=0)).max()) for row in rows for s in row)])
    for place, row in enumerate(rows):
        for ax, solution in zip(axes[place], row, strict=True):
            plane(ax, solution, reach)
            ax.set_xlabel(
                f"loss {float(solution.loss):.4g}" if float(solution.loss) > 1e-12 else "loss 0", fontsize=FONT
            )
        axes[place, 0].set_ylabel(str(KIND_TITLES[row[0].kind]).partition(":")[0], fontsize=TITLE_FONT)
    for ax, label in zip(axes[0], panels.labels, strict=True):
        ax.set_title(label, fontsize=TITLE_FONT)
    figure.suptitle(panels.title, fontsize=TITLE_FONT + 1)
    return figure


def plane(ax: Axes, solution: Solution, reach: float) -> None:
    """Draw one model's columns as arrows from the origin, over the unit circle."""
    if solution.weights.shape[0] != 2:
        raise ValueError(
            f"models must have 2 hidden dimensions to be drawn in the plane, got {solution.weights.shape[0]}"
        )
    columns = upright(solution.weights)
    turn = np.linspace(0, 2 * np.pi, 100)
    ax.plot(np.cos(turn), np.sin(turn), color=RING, linewidth=0.7, zorder=0)
    colors = _colors(solution)
    lengths = np.hypot(*columns)
    for i in np.argsort(-lengths):
        if lengths[i] >= SMALL:
            arrow = {"arrowstyle": "-|>", "color": colors[i], "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", xy=tuple(columns[:, i]), xytext=(0.0, 0.0), arrowprops=arrow, zorder=2)
    dropped = [i for i in range(len(lengths)) if lengths[i] < SMALL]
    if dropped:
        ax.plot([0], [0], "o", color=INK, markersize=3.5, zorder=3)
        ax.text(0.02, 0.02, "dropped: " + " ".join(map(str, dropped)), transform=ax.transAxes, fontsize=FONT - 1.5)
    _number(ax, columns, lengths, reach)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_color(RING)


def upright(weights: Array) -> Array:
    """Turn columns, shape (2, n), so that the first one represented points right, and the next off its line up."""
    lengths = np.hypot(*weights)
    there = np.nonzero(lengths >= max(0.5 * lengths.max(), SMALL))[0]
    if not len(there):
        return weights
    cos, sin = weights[:, there[0]] / lengths[there[0]]
    turned = np.array([[cos, sin], [-sin, cos]]) @ weights
    off = [i for i in there if abs(turned[1, i]) > 0.1]
    return turned * np.array([[1.0], [-1.0]]) if off and turned[1, off[0]] < 0 else turned


def _colors(solution: Solution) -> list[str]:
    n = solution.problem.n_features
    groups = tuple(getattr(solution.problem.support, "groups", ())) or tuple((i,) for i in range(n))
    color = {i: FEATURE_COLORS[k % len(FEATURE_COLORS)] for k, group in enumerate(groups) for i in group}
    return [color[i] for i in range(n)]


def _number(ax: Axes, columns: Array, lengths: Array, reach: float) -> None:
    """Write features' numbers beside their tips, clear of arrows and of each other; tips in one place share a label."""
    shown = [int(i) for i in np.argsort(-lengths, kind="stable") if lengths[i] >= SMALL]
    along = np.linspace(0, 1, 60)
    taken = np.concatenate([np.outer(along, columns[:, i]) for i in shown] or [np.empty((0, 2))])
    while shown:
        tip = columns[:, shown[0]]
        here = [i for i in shown if np.hypot(*(columns[:, i] - tip)) < MERGED]
        shown = [i for i in shown if i not in here]
        text = ", ".join(map(str, sorted(here)))
        half = np.array([CHARACTER * len(text), HEIGHT])
        place = _beside(tip, half, taken, reach)
        taken = np.concatenate([taken, place + half * np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)])])
        ax.text(place[0], place[1], text, ha="center", va="center", fontsize=FONT, color=INK)


def _beside(tip: Array, half: Array, taken: Array, reach: float) -> Array:
    """Return where a label of this half size stands: straight beyond the tip, or turned away as far as it must be."""
    angles = np.arctan2(tip[1], tip[0]) + TURNS
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places = tip + ways * (CLEAR + (np.abs(ways) * half).sum(axis=1))[:, None]
    gaps = np.hypot(*np.moveaxis(np.maximum(np.abs(places[:, None] - taken) - half, 0), -1, 0)).min(axis=1)
    free = np.minimum(gaps, (reach - np.abs(places) - half).min(axis=1))
    best: Array = places[np.argmax(free >= min(0.9 * CLEAR, free.max()))]
    return best
