"""The first answer holds the map as a picture that needs no script."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.first_view import first_view, png
from toytoy.compare.explorer.shipped import shipped
from toytoy.compare.explorer.state import MAPS, State
from toytoy.compare.figures.colors import PHASE_COLORS, REGIME_COLORS


def picture(html: str) -> np.ndarray:
    """Read the picture of a page, by another library."""
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return np.asarray(imread(io.BytesIO(base64.b64decode(data)), format="png"))[..., :3]


@pytest.mark.parametrize("n_features", [2, 3])
@pytest.mark.parametrize("what", ["ansatz", "optimum", "trained"])
@pytest.mark.parametrize(("of", "table"), [("regime", REGIME_COLORS), ("phase", PHASE_COLORS)])
def test_each_pixel_is_a_cell_s_label(n_features: int, what: str, of: str, table: dict[str, str]) -> None:
    html = first_view(Atlas(), State(n_features, what, color=of), "title", "about")
    pixels = picture(html)
    names = shipped(n_features)[what].data[of].values[::-1]  # density upwards
    colors = {str(name): to_rgb(color) for name, color in table.items()}
    assert html.count("<li>") == len(np.unique(names))
    expected = np.array([[colors[name] for name in row] for row in names])
    assert pixels.shape == expected.shape
    np.testing.assert_allclose(pixels, expected, atol=1e-6)


@pytest.mark.parametrize("what", [what for what in MAPS if "-" in what])
def test_a_difference_is_announced(what: str) -> None:
    html = first_view(Atlas(), State(2, what), "title", "about")
    assert MAPS[what] in html
    assert "<img" not in html


def test_text_is_escaped_and_the_picture_has_words() -> None:
    html = first_view(Atlas(), State(), "<title>", "a & b")
    assert "<h1>&lt;title&gt;</h1>" in html
    assert "a &amp; b" in html
    assert re.search(r'alt="Map of the optimum[^"]+density 0.01 to 1 upwards', html)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 300)])
def test_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    codes = np.arange(shape[0] * shape[1], dtype=np.uint8).reshape(shape) % 3
    colors = ("#000000", "#ff8001", "#0000ff")
    read = np.asarray(imread(io.BytesIO(png(codes, colors)), format="png"))[..., :3]
    np.testing.assert_allclose(read, np.array([to_rgb(color) for color in colors])[codes], atol=1e-6)
