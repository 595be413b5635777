"""Dots and letters: one dot a point, letters that meet neither each other nor a dot, and one label for a crowd."""

from typing import Any

import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from toytoy.compare.figures.lines_map import frame_window
from toytoy.compare.figures.point_letters import beside_box, draw_dots, write_letters
from toytoy.compare.figures.room import Room
from toytoy.compare.lines import Status
from toytoy.compare.special_table import lettered

from tests.small_lines import point
from tests.small_maps import render

APART = [("triple", 0.2, 0.1), ("critical", 1.0, 0.3), ("triple", 5.0, 0.9)]


def drawn(*places: Any) -> Any:
    figure = Figure(figsize=(4, 4))
    ax: Any = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    frame_window(ax, (0.1, 10.0), (0.01, 1.0))
    points = lettered([point(*place) for place in places])
    room = Room(ax)
    draw_dots(ax, points, room)
    return ax, write_letters(ax, points, room)


def boxes(ax: Any, texts: Any) -> list[Any]:
    render(ax.figure)
    return [Text.get_window_extent(text).shrunk(0.96, 0.8) for text in texts]  # without leading lines, and leading


def test_a_dot_stands_on_its_point() -> None:
    ax, _ = drawn(*APART)
    assert [(*d.get_xdata(), *d.get_ydata()) for d in ax.get_lines()] == [place[1:] for place in APART]


def test_an_unresolved_point_is_open() -> None:
    ax, _ = drawn(("triple", 1.0, 0.1), ("triple", 1.0, 0.5, Status.UNRESOLVED))
    solid, hollow = (to_rgb(d.get_markerfacecolor()) for d in ax.get_lines())
    assert hollow == (1.0, 1.0, 1.0)
    assert sum(solid) < 1


def test_points_outside_are_left_out() -> None:
    ax, texts = drawn(("triple", 20.0, 0.5), ("triple", 1.0, 0.5))
    assert len(ax.get_lines()) == 1
    assert [t.get_text() for t in texts] == ["B"]


def test_letters_overlap_nothing() -> None:
    places = [("triple", r, p) for r in (0.8, 0.93, 1.1) for p in (0.4, 0.47, 0.55)]
    ax, texts = drawn(*places)
    found = boxes(ax, texts)
    assert len(found) == len(places)
    for k, box in enumerate(found):
        assert not any(box.overlaps(other) for other in found[:k])
    dots = [ax.transData.transform((d.get_xdata()[0], d.get_ydata()[0])) for d in ax.get_lines()]
    assert not any(box.contains(*dot) for box in found for dot in dots)


def test_a_crowd_shares_one_label() -> None:
    _, texts = drawn(("triple", 1.0, 0.5), ("critical", 1.001, 0.5), ("triple", 3.0, 0.1))
    assert sorted(t.get_text() for t in texts) == ["AB", "C"]


def test_letters_stay_inside_the_axes() -> None:
    ax, texts = drawn(("triple", 0.1, 0.01), ("triple", 10.0, 1.0))
    frame = ax.get_window_extent()
    for box in boxes(ax, texts):
        assert frame.x0 <= box.x0 <= box.x1 <= frame.x1
        assert frame.y0 <= box.y0 <= box.y1 <= frame.y1


@pytest.mark.parametrize("blocked", ["left", "below"])
def test_words_stand_beside_a_box_where_they_cover_least(blocked: str) -> None:
    ax, _ = drawn()
    room = Room(ax)
    width, height = room.width, room.height
    half = {"left": (0, 0, width / 2, height), "below": (0, 0, width, height / 2)}[blocked]
    room.take_box(half, 5.0)
    text = beside_box(ax, room, (width / 2 - 10, height / 2 - 10, 20, 20), "ii")
    x, y = ax.transAxes.inverted().transform(ax.transData.transform(text.get_position()))
    assert (x if blocked == "left" else y) > 0.5
