"""One model in four pictures: weights as arrows, WᵀW, biases, and the parts of the loss by output."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...analytic.decomposition import LossDecomposition
from ..figures.colors import BLUE, FEATURE_COLORS, PART_COLORS, VERMILLION, spoken
from .theme import Figure, Theme, axis, figure, legend

Array = NDArray[np.float64]
ROOM = 1.55  # beyond the longest arrow, for its name
SHORT = 1e-6  # a column without a direction
INVISIBLE = 0.04  # a column shorter than this share of the axes is drawn as a dot
LANE = 0.5  # between arrows that lie along one line
HEIGHT = 260  # CSS pixels of the smaller pictures
ROUNDED = 9  # decimals of a bias that is drawn: the rest is noise about 0
BAR = 0.55  # of the room of a feature


def feature_names(n_features: int) -> list[str]:
    """Name features by their numbers, from 0, the last as the extra one."""
    return [*map(str, range(n_features - 1)), f"{n_features - 1} (extra)"]


def arrows(weights: Array, theme: Theme) -> Figure:
    """Draw the columns of W from the origin: in a plane, or one above the other along a line."""
    m, n = weights.shape
    reach = ROOM * max(1.0, float(np.sqrt((weights**2).sum(axis=0)).max()))
    base = np.zeros((2, n))
    tips = weights.copy() if m == 2 else np.vstack([weights, np.zeros(n)])
    if m == 1:  # lanes, the first feature on top
        base[1] = LANE * ((n - 1) / 2 - np.arange(n))
        tips = tips + base * np.array([[0.0], [1.0]])
    names = [*map(str, range(n - 1)), "extra"]  # shorter than elsewhere: they stand beside the arrows
    marks = [_arrow(base[:, i], tips[:, i], FEATURE_COLORS[i], reach) for i in range(n)]
    words = [_name(base[:, i], tips[:, i], names[i], theme, flat=m == 1) for i in range(n)]
    half = reach if m == 2 else LANE * n / 2
    across = axis(theme, "hidden dimension 0", range=[-reach, reach], constrain="domain")
    plane, lane = {"scaleanchor": "x", "constrain": "domain"}, {"showticklabels": False, "ticks": "", "showgrid": False}
    drawn = [_circle(theme) if m == 2 else _origin(base, theme), _tips(tips, names)]
    return figure(
        theme,
        drawn,
        height=HEIGHT + 60 if m == 2 else HEIGHT - 60,
        annotations=[*(mark for mark in marks if mark), *words],
        xaxis=across,
        yaxis=axis(theme, "hidden dimension 1" if m == 2 else "", range=[-half, half], **(plane if m == 2 else lane)),
    )


def gram(weights: Array, theme: Theme) -> Figure:
    """Draw WᵀW with its numbers: the diagonal holds squared lengths, the rest is interference."""
    product = weights.T @ weights
    names = feature_names(product.shape[0])
    most = max(1.0, float(np.abs(product).max()))
    cells = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": product.tolist(),
        "zmin": -most,
        "zmax": most,
        "colorscale": [[0, BLUE], [0.5, "#ffffff"], [1, VERMILLION]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [[f"{round(value, 3) + 0.0:.3f}" for value in row] for row in product.tolist()],
        "texttemplate": "%{text}",
        "textfont": {"size": 14},
        "hovertemplate": "(WᵀW) of %{y} and %{x}: %{z:.6g}<extra></extra>",
    }
    plain = axis(theme, "feature", type="category", showgrid=False, constrain="domain")
    flipped = plain | {"autorange": "reversed", "scaleanchor": "x"}
    return figure(theme, [cells], height=HEIGHT, xaxis=plain, yaxis=flipped)


def biases(bias: Array, theme: Theme) -> Figure:
    """Draw one bar a feature."""
    n, bias = len(bias), bias.round(ROUNDED) + 0.0
    bars = {
        "type": "bar",
        "x": feature_names(n),
        "y": bias.tolist(),
        "width": BAR,
        "marker": {"color": list(FEATURE_COLORS[:n])},
        "text": [f"{value:.3f}" if value else "" for value in bias.tolist()],
        "textposition": "auto",
        "hovertemplate": "bias of %{x}: %{y:.6g}<extra></extra>",
    }
    low, high = min(0.0, float(bias.min())), max(0.0, float(bias.max()))
    room = 0.15 * max(high - low, 0.1)
    return figure(
        theme,
        [bars],
        height=HEIGHT,
        xaxis=axis(theme, "feature", type="category", showgrid=False),
        yaxis=axis(theme, "bias b", range=[low - (room if low < 0 else 0), high + room], zeroline=True),
    )


def loss_bars(parts: LossDecomposition, theme: Theme) -> Figure:
    """Stack the five parts of the loss, one bar an output; importance and probability are included."""
    names = feature_names(len(parts.benefit))
    bars = [
        {
            "type": "bar",
            "name": spoken(name),
            "x": names,
            "y": values.tolist(),
            "width": BAR,
            "marker": {"color": PART_COLORS[name], "line": {"color": theme.soft, "width": 0.5}},
            "hovertemplate": f"{spoken(name)} of %{{x}}: %{{y:.5g}}<extra></extra>",
        }
        for name, values in parts.parts().items()
    ]
    return figure(
        theme,
        bars,
        height=HEIGHT + 60,
        barmode="stack",
        showlegend=True,
        legend=legend(theme, y=-0.28, traceorder="normal"),
        xaxis=axis(theme, "output", type="category", showgrid=False),
        yaxis=axis(theme, "loss per input", rangemode="tozero", exponentformat="power"),
    )


def _arrow(start: Array, tip: Array, color: str, reach: float) -> dict[str, Any] | None:
    if np.hypot(*(tip - start)) < INVISIBLE * reach:
        return None
    ends = {"x": tip[0], "y": tip[1], "ax": start[0], "ay": start[1]}
    places = {name: float(value) for name, value in ends.items()}
    frame = {"xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "", "showarrow": True}
    return {**places, **frame, "arrowcolor": color, "arrowwidth": 3, "arrowhead": 2, "arrowsize": 0.9}


def _name(start: Array, tip: Array, name: str, theme: Theme, flat: bool) -> dict[str, Any]:
    """Write a feature's name: beyond the tip in a plane, above the arrow on a line."""
    along = tip - start
    length = float(np.hypot(*along))
    along = along / length if length > SHORT and not flat else np.array([0.0, 1.0])
    side = "center" if abs(along[0]) < 0.4 else "left" if along[0] > 0 else "right"
    place = {"x": float(tip[0]), "y": float(tip[1]), "xshift": 8 * float(along[0]), "yshift": 14 * float(along[1])}
    return {**place, "text": name, "xanchor": side, "showarrow": False, "font": {"color": theme.ink}}


def _tips(tips: Array, names: list[str]) -> dict[str, Any]:
    """Put dots at the tips: a column of length 0 is one, and hovering tells the numbers."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": tips[0].tolist(),
        "y": tips[1].tolist(),
        "text": names,
        "marker": {"size": 7, "color": list(FEATURE_COLORS[: len(names)])},
        "hovertemplate": "feature %{text}: (%{x:.5g}, %{y:.5g})<extra></extra>",
    }


def _circle(theme: Theme) -> dict[str, Any]:
    turn = np.linspace(0, 2 * np.pi, 73)
    line = {"color": theme.soft, "width": 1, "dash": "dot"}
    places = {"x": np.cos(turn).round(4).tolist(), "y": np.sin(turn).round(4).tolist()}
    return {"type": "scatter", "mode": "lines", **places, "line": line, "hoverinfo": "skip"}


def _origin(base: Array, theme: Theme) -> dict[str, Any]:
    line = {"color": theme.soft, "width": 1, "dash": "dot"}
    reach = float(np.abs(base[1]).max()) + LANE / 2
    return {"type": "scatter", "mode": "lines", "x": [0, 0], "y": [-reach, reach], "line": line, "hoverinfo": "skip"}
