"""How the page moves: a link arrives, a control changes, the map is clicked; each gives the next state, or a reason."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import numpy as np

from .atlas import Atlas
from .state import SIZES, State, read

NOTCHES = 240  # of a slider, along a logarithmic axis; an arrow key moves by one
AXES = {"p": "density", "r": "importance"}
CHOICES = ("size", "map", "color", "theme")  # controls whose values are those of a link
PATHS = {"less": -1, "more": 1}


def notch(value: float, ends: tuple[float, float]) -> int:
    """Place a value on its slider, whose two ends are given."""
    low, high = map(math.log, ends)
    return round((math.log(value) - low) / (high - low) * NOTCHES)


def at_notch(place: object, ends: tuple[float, float]) -> float:
    """Read a slider; both its ends are exact, and whatever is no number is its low end."""
    try:
        share = min(max(float(place) / NOTCHES, 0.0), 1.0)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        share = 0.0
    share = share if math.isfinite(share) else 0.0
    return {0.0: ends[0], 1.0: ends[1]}.get(share, float(ends[0] ** (1 - share) * ends[1] ** share))


def move(atlas: Atlas, query: object, control: str, values: Mapping[str, object]) -> tuple[State, tuple[str, ...]]:
    """Return the next state, and what was not taken of it.

    Parameters
    ----------
    atlas : Atlas
    query : object
        The link of the present state; like everything here it comes from outside, and may be anything.
    control : str
        What changed: "arrived" (a link), "size", "map", "color", "theme", "p-text", "p-slide", "p-less", "p-more", the
        same of r, or "clicked" (a place of the map).
    values : mapping
        Of every control, by its name.
    """
    start = atlas.start
    state, _ = read(_text(query), start, atlas.window)
    if control == "arrived":
        return read(_text(values.get("arrived")), start, atlas.window)
    if control in CHOICES:
        return _changed(atlas, state, control, _text(values.get(control)))
    if control == "clicked":
        return _clicked(atlas, state, values.get("clicked")), ()
    axis, _, how = control.partition("-")
    if axis not in AXES:
        return state, ()
    if how == "text":
        return _changed(atlas, state, axis, _text(values.get(control)).strip())
    window = atlas.window(state.n_features)
    ends = getattr(window, AXES[axis])
    value = at_notch(values.get(control), ends) if how == "slide" else _stepped(atlas, state, axis, PATHS.get(how, 0))
    return state.moved(**{**_place(state), AXES[axis]: value}, window=window), ()


def controls(atlas: Atlas, state: State) -> dict[str, Any]:
    """Give the value of every control that stands for a state."""
    window = atlas.window(state.n_features)
    return {
        "p-text": f"{state.density:g}",
        "r-text": f"{state.importance:g}",
        "p-slide": notch(state.density, window.density),
        "r-slide": notch(state.importance, window.importance),
        "size": next(name for name, n in SIZES.items() if n == state.n_features),
        "map": state.what,
        "color": state.color,
        "theme": state.theme,
    }


def cell_of(atlas: Atlas, state: State) -> tuple[int, int, float, float] | None:
    """Find the cell of the shown map that is nearest to the place: row, column, density, importance."""
    from .places import nearest_cell

    diagram = atlas.diagram(state)
    return None if diagram is None else nearest_cell(diagram, state.density, state.importance)


def _changed(atlas: Atlas, state: State, key: str, value: str) -> tuple[State, tuple[str, ...]]:
    """Set one value as a link would, so that one reader refuses for both; a longer text than any value is cut."""
    return read(urlencode({key: value[:100]}), state, atlas.window)


def _clicked(atlas: Atlas, state: State, click: object) -> State:
    """Go to the cell that was clicked, whatever was drawn over it."""
    try:
        importance, density = float(click["r"]), float(click["p"])  # type: ignore[index]
    except (TypeError, KeyError, IndexError, ValueError, OverflowError):
        return state
    if not (0 < density < math.inf and 0 < importance < math.inf):
        return state
    window = atlas.window(state.n_features)
    found = cell_of(atlas, dataclasses.replace(state, density=min(density, 1.0), importance=importance))
    return state if found is None else state.moved(*found[2:], window=window)


def _stepped(atlas: Atlas, state: State, axis: str, by: int) -> float:
    """Go to the next cell of the map along an axis; from between two cells, to the one on that side."""
    diagram, here = atlas.diagram(state), float(getattr(state, AXES[axis]))
    if diagram is None:
        return here
    grid = diagram.densities if axis == "p" else diagram.importances
    near = 1e-3  # two places of a link that are the same cell
    ahead = grid[grid > here * (1 + near)] if by > 0 else grid[grid < here * (1 - near)]
    if not len(ahead):
        return here
    return float(np.min(ahead) if by > 0 else np.max(ahead))


def _place(state: State) -> dict[str, float]:
    return {"density": state.density, "importance": state.importance}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
