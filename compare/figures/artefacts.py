"""Maps of how many instances reach the optimum's loss, one an artefact, with the trained edge beside the optimum's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from ..training.edges import shift
from .canvas import FONT, TITLE_FONT, paint
from .colors import INK, VERMILLION

if TYPE_CHECKING:
    from ..training.artefacts import Artefacts

PANEL = (2.9, 2.5)  # inches
COLUMNS = 3
DARKEST = 0.75  # of the color map: lines must stand out on the darkest cells
SHADES = ListedColormap(colormaps["Blues"](np.linspace(0, DARKEST, 256)), "shares")


def artefacts(found: Artefacts) -> Figure:
    """Draw a map for each artefact.

    Parameters
    ----------
    found : Artefacts

    Returns
    -------
    matplotlib Figure
    """
    names = list(found.models)
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(PANEL[0] * columns + 0.6, PANEL[1] * rows + 0.5), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for ax, name in zip(panels.flat, names, strict=False):
        _panel(ax, found, name)
    for ax in panels.flat[len(names) :]:
        ax.set_visible(False)
    for ax in panels.flat:
        ax.label_outer()
    bar = figure.colorbar(ScalarMappable(Normalize(0, 1), SHADES), ax=panels, shrink=0.6)
    bar.set_label("share of instances within 1 % of the optimum's loss", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=FONT)
    return figure


def _panel(ax: Axes, found: Artefacts, name: str) -> None:
    coordinates = {"density": found.densities, "importance": found.importances}
    shares = xr.DataArray(found.shares(name), coordinates, ("density", "importance"), "share")
    paint(ax, shares, SHADES(shares.values)[..., :3], "share")
    ax.set_xlabel("importance r", fontsize=FONT)
    ax.set_ylabel("density p", fontsize=FONT)
    there = ~np.isnan(found.optimum_edge)
    label = "from here on the optimum represents the extra feature"
    ax.plot(found.optimum_edge[there], found.densities[there], "-o", color=INK, ms=3, lw=1.2, label=label)
    edge = found.edge[name]
    low, high = found.importances[0], found.importances[-1]
    half = [(p, e) for p, e in zip(found.densities, edge, strict=True) if e.importance is not None]
    middles = np.array([e.importance or np.nan for _, e in half])
    ends = np.array([[e.low or low, e.high or high] for _, e in half]).reshape(-1, 2)
    bars = np.maximum(np.abs(ends.T - middles), 0)
    mark: dict[str, Any] = {"color": VERMILLION, "fmt": "s", "ms": 4, "lw": 1, "mfc": "white"}
    label = "from here on half of the trained models do (bars: 95 %)"
    ax.errorbar(middles, [p for p, _ in half], xerr=bars, label=label, **mark)
    moved = shift(edge, found.optimum_edge)
    words = f"{moved.median:+.2f} decades" if moved.n_densities else "no edge"
    ax.set_title(f"{name}: {words}", fontsize=TITLE_FONT)
