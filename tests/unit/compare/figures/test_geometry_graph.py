"""The graph shows the blocks that there are, joined as they overlap, apart from each other."""

from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from toytoy.analytic.polytopes import icosahedron, ring, square_antiprism
from toytoy.compare.figures.colors import GREY
from toytoy.compare.figures.geometry_graph import OPPOSITE, SAME_SIGN, WIDEST, geometry_graph

from tests.small_maps import render

PAIR = np.array([[1.0, -1.0]])


def beside(*blocks: Any) -> Any:
    shapes = np.array([np.shape(b) for b in blocks])
    weights = np.zeros(shapes.sum(axis=0))
    for block, corner in zip(blocks, np.cumsum(shapes, axis=0) - shapes, strict=True):
        weights[corner[0] : corner[0] + len(block), corner[1] : corner[1] + block.shape[1]] = block
    return weights


def nodes(ax: Any) -> list[Any]:
    return [np.array(line.get_data()) for line in ax.get_lines()]


def edges(ax: Any) -> list[Any]:
    return [c for c in ax.collections if isinstance(c, LineCollection)]


def numbers(ax: Any) -> list[str]:
    return sorted((text.get_text() for text in ax.texts if text.get_text().isdigit()), key=int)


def test_a_polygon_keeps_its_shape_and_its_size() -> None:
    for turn in (1, -1):
        ax: Any = geometry_graph(ring(5)[::turn] @ np.diag([1, 1, 1, 1, 1]))
        (spots,) = nodes(ax)
        gram, seen = ring(5).T @ ring(5), spots.T @ spots
        assert np.allclose(seen / seen[0, 0], gram, atol=1e-12)
        assert spots[0, 0] == pytest.approx(0, abs=1e-12)  # the first feature on top
        assert spots[1, 0] > 0


def test_lines_are_as_wide_as_overlaps_and_colored_by_their_sign() -> None:
    ax: Any = geometry_graph(ring(5))
    (lines,) = edges(ax)
    widths = np.array(lines.get_linewidth())
    cosines = np.cos(2 * np.pi * np.array([1, 2]) / 5)
    assert np.allclose(np.sort(widths), WIDEST * np.repeat(np.abs(cosines), 5), atol=1e-9)
    from matplotlib.colors import to_hex

    shades = [to_hex(color) for color in lines.get_colors()]
    assert shades.count(SAME_SIGN) == shades.count(OPPOSITE) == 5
    assert all((shade == SAME_SIGN) == (width < 1.5) for shade, width in zip(shades, widths, strict=True))


def test_every_feature_is_a_node_once_and_blocks_stay_apart() -> None:
    weights = beside(PAIR, ring(3), ring(5), np.eye(1), np.zeros((0, 2)))
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0] @ weights
    ax: Any = geometry_graph(turned, 1e-8)
    assert sum(spots.shape[1] for spots in nodes(ax)) == 13
    assert numbers(ax) == [str(i) for i in range(13)]
    assert len(nodes(ax)) == 5
    middles = [spots.mean(axis=1) for spots in nodes(ax)]
    for i, spots in enumerate(nodes(ax)):
        for j, other in enumerate(middles):
            if i != j:
                assert np.hypot(*(spots - other[:, None])).min() > 0.5
    assert ax.get_title() == "dedicated × antipodal × triangle × pentagon"


@pytest.mark.parametrize("solid", [square_antiprism(), icosahedron(), np.eye(4) - 1 / 4])
def test_no_corner_of_a_solid_hides_another(solid: Any) -> None:
    (spots,) = nodes(geometry_graph(solid, 1e-8))
    apart = np.hypot(*(spots[:, :, None] - spots[:, None, :])) + np.eye(spots.shape[1])
    assert apart.min() > 0.05


def test_the_legend_counts_blocks_and_features_left_out() -> None:
    ax: Any = geometry_graph(beside(PAIR, PAIR, ring(3), np.zeros((0, 4))))
    said = [entry.get_text() for entry in ax.get_legend().get_texts()]
    assert said == ["antipodal: 2", "triangle: 1", "not represented: 4"]
    assert nodes(ax)[-1].shape == (2, 4)
    assert ax.get_lines()[-1].get_color() == GREY


def test_hundreds_of_features_get_no_numbers_and_no_names() -> None:
    ax: Any = geometry_graph(beside(*[PAIR] * 30, np.zeros((0, 340))))
    assert not ax.texts
    render(ax.figure)


def test_a_model_of_nothing_is_dots() -> None:
    ax: Any = geometry_graph(np.zeros((2, 3)))
    assert numbers(ax) == ["0", "1", "2"]
    assert not edges(ax)
    assert ax.get_title() == ""


@pytest.mark.parametrize(("given", "tolerance"), [(np.zeros((2, 1, 2)), 0.01), ([[np.nan]], 0.01), ([[1.0]], 1.5)])
def test_other_weights_are_refused_in_one_line(given: Any, tolerance: float) -> None:
    with pytest.raises((ValueError, TypeError), match=r"got|must") as caught:
        geometry_graph(given, tolerance)
    assert "\n" not in str(caught.value)
