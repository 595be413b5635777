"""Basins: shares of trained models in the optimum's phase and in each, over the diagram and along a cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray

from ..proportions import wilson
from .canvas import FONT, TITLE_FONT, log_axis, paint
from .colors import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION, spoken

if TYPE_CHECKING:
    from ..training.basins import Basins, PhaseBasins

SIZE = (12.4, 9.6)  # inches
HEIGHTS = (5.2, 4.4)
REACHED = LinearSegmentedColormap.from_list("reached", [VERMILLION, "#f7f7f7", BLUE])  # never, half, always
SHARES = LinearSegmentedColormap.from_list("shares", ["#f7f7f7", BLUE])
LINES = {
    "not_represented": INK,
    "antipodal": ORANGE,
    "dedicated": BLUE,
    "antipodal_others": SKY,
    "triangle": GREEN,
    "aligned": PURPLE,
    "mixed": VERMILLION,
}
STYLES = {"sampled": "-", "noise_free": (0, (4, 2))}
RARE = 0.02  # of models: a phase that never has more is left out of the cut


def basin_maps(found: PhaseBasins) -> Figure:
    """Draw how often the optimum's phase is reached, the phases along the cut, and below a map of each phase.

    Parameters
    ----------
    found : PhaseBasins

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=HEIGHTS, squeeze=False)[:, 0]
    axes = above.subplots(1, 3, width_ratios=(1, 1, 1.25))
    for ax, kind in zip(axes, STYLES, strict=False):
        share_map(ax, found.map, kind)
    axes[1].set_ylabel("")
    _bar(above, list(axes[:2]), REACHED, "share of models in the optimum's phase")
    cut_lines(axes[2], found)
    phase_maps(below, found.map)
    n = found.n_features
    figure.suptitle(f"{n} features in {n - 1}: what training reaches from random weights", fontsize=TITLE_FONT + 1)
    return figure


def phase_maps(figure: SubFigure, basins: Basins) -> None:
    """Draw the share of each phase over the diagram, sampled above noise-free, with what the intervals are."""
    names = [name for name in basins.phases if max(basins.share(kind, name).max() for kind in STYLES) >= RARE]
    axes = figure.subplots(len(STYLES), len(names), sharex=True, sharey=True, squeeze=False)
    for row, kind in zip(axes, STYLES, strict=True):
        for ax, name in zip(row, names, strict=True):
            share = _array(basins, basins.share(kind, name))
            paint(ax, share, np.asarray(SHARES(share.values))[..., :3], name)
            ax.set_xlabel("importance r", fontsize=FONT)
            ax.set_ylabel(f"{spoken(kind)}: density p", fontsize=FONT)
            ax.label_outer()
    for ax, name in zip(axes[0], names, strict=True):
        ax.set_title(spoken(name), fontsize=TITLE_FONT)
    total = basins.total
    counts = {0: "none", total // 2: str(total // 2), total: "all"}
    ends = [
        f"{word} of {total}: {100 * low:.0f} … {100 * high:.0f} %"
        for word, (low, high) in zip(counts.values(), wilson(list(counts), total), strict=True)
    ]
    _bar(figure, list(axes.flat), SHARES, f"share of models in the phase;  95 %, {',  '.join(ends)}")


def _bar(figure: SubFigure, axes: list[Axes], colors: LinearSegmentedColormap, label: str) -> None:
    bar = figure.colorbar(ScalarMappable(Normalize(0, 1), colors), ax=axes, location="bottom", aspect=40, shrink=0.7)
    bar.set_label(label, fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)


def _array(basins: Basins, values: NDArray[np.float64]) -> xr.DataArray:
    return xr.DataArray(values, {"density": basins.density, "importance": basins.importance}, ("density", "importance"))


def share_map(ax: Axes, basins: Basins, kind: str) -> None:
    """Color each cell by the share of its models that are in the optimum's phase."""
    share = _array(basins, basins.reached(kind) / basins.total)
    paint(ax, share, np.asarray(REACHED(share.values))[..., :3], kind)
    ax.set_title(f"{spoken(kind)}, {basins.total} models a cell", fontsize=TITLE_FONT)


def cut_lines(ax: Axes, found: PhaseBasins) -> None:
    """Draw the share of each phase along the cut, in bands of Wilson's intervals, and where minima end."""
    cut = found.cut
    for kind, style in STYLES.items():
        for name in cut.phases:
            share, band = cut.share(kind, name)[0], cut.interval(kind, name)[0]
            if share.max() < RARE:
                continue
            label = f"{spoken(name)}, {spoken(kind)}"
            ax.plot(cut.importance, share, color=LINES[name], ls=style, lw=1.5, label=label)
            if kind == "sampled":
                ax.fill_between(cut.importance, *band.T, color=LINES[name], alpha=0.2, lw=0)
    for name, place in found.marks.items():
        ax.axvline(place, color=INK, lw=0.7, ls=":")
        ax.annotate(name, (place, 0.99), fontsize=FONT - 1, ha="right", va="top", rotation=90)
    log_axis(ax, "x", cut.importance[0], cut.importance[-1], "relative importance of the extra feature, r")
    ax.set_ylim(-0.02, 1.02)
    ax.set_ylabel("share of models, with 95 % intervals", fontsize=FONT)
    ax.tick_params(labelsize=FONT)
    ax.set_title(f"cut at p = {cut.density[0]:g}, {cut.total} models a point", fontsize=TITLE_FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
