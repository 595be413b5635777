"""The stacked parts of the loss: their height is the loss, at the cells of the line."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from toytoy.compare.figures.colors import PART_COLORS, REGIME_COLORS, spoken
from toytoy.compare.figures.loss_parts import line_parts, loss_parts

from tests.small_maps import DENSITY, IMPORTANCE, diagram

EPS = np.finfo(float).eps


def top_of(layer: Any) -> Any:
    """Read the upper edge of one area: the highest y at each x."""
    vertices = layer.get_paths()[0].vertices
    return {x: max(y for u, y in vertices if u == x) for x in sorted({u for u, _ in vertices})}


@pytest.mark.parametrize("n_features", [2, 3])
@pytest.mark.parametrize("line", [{"importance": IMPORTANCE[2]}, {"density": DENSITY[3]}])
def test_the_stack_is_as_high_as_the_loss(n_features: int, line: Any) -> None:
    shown: Any = diagram("optimum", n_features)
    layers = loss_parts(shown, **line, relative=False).collections[:5]
    losses = shown.data.loss.sel(**line)
    along = DENSITY if "importance" in line else IMPORTANCE
    top = top_of(layers[-1])
    assert list(top) == pytest.approx(along, rel=4 * EPS)
    # five parts of up to n outputs each, rounded on their own
    assert list(top.values()) == pytest.approx(losses.values, abs=100 * EPS * losses.values.max())


def test_relative_to_always_answering_0() -> None:
    shown: Any = diagram("optimum")
    top = top_of(loss_parts(shown, density=1.0).collections[4])
    null = (1 + IMPORTANCE) / 3
    assert list(top.values()) == pytest.approx(shown.data.loss.values[-1] / null, rel=1000 * EPS)


def test_areas_have_their_colors_and_names_and_the_strip_shows_regimes() -> None:
    ax: Any = loss_parts(diagram("optimum"), importance=IMPORTANCE[2])
    layers = ax.collections[:5]
    assert [layer.get_label() for layer in layers] == [spoken(name) for name in PART_COLORS]
    assert [tuple(layer.get_facecolor()[0][:3]) for layer in layers] == [to_rgb(c) for c in PART_COLORS.values()]
    regimes = diagram("optimum").data.regime.values[:, 2]
    assert len(set(regimes)) == 2
    colors: Any = {str(regime): to_rgb(color) for regime, color in REGIME_COLORS.items()}
    assert [patch.get_facecolor()[:3] for patch in ax.patches] == [colors[str(name)] for name in regimes]


def test_the_nearest_line_is_taken_and_named() -> None:
    parts, _, line = line_parts(diagram("optimum"), density=0.06)
    assert float(line.density) == DENSITY[0]
    assert set(parts) == set(PART_COLORS)
    assert f"{DENSITY[0]:.3g}" in loss_parts(diagram("optimum"), density=0.06).get_title()


@pytest.mark.parametrize(
    ("line", "error", "part"),
    [
        ({}, TypeError, "not both"),
        ({"density": 0.1, "importance": 1.0}, TypeError, "not both"),
        ({"density": 0.001}, ValueError, "grid"),
        ({"density": 1.2}, ValueError, "sparsity"),
        ({"importance": 11.0}, ValueError, "grid"),
        ({"importance": float("nan")}, ValueError, "importance"),
        ({"importance": "1"}, TypeError, "importance"),
    ],
)
def test_wrong_lines_are_refused_in_one_line(line: Any, error: Any, part: str) -> None:
    with pytest.raises(error, match=part) as caught:
        loss_parts(diagram("optimum"), **line)
    assert "\n" not in str(caught.value)
