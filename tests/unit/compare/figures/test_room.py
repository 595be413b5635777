"""Room: data and points convert both ways, what is taken costs, and a box fits only where nothing is."""

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from toytoy.compare.figures.room import Room


def room(width: float = 2.0, height: float = 1.0) -> Any:
    """Make logarithmic axes of 144 by 72 points."""
    figure = Figure(figsize=(2 * width, 2 * height))
    ax: Any = figure.add_axes((0.25, 0.25, 0.5, 0.5))
    ax.set_xscale("log")
    ax.set_xlim(0.1, 10.0)
    ax.set_ylim(0.0, 1.0)
    return Room(ax)


def test_size_is_in_points() -> None:
    made = room()
    assert (made.width, made.height) == pytest.approx((144, 72))
    assert made.taken.shape == (72, 144)


def test_places_convert_both_ways() -> None:
    made = room()
    places = made.place(np.array([0.1, 1.0, 10.0]), np.array([0.0, 0.5, 1.0]))
    assert places == pytest.approx(np.array([[0, 0], [72, 36], [144, 72]]), abs=1e-9)
    r, p = made.data(places[:, 0], places[:, 1])
    assert r == pytest.approx([0.1, 1.0, 10.0])
    assert p == pytest.approx([0.0, 0.5, 1.0], abs=1e-12)
    importance, density = made.cells()
    assert (len(importance), len(density)) == (144, 72)
    assert (np.diff(importance) > 0).all()


def test_a_line_takes_the_cells_it_passes_and_no_others() -> None:
    made = room()
    made.take_line(np.array([0.1, 10.0]), np.array([0.5, 0.5]), 2.0)
    assert set(np.flatnonzero(made.taken.any(axis=1))) == {35, 36}
    assert (made.taken[35] == 2.0).all()
    made.take_line(np.array([1.0, np.nan]), np.array([0.5, 0.9]), 9.0)
    assert made.taken.max() == 2.0


def test_cost_adds_up_and_is_infinite_outside() -> None:
    made = room()
    made.take_box((10, 10, 4, 2), 3.0)
    made.take_box((10, 10, 4, 2), 1.0)  # what is taken already is not made cheaper
    assert made.cost((8, 8, 10, 10)) == 24.0
    assert made.cost((40, 40, 10, 10)) == 0.0
    assert made.cost((-1, 0, 5, 5)) == np.inf
    assert made.cost((140, 0, 5, 5)) == np.inf


def test_the_widest_place_is_in_the_middle_of_what_is_free() -> None:
    made = room()
    made.take_box((0, 0, 72, 72), 1.0)  # the left half
    center = made.widest(np.ones(made.taken.shape, dtype=bool), 20, 10)
    assert center == pytest.approx((108, 36), abs=2)


def test_what_does_not_fit_has_no_place() -> None:
    made = room()
    allowed = np.zeros(made.taken.shape, dtype=bool)
    allowed[20:30, 30:50] = True
    assert made.widest(allowed, 20, 10) == (40.0, 25.0)
    assert made.widest(allowed, 21, 10) is None
    assert made.widest(allowed, 20, 11) is None
    assert made.widest(np.ones(allowed.shape, dtype=bool), 200, 10) is None
