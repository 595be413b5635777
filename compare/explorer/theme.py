"""How pictures of the explorer look on a light and on a dark page: ink, lines, axes, as plotly's plain dictionaries."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ...analytic.domain import nearest

Figure = dict[str, Any]  # {"data": […], "layout": {…}}: what plotly.js draws; its Python classes are slow to load
CLEAR = "rgba(0,0,0,0)"  # the page's own background shows through
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
SIZE = 13  # CSS pixels
IMPORTANCE_LABEL = "importance of the extra feature, r"  # as short as a narrow screen is
DENSITY_LABEL = "density, p = 1 − sparsity"
# Plain numbers on logarithmic axes: 0.01, not plotly's 10m.
TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


class Theme(NamedTuple):
    """Colors of a page that pictures take up: text, quieter text, grid lines, the page, and a panel on it."""

    ink: str
    soft: str
    rule: str
    page: str
    panel: str


THEMES = {
    "light": Theme("#1a1a1a", "#555555", "#d0d0d0", "#ffffff", "#f4f4f4"),
    "dark": Theme("#eaeaea", "#b0b0b0", "#4a4a4a", "#161616", "#222222"),
}


def theme_of(name: str) -> Theme:
    """Return a theme by its name.

    Raises
    ------
    ValueError
        If it is neither "light" nor "dark".
    """
    if name not in THEMES:
        raise ValueError(nearest("theme", name, THEMES))
    return THEMES[name]


def figure(theme: Theme, data: list[dict[str, Any]], title: str = "", **layout: Any) -> Figure:
    """Put traces on a clear background, in the page's font and ink."""
    frame: dict[str, Any] = {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": SIZE, "color": theme.ink},
        "margin": {"l": 58, "r": 12, "t": 40 if title else 12, "b": 46},
        "hoverlabel": {"bgcolor": theme.panel, "bordercolor": theme.rule, "font": {"color": theme.ink, "family": FONT}},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
    }
    if title:
        frame["title"] = {"text": title, "font": {"size": SIZE + 1}, "x": 0, "xref": "container", "xanchor": "left"}
    return {"data": data, "layout": frame | layout}


def axis(theme: Theme, title: str = "", **more: Any) -> dict[str, Any]:
    """Set up an axis with a frame, ticks outside, and no zero line."""
    plain = {
        "title": {"text": title, "standoff": 8, "font": {"size": SIZE}},
        "color": theme.ink,
        "gridcolor": theme.rule,
        "linecolor": theme.soft,
        "tickcolor": theme.soft,
        "showline": True,
        "mirror": True,
        "ticks": "outside",
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
    return plain | more


def log_axis(theme: Theme, title: str, low: float, high: float) -> dict[str, Any]:
    """Set up a logarithmic axis from low to high, with plain numbers on it; few of them where it is long."""
    ends = [math.log10(low), math.log10(high)]
    long = ends[1] - ends[0] > 3
    shown = [t for t in TICKS if low <= t <= high and (not long or f"{t:g}"[-1] not in "25")]
    return axis(
        theme,
        title,
        type="log",
        range=ends,
        tickmode="array" if shown else "auto",
        tickvals=shown,
        ticktext=[f"{t:g}" for t in shown],
        showgrid=False,
    )


def legend(theme: Theme, **more: Any) -> dict[str, Any]:
    """Set up a legend below the picture, in rows."""
    plain = {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "font": {"color": theme.ink, "size": SIZE - 1}}
    return plain | more


def message(theme: Theme, text: str) -> Figure:
    """Show a sentence in place of a picture that can't be drawn."""
    note = {"text": text, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    hidden = {"visible": False, "fixedrange": True}
    return figure(theme, [], annotations=[note], xaxis=hidden, yaxis=hidden)


def bar_above(theme: Theme, title: str, ticks: dict[int, str]) -> dict[str, Any]:
    """Set up a color bar above the picture, with words at its ticks."""
    return {
        "orientation": "h",
        "x": 0.5,
        "y": 1.0,
        "yanchor": "bottom",
        "len": 1.0,
        "thickness": 10,
        "outlinewidth": 0,
        "tickvals": [*ticks],
        "ticktext": [*ticks.values()],
        "tickfont": {"color": theme.ink, "size": SIZE - 2},
        "title": {"text": title, "side": "top", "font": {"color": theme.ink, "size": SIZE - 1}},
    }
