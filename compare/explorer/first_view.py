"""The page before its scripts have run: the same map as a small picture, in the answer to the very first request."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from ...analytic.markup import Markup, element
from ..figures.colors import spoken
from .atlas import Atlas
from .maps import COLORS
from .state import MAPS, State

ID = "first"  # of the element that the page's script takes away once the map is drawn


def first_view(atlas: Atlas, state: State, title: str, about: str) -> Markup:
    """Write the heading and the map as HTML that needs no script."""
    heading = element("header", element("h1", title), element("p", about))
    map_part = element("section", element("h2", "Map"), *_map(atlas, state), class_="maps")
    return element("div", heading, element("main", map_part), class_="page", id=ID)


def _map(atlas: Atlas, state: State) -> list[Markup]:
    diagram = atlas.maps(state.n_features).get(state.what)
    if diagram is None:  # a difference, or what the page says can't be shown
        return [element("p", f"{MAPS[state.what]}: drawing …", class_="caption")]
    (p, q), (r, s) = ((axis[0], axis[-1]) for axis in (diagram.densities, diagram.importances))
    axes = f"density {p:g} to {q:g} upwards, importance {r:g} to {s:g} to the right, both logarithmic"
    alt = f"Map of the {state.what}: what becomes of the extra feature, over {axes}"
    names, colors = diagram.data[state.color].values, COLORS[state.color]
    keys = (element("li", _swatch(color), spoken(name)) for name, color in colors.items() if (names == name).any())
    return [
        element("p", f"{MAPS[state.what]}: {axes}.", class_="caption"),
        element("img", src=_data_url(names, colors), alt=alt, class_="plot map pixels"),
        element("ul", *keys, class_="keys"),
    ]


def _swatch(color: str) -> Markup:
    return element("span", "", style=f"background:{color}", class_="swatch")


def _data_url(names: NDArray[np.object_], colors: dict[str, str]) -> str:
    """Paint one pixel a cell, density upwards."""
    codes = {name: k for k, name in enumerate(colors)}
    rows = np.vectorize(codes.__getitem__, otypes=[np.uint8])(names)
    return "data:image/png;base64," + base64.b64encode(png(rows[::-1], tuple(colors.values()))).decode("ascii")


def png(pixels: NDArray[np.uint8], palette: tuple[str, ...]) -> bytes:
    """Write a picture whose pixels, shape (height, width), number the colors #rrggbb of a palette."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    height, width = pixels.shape
    lines = np.hstack([np.zeros((height, 1), np.uint8), pixels])  # each line begins with its filter: none
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, by palette
    colors = b"".join(bytes.fromhex(color.removeprefix("#")) for color in palette)
    parts = chunk(b"IHDR", header) + chunk(b"PLTE", colors) + chunk(b"IDAT", zlib.compress(lines.tobytes()))
    return b"\x89PNG\r\n\x1a\n" + parts + chunk(b"IEND", b"")
