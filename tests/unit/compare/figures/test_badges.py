"""Badges: a turned model keeps its Gram matrix, and every column has its arrow, dot or ring."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from toytoy.compare.figures.badges import RADIUS, draw_badge, upright
from toytoy.compare.figures.colors import INK, VERMILLION

ROUNDING = 1e-12
NUMBERS = st.floats(-2, 2).map(lambda x: round(x, 3))
PLANES = st.lists(NUMBERS, min_size=6, max_size=6).map(lambda x: np.array(x).reshape(2, 3))


@given(PLANES)
def test_turning_keeps_the_gram_matrix(weights: Any) -> None:
    turned = upright(weights)
    assert np.abs(turned.T @ turned - weights.T @ weights).max() < ROUNDING


@given(PLANES)
def test_the_extra_points_down_and_an_other_right(weights: Any) -> None:
    turned = upright(weights)
    if np.hypot(*weights[:, -1]) > 0.01:
        assert abs(turned[0, -1]) < ROUNDING
        assert turned[1, -1] < 0
        assert turned[0, :-1].max() > -ROUNDING


def test_without_an_extra_the_first_points_up() -> None:
    assert upright(np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0]]))[:, 0] == pytest.approx([0.0, 1.0])


def test_one_dimension_is_laid_flat() -> None:
    assert upright(np.array([[-0.9, 0.8]])).tolist() == [[0.9, -0.8], [0.0, 0.0]]
    assert not upright(np.zeros((2, 3))).any()


def drawn(weights: Any) -> Any:
    ax: Any = Figure(figsize=(4, 4)).subplots()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    draw_badge(ax, 0.5, 0.5, np.array(weights), lift=10.0)
    return ax


def test_arrows_have_the_columns_lengths_and_the_extra_its_color() -> None:
    ax = drawn([[1.0, 0.0, -0.9], [0.0, 0.8, 0.0]])
    (arrows,) = ax.collections
    assert np.hypot(arrows.U, arrows.V) == pytest.approx([1.0, 0.8, 0.9])
    assert [tuple(color[:3]) for color in arrows.get_facecolor()] == [to_rgb(INK), to_rgb(INK), to_rgb(VERMILLION)]
    (disc,) = ax.get_lines()
    assert disc.get_markersize() == 2 * RADIUS


def test_an_absent_column_is_a_ring_and_a_short_one_a_dot() -> None:
    for length, face in ((0.0, "white"), (0.1, VERMILLION)):
        ax = drawn([[1.0, -length]])
        assert len(ax.collections[0].U) == 1
        mark = ax.get_lines()[1]
        assert to_rgb(mark.get_markerfacecolor()) == to_rgb(face)
        assert to_rgb(mark.get_markeredgecolor()) == to_rgb(VERMILLION)


def test_it_lies_some_points_above_its_place() -> None:
    ax = drawn([[1.0, -1.0]])
    (x,), (y,) = ax.get_lines()[0].get_data()
    lifted = ax.transData.transform((x, y)) - ax.transData.transform((0.5, 0.5))
    assert lifted == pytest.approx([0.0, 10.0 * ax.figure.dpi / 72])
