"""Where all three features share the plane, and how much loss that saves.

Where all three features of (3,2) share the plane at the optimum, and how much loss that saves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import toytoy as tt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator
from numpy.typing import NDArray
from paper_lines import paper_lines
from toytoy.compare.figures.traced import draw_lines

Array = NDArray[np.float64]
N_DENSITIES, N_IMPORTANCES = 70, 90
WINDOW = ((0.52, 1.6), (0.48, 1.0))  # of r and p: the triangle's region with some room
NAMES = {"extra dropped": (0.60, 0.80), "extra in a pair": (0.8, 0.508), "extra alone,\nothers in a pair": (1.37, 0.80)}
LEVELS = {"pairs": (0.01, 0.03, 0.05), "published": (0.04, 0.08, 0.12)}
# where contours are labelled, nearest to these places
LABELS = {"pairs": ((1.24, 0.62), (1.13, 0.66), (1.05, 0.66)), "published": ((1.1, 0.71), (1.05, 0.65), (1.05, 0.61))}


class Gains(NamedTuple):
    """Loss of the optimum below that of the best of other models, relatively, shape (densities, importances).

    `pairs`: of all models whose features share dimensions in pairs at most; `published`: of the frozen matrices.
    """

    density: Array
    importance: Array
    pairs: Array
    published: Array
    phase: NDArray[np.str_]


def gains(density: Array, importance: Array) -> Gains:
    """Compute the gains over a grid.

    Without three that share, one pair does, which is the smaller toy, and the third feature is alone and free; or
    dropped, which the smaller toy's optimum holds as well. So it is a minimum over which two make the pair.
    """
    toys = [
        tt.phase_diagram(n, n - 1, density=density, importance=importance, method=method).data
        for n, method in ((3, "optimum"), (2, "optimum"), (3, "ansatz"))
    ]
    best, pair, published = (data.loss.values for data in toys)
    others = [least_pair(float(p)) for p in density]  # the two features of importance 1
    pairs = np.minimum(pair, np.array(others)[:, None])
    return Gains(density, importance, 1 - best / pairs, 1 - best / published, toys[0].phase.values)


def least_pair(density: float) -> float:
    """Find the least loss of two equally important features in one dimension."""
    return float(tt.minimize(tt.Problem.toy(2, density=density), tt.Multistart(n_starts=12, seed=0)).loss)


def outline() -> Array:
    """Chain the lines that have the triangle on one side only, from density 1 back to it; shape (points, 2)."""
    rest = [
        np.column_stack([line.importance, line.density])
        for line in paper_lines(3)
        if sum(name.startswith("triangle") for name in line.between) == 1
    ]
    rest = [line if line[0, 1] > line[-1, 1] else line[::-1] for line in rest]
    chain = rest.pop(int(np.argmin([line[0, 0] - line[0, 1] for line in rest])))  # the left one that starts at p = 1
    while rest:
        gaps = [[np.abs(line[end] - chain[-1]).sum() for end in (0, -1)] for line in rest]
        k, end = np.unravel_index(int(np.argmin(gaps)), (len(rest), 2))
        line = rest.pop(int(k))
        chain = np.concatenate([chain, line[::-1] if end else line])
    return chain


def draw(ax: Axes, found: Gains, name: str, title: str) -> None:
    """Draw one map of gains, cut where the optimum's lines are."""
    values = getattr(found, name)
    inside = PathPatch(Path(outline()), transform=ax.transData, visible=False)
    ax.add_patch(inside)
    top = float(values[found.phase == tt.Phase.TRIANGLE].max())
    grid = found.importance, found.density, values
    mesh = ax.pcolormesh(*grid, cmap="YlGn", vmin=0, vmax=top, shading="gouraud", rasterized=True, zorder=0)
    drawn = ax.contour(*grid, levels=LEVELS[name], colors="0.25", linewidths=0.7, zorder=1)
    for artist in (mesh, drawn):
        artist.set_clip_path(inside)
    halo: list[AbstractPathEffect] = [withStroke(linewidth=2, foreground="white", alpha=0.8)]
    for text in ax.clabel(drawn, fmt=lambda level: f"{level:.0%}", fontsize=8, manual=LABELS[name]):
        text.set_path_effects(halo)
    ax.set(xscale="log", xlim=WINDOW[0], ylim=WINDOW[1], title=title)
    draw_lines(ax, paper_lines(3), ansatz=name == "published")
    for text, place in NAMES.items():
        ax.text(*place, text, ha="center", va="center", fontsize=9, color="0.3", path_effects=halo, zorder=5)
    ax.xaxis.set_major_locator(FixedLocator([0.6, 0.8, 1.0, 1.2, 1.4]))
    ax.xaxis.set_major_formatter(FormatStrFormatter("%.1f"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.figure.colorbar(mesh, ax=ax, format=lambda share, _: f"{share:.0%}", shrink=0.8, pad=0.02)


def figure() -> Figure:
    """Draw what the triangle saves, against pairs, and against the published models."""
    found = gains(np.linspace(*WINDOW[1], N_DENSITIES), np.geomspace(*WINDOW[0], N_IMPORTANCES))
    fig = Figure(figsize=(10.5, 4.6), layout="constrained")
    left, right = fig.subplots(1, 2, sharey=True)
    draw(left, found, "pairs", "loss saved against the best model of pairs")
    draw(right, found, "published", "loss saved against the published ansatz")
    left.set_ylabel("feature density p")
    fig.supxlabel("relative importance of the extra feature, r", fontsize=10)
    return fig
