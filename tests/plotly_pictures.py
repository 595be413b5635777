"""What every plotly picture of the explorer must be: plain finite data, drawn in a theme's own ink."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

Figure = dict[str, Any]


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def faults(figure: Figure, ink: str) -> list[str]:
    """List what plotly.js could not draw, or what would not show."""
    found = [] if set(figure) == {"data", "layout"} else [f"has {sorted(figure)}"]
    odd = {type(leaf).__name__ for leaf in leaves(figure)} - {"str", "int", "float", "bool", "NoneType"}
    found += [f"holds a {name}" for name in sorted(odd)]
    found += ["holds what is not finite"] * any(isinstance(x, float) and not math.isfinite(x) for x in leaves(figure))
    if figure["layout"]["font"]["color"] != ink:
        found.append("is not in the theme's ink")
    return found


def traces(figure: Figure, name: str) -> list[dict[str, Any]]:
    """Pick traces by name."""
    return [trace for trace in figure["data"] if trace.get("name") == name]
