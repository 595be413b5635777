"""Basins: the share of trained models in the optimum's phase, as maps, and the phases along a cut with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis, paint
from .colors import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION, spoken

if TYPE_CHECKING:
    from ..training.basins import Basins, PhaseBasins

SIZE = (12.4, 5.4)  # inches
REACHED = LinearSegmentedColormap.from_list("reached", [VERMILLION, "#f7f7f7", BLUE])  # never, half, always
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
    """Draw two maps, of training on samples and without noise, and the phases reached along the cut.

    Parameters
    ----------
    found : PhaseBasins

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots(1, 3, width_ratios=(1, 1, 1.25))
    for ax, kind in zip(axes, STYLES, strict=False):
        share_map(ax, found.map, kind)
    axes[1].set_ylabel("")
    bar = figure.colorbar(
        ScalarMappable(Normalize(0, 1), REACHED), ax=list(axes[:2]), location="bottom", aspect=40, shrink=0.7
    )
    bar.set_label("share of models in the optimum's phase", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    cut_lines(axes[2], found)
    n = found.n_features
    figure.suptitle(f"{n} features in {n - 1}: what training reaches from random weights", fontsize=TITLE_FONT + 1)
    return figure


def share_map(ax: Axes, basins: Basins, kind: str) -> None:
    """Color each cell by the share of its models that are in the optimum's phase."""
    coords = {"density": basins.density, "importance": basins.importance}
    share = xr.DataArray(basins.reached(kind) / basins.total, coords, ("density", "importance"))
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
