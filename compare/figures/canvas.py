"""Axes for maps over importance and density: made without global state, logarithmic, with cells that meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from ..diagram import PhaseDiagram
from .colors import INK

Array = NDArray[np.float64]
SIZE = (5.2, 4.9)  # inches: fonts keep their size where the figure fills a column of a printed page
FONT, TITLE_FONT = 9, 10  # points
IMPORTANCE_LABEL = "relative importance of the extra feature, r"
DENSITY_LABEL = "feature density, p = 1 − sparsity"
LONE_CELL = 1.12  # half the width, as a factor, of a cell without neighbors
FEW_DECADES = 1.5  # an axis shorter than this also labels 2 and 5
NARROW = 3.5  # inches: axes narrower than this have room for two entries of a legend side by side
# markers take this share of a cell, in points: about 300 points along an axis
MARKER_POINTS = 180


def check_diagram(diagram: object, name: str = "diagram") -> PhaseDiagram:
    """Return a diagram as given.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if not isinstance(diagram, PhaseDiagram):
        kind = type(diagram).__name__
        raise TypeError(f"{name} must be a PhaseDiagram, got {name} of type {kind}; make one with phase_diagram")
    return diagram


def axes_on(ax: Axes | None, size: tuple[float, float] = SIZE) -> Axes:
    """Return the Axes given, or the one of a new Figure that no global state knows.

    Raises
    ------
    TypeError
        If `ax` is something else.
    """
    if ax is None:
        return Figure(figsize=size, layout="constrained").subplots()
    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, got ax of type {type(ax).__name__}; leave it out for a new one")
    return ax


def root_figure(ax: Axes) -> Figure:
    """Return the Figure that holds the Axes, however deep.

    Raises
    ------
    ValueError
        If the Axes were removed from it.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("ax must belong to a Figure, got one that was removed; leave it out for a new one")
    return figure


def cell_edges(centers: Array, largest: float = np.inf) -> Array:
    """Give the k + 1 edges of cells around k values: geometric midpoints, and as far beyond the ends as within.

    Nothing goes beyond `largest`: there is no density above 1, so the cells there are cut at it.
    """
    logs = np.log(centers)
    steps = np.diff(logs) if len(logs) > 1 else np.array([2 * np.log(LONE_CELL)])
    inner = logs[:-1] + steps / 2 if len(logs) > 1 else logs[:0]
    edges = np.concatenate([[logs[0] - steps[0] / 2], inner, [logs[-1] + steps[-1] / 2]])
    return np.asarray(np.minimum(np.exp(edges), largest))


def frame(ax: Axes, data: xr.Dataset | xr.DataArray) -> tuple[Array, Array]:
    """Set up logarithmic, labelled axes that end where the outer cells do; return the edges of both."""
    x = cell_edges(np.asarray(data.importance.values, dtype=float))
    y = cell_edges(np.asarray(data.density.values, dtype=float), 1.0)
    log_axis(ax, "x", x[0], x[-1], IMPORTANCE_LABEL)
    log_axis(ax, "y", y[0], y[-1], DENSITY_LABEL)
    return x, y


def log_axis(ax: Axes, name: str, low: float, high: float, label: str) -> None:
    """Make the x or the y axis logarithmic, with plain numbers on its ticks."""
    few = np.log10(high / low) < FEW_DECADES
    axis: Axis
    if name == "x":
        ax.set_xscale("log")
        ax.set_xlim(low, high)
        axis = ax.xaxis
    else:
        ax.set_yscale("log")
        ax.set_ylim(low, high)
        axis = ax.yaxis
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axis.set_minor_locator(NullLocator() if few else LogLocator(subs=(2.0, 5.0)))
    axis.set_minor_formatter(NullFormatter())
    axis.set_label_text(label, fontsize=FONT)
    axis.set_tick_params(which="both", labelsize=FONT)


def paint(ax: Axes, data: xr.Dataset | xr.DataArray, colors: Array, label: str) -> QuadMesh:
    """Fill the cells with colors, shape (density, importance, 3), and frame the axes."""
    x, y = frame(ax, data)
    mesh = ax.pcolormesh(x, y, colors, rasterized=True)
    mesh.set_gid(label)  # a name that no legend shows
    return mesh


def paint_names(ax: Axes, names: xr.DataArray, colors: Mapping[Any, str]) -> QuadMesh:
    """Fill each cell with the color of its name."""
    table = {str(name): to_rgb(color) for name, color in colors.items()}
    rgb = np.array([table[str(name)] for name in names.values.ravel()])
    return paint(ax, names, rgb.reshape(*names.shape, 3), str(names.name))


def mark_cells(ax: Axes, cells: xr.DataArray, marker: str, label: str) -> None:
    """Put a marker on every cell that is True, no larger than a cell; nothing where there is none."""
    row, column = np.nonzero(cells.transpose("density", "importance").values)
    if len(row):
        size = min(6.0, MARKER_POINTS / max(cells.shape))
        ax.plot(
            cells.importance.values[column],
            cells.density.values[row],
            marker,
            color=INK,
            markersize=size,
            fillstyle="none",
            label=label,
        )


def patches(colors: Mapping[Any, str], labels: Iterable[str]) -> list[Any]:
    """Make one legend entry for each color."""
    pairs = zip(colors.values(), labels, strict=True)
    return [Patch(facecolor=color, edgecolor=INK, linewidth=0.5, label=label) for color, label in pairs]


def legend_below(ax: Axes, handles: Iterable[Any]) -> None:
    """Put the legend below the axes, where it hides no cell, in as many columns as their width has room for."""
    columns = 3 if ax.get_position().width * root_figure(ax).get_figwidth() > NARROW else 2
    ax.legend(
        handles=list(handles),
        loc="upper center",
        bbox_to_anchor=(0.45, -0.13),
        ncols=columns,
        fontsize=FONT,
        frameon=False,
        columnspacing=1.2,
    )
