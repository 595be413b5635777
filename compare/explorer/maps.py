"""The map: a phase diagram of ansatz, optimum or trained models, or one's distance to the optimum, for plotly.js."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.domain import DENSITY, nearest
from ..diagram import PhaseDiagram
from ..figures.colors import PHASE_COLORS, REGIME_COLORS, spoken
from .difference_map import difference_traces
from .differences import difference
from .heat import HOVER, heat_cells
from .overlays import cell_traces, key, line_traces, point_traces
from .places import cell_edges, checked_place
from .state import MAPS
from .theme import DENSITY_LABEL, IMPORTANCE_LABEL, Figure, Theme, figure, legend, log_axis, message, theme_of

NEAR = 2  # pixels: what is drawn over cells tells of itself where it is, and not for the cells around it
COLORS: dict[str, dict[str, str]] = {
    "regime": {str(name): color for name, color in REGIME_COLORS.items()},
    "phase": {str(name): color for name, color in PHASE_COLORS.items()},
}


def map_figure(
    what: str,
    diagrams: Mapping[str, PhaseDiagram],
    lines: Mapping[str, Any] | None = None,
    *,
    cell: tuple[float, float] | None = None,
    of: str = "regime",
    theme: str = "light",
) -> Figure:
    """Draw a map over importance (to the right) and density (upwards), both logarithmic.

    Every cell of it carries, as `customdata`, its density, importance and loss: what a click gives the page.

    Parameters
    ----------
    what : {"ansatz", "optimum", "trained", "ansatz-optimum", "trained-optimum"}
    diagrams : mapping
        By the names "ansatz", "optimum", "trained", as `shipped` returns; those that `what` names must be there.
    lines : mapping, optional
        As `shipped_lines` returns: boundaries and special points to be drawn.
    cell : (float, float), optional
        Density and importance of the chosen cell.
    of : {"regime", "phase"}
        What colors stand for, except in a difference.
    theme : {"light", "dark"}

    Returns
    -------
    dict
        A plotly figure. Where two diagrams can't be subtracted it says so in place of the map.

    Raises
    ------
    TypeError, ValueError
        If a name is unknown, a diagram is missing, or the cell is out of range.

    Examples
    --------
    >>> from toytoy.compare.explorer.maps import map_figure
    >>> from toytoy.compare.explorer.shipped import shipped, shipped_lines
    >>> picture = map_figure("optimum", shipped(2), shipped_lines(2), cell=(0.2, 0.6))
    >>> picture["data"][0]["type"]
    'heatmap'
    """
    look = theme_of(theme)
    if what not in MAPS:
        raise ValueError(nearest("what", what, MAPS))
    if of not in COLORS:
        raise ValueError(nearest("of", of, COLORS))
    for name in what.split("-"):
        if name not in diagrams:
            raise ValueError(f"diagrams must hold {name!r} to draw {what!r}, got {', '.join(diagrams) or 'none'}")
    chosen = cell_traces(*checked_place(*cell)) if cell else []
    drawn = [diagrams[name] for name in what.split("-")]
    if len(drawn) == 1:
        traces, densities, importances = name_traces(drawn[0], of), drawn[0].densities, drawn[0].importances
    else:
        try:
            gap = difference(*drawn)
        except ValueError as error:
            return message(look, str(error))
        traces, densities, importances = difference_traces(gap, look), gap.density, gap.importance
    over = [*line_traces(lines, look), *point_traces(lines), *chosen]
    return _framed(look, [*traces, *over], importances, densities)


def name_traces(diagram: PhaseDiagram, of: str) -> list[dict[str, Any]]:
    """Color the cells by the extra feature's regime or phase, with an entry of the legend for each that is met."""
    colors, names = COLORS[of], diagram.data[of].values
    met = [name for name in colors if (names == name).any()]
    codes = np.searchsorted(np.sort(met), names)
    steps = [(colors[name], k / len(met), (k + 1) / len(met)) for k, name in enumerate(sorted(met))]
    cells = heat_cells(
        diagram.densities,
        diagram.importances,
        codes,
        diagram.data.loss.values,
        zmin=-0.5,
        zmax=len(met) - 0.5,
        colorscale=[[end, color] for color, low, high in steps for end in (low, high)],
        showscale=False,
        text=_words(diagram).tolist(),
        hovertemplate=HOVER + "<br>%{text}<br>loss %{customdata[2]:.5g}<extra></extra>",
    )
    return [cells, *(key(spoken(name), colors[name]) for name in met)]


def _words(diagram: PhaseDiagram) -> NDArray[np.object_]:
    """Say each cell's regime, and its phase where that is another word."""
    regime, phase = diagram.data.regime.values, diagram.data.phase.values
    table = {
        (a, b): spoken(a) if a == b else f"{spoken(a)}: {spoken(b)}"
        for a, b in {*zip(regime.ravel().tolist(), phase.ravel().tolist(), strict=True)}
    }
    said = [table[pair] for pair in zip(regime.ravel().tolist(), phase.ravel().tolist(), strict=True)]
    return np.array(said, dtype=object).reshape(regime.shape)


def _framed(
    theme: Theme, traces: list[dict[str, Any]], importances: NDArray[np.float64], densities: NDArray[np.float64]
) -> Figure:
    x, y = cell_edges(importances), cell_edges(densities, DENSITY.high)
    return figure(
        theme,
        traces,
        showlegend=True,
        legend=legend(theme),
        hoverdistance=NEAR,
        xaxis=log_axis(theme, IMPORTANCE_LABEL, float(x[0]), float(x[-1])),
        yaxis=log_axis(theme, DENSITY_LABEL, float(y[0]), float(y[-1])),
    )
