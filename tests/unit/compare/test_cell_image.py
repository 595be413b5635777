"""Pictures of cells: read again by an independent library, cell for cell, the first row at the bottom."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from toytoy.compare.cell_image import as_source, cell_image

COLORS = ("#dddddd", "#0072b2", "#e69f00")


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (40, 7), (300, 500)])
def test_every_cell_has_its_color(shape: tuple[int, int]) -> None:
    kinds = np.random.default_rng(0).integers(0, 3, shape)
    with Image.open(io.BytesIO(cell_image(kinds, COLORS))) as image:
        assert image.size == shape[::-1]
        seen = np.asarray(image.convert("RGB"))
    wanted = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in COLORS])
    assert (seen[::-1] == wanted[kinds]).all()


def test_the_first_row_is_at_the_bottom() -> None:
    with Image.open(io.BytesIO(cell_image(np.array([[0], [1]]), COLORS))) as image:
        assert image.convert("RGB").getpixel((0, 0)) == (0, 0x72, 0xB2)


def test_a_source_holds_the_same_bytes() -> None:
    png = cell_image(np.zeros((2, 2), int), COLORS)
    head, _, data = as_source(png).partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data) == png


@pytest.mark.parametrize("kinds", [np.zeros((0, 2), int), np.zeros(3, int), np.array([[3]]), np.array([[-1]])])
def test_what_is_no_map_is_refused(kinds: Any) -> None:
    with pytest.raises(ValueError, match="cells of 3 colors"):
        cell_image(kinds, COLORS)
