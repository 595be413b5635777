"""A picture of labelled cells, one pixel each, as a PNG of a few colors that needs no drawing library."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def cell_image(kinds: NDArray[np.integer], colors: Sequence[str]) -> bytes:
    """Write a PNG: the first row at the bottom, as densities rise in all maps.

    Parameters
    ----------
    kinds : array of int, shape (rows, columns)
        Index of each cell's color.
    colors : sequence of str
        "#rrggbb", at most 256.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If there is no cell, or a cell has none of the colors.
    """
    rows = np.asarray(kinds)
    if rows.ndim != 2 or not rows.size or rows.min() < 0 or rows.max() >= min(len(colors), 256):
        raise ValueError(f"kinds must be cells of {len(colors)} colors, got shape {rows.shape}; see PhaseDiagram")
    height, width = rows.shape
    flipped = rows[::-1].astype(np.uint8)
    lines = np.concatenate([np.zeros((height, 1), np.uint8), flipped], axis=1)  # each after its filter: none
    # 8 bits a pixel, type 3: by palette
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = bytes.fromhex("".join(color.removeprefix("#") for color in colors))
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def as_source(png: bytes) -> str:
    """Write a PNG as the source of an image within a page."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
