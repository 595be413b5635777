"""What is drawn over a map: traced lines, special points, the cell that is chosen, keys for the legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..figures.colors import INK, spoken
from .theme import Theme

Trace = dict[str, Any]
WHITE, QUIET = "#ffffff", "#5f5f5f"
HALO = 2.4  # pixels around a line, so that it stands out on dark cells
MARKERS = {
    "triple": "triangle-up",
    "tricritical": "diamond",
    "critical": "circle",
    "critical_end": "square",
    "extreme": "cross",
    "lost": "x",
}  # what is met at the window's border is no special point of the toy


class Style(NamedTuple):
    """How lines of one kind look, and what the legend calls them; as `figures.traced`, on a screen."""

    label: str
    color: str
    halo: str
    width: float  # pixels
    dash: str


JUMP = Style("jump", INK, WHITE, 2.0, "solid")
CONTINUOUS = Style("continuous onset", INK, WHITE, 2.0, "6px,4px")
UNRESOLVED = Style("unresolved", QUIET, WHITE, 1.6, "2px,2px")
METASTABLE = Style("metastable", QUIET, WHITE, 1.2, "1px,3px")
ANSATZ = Style("published ansatz", WHITE, "#808080", 1.6, "solid")


def style_of(line: Mapping[str, Any]) -> Style:
    """Choose a line's style by its status, and by its order where that is known."""
    quiet = {"unresolved": UNRESOLVED, "metastable": METASTABLE, "guess": METASTABLE}
    return quiet.get(line["status"]) or (CONTINUOUS if line["order"] == "continuous" else JUMP)


def line_traces(lines: Mapping[str, Any] | None, theme: Theme) -> list[Trace]:
    """Draw the ansatz' lines, and the optimum's over them: for each style a halo, the line, and a key in the legend."""
    if lines is None:
        return []
    groups: dict[Style, list[Mapping[str, Any]]] = {ANSATZ: list(lines["ansatz"])}
    for line in lines["lines"]:
        groups.setdefault(style_of(line), []).append(line)
    return [trace for style, group in groups.items() if group for trace in _stroked(group, style, theme)]


def _stroked(lines: Iterable[Mapping[str, Any]], style: Style, theme: Theme) -> list[Trace]:
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        x += [*line["importance"], None]  # plotly lifts the pen at None
        y += [*line["density"], None]
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "legendgroup": style.label, "name": style.label}
    around = {"color": style.halo, "width": style.width + HALO, "dash": style.dash}
    shown = {"color": style.color, "width": style.width, "dash": style.dash}
    keyed = {**shown, "color": {INK: theme.ink, WHITE: style.halo}.get(style.color, theme.soft)}
    drawn = {**plain, "x": x[:-1], "y": y[:-1], "showlegend": False}
    key_of = {**plain, "x": [None], "y": [None], "line": keyed}
    return [{**drawn, "line": around, "opacity": 0.8}, {**drawn, "line": shown}, key_of]


def point_traces(lines: Mapping[str, Any] | None) -> list[Trace]:
    """Draw the special points, one trace a kind; hovering tells what meets there, and where."""
    traces = []
    for kind, symbol in MARKERS.items():
        points = [point for point in (lines or {}).get("points", ()) if point["kind"] == kind]
        if points:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": f"{spoken(kind)} point",
                    "x": [point["importance"] for point in points],
                    "y": [point["density"] for point in points],
                    "text": [point_text(point) for point in points],
                    "hovertemplate": "%{text}<extra></extra>",
                    "marker": {"symbol": symbol, "size": 9, "color": WHITE, "line": {"color": INK, "width": 1.5}},
                }
            )
    return traces


def point_text(point: Mapping[str, Any]) -> str:
    """Say what a special point is, where it lies, and how well that is known."""
    where = f"p = {point['density']:.6g}, r = {point['importance']:.6g}"
    unresolved = " (unresolved)" if point["status"] == "unresolved" else ""
    return f"{spoken(point['name'])}{unresolved}<br>{where}"


def cell_traces(density: float, importance: float) -> list[Trace]:
    """Ring the chosen cell, in white around ink, to be seen on every color."""
    rings = ((16, WHITE, 5.0), (16, INK, 2.0))
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [importance],
            "y": [density],
            "hoverinfo": "skip",
            "showlegend": False,
            "name": "chosen cell",
            "marker": {"symbol": "circle-open", "size": size, "color": color, "line": {"width": width}},
        }
        for size, color, width in rings
    ]


def key(label: str, color: str, symbol: str = "square") -> Trace:
    """Make an entry of the legend without anything drawn."""
    marker = {"symbol": symbol, "size": 11, "color": color, "line": {"color": QUIET, "width": 1}}
    return {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "name": label, "marker": marker}
