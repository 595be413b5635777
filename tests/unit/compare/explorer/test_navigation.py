"""Every control moves the page by what it says; whatever comes from outside, there is a next state."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.navigation import NOTCHES, at_notch, cell_of, controls, move, notch
from toytoy.compare.explorer.shipped import shipped
from toytoy.compare.explorer.state import COLORINGS, MAPS, SIZES, THEMES, State, Window, read

ATLAS = Atlas()
HERE = State(2, "optimum", 0.2, 0.6)
GRID = shipped(2)["optimum"]


def go(control: str, value: object = None, state: State = HERE) -> State:
    """Change one control, with nothing to complain about."""
    moved, said = move(ATLAS, state.query(), control, {control: value})
    assert said == ()
    return moved


def test_a_link_arrives() -> None:
    assert go("arrived", "?size=3,2&map=ansatz&p=0.1&r=2") == State(3, "ansatz", 0.1, 2.0)
    assert go("arrived", "") == State()


@pytest.mark.parametrize("size", SIZES)
def test_the_size_keeps_the_rest(size: str) -> None:
    assert go("size", size) == State(SIZES[size], "optimum", 0.2, 0.6)


def test_the_map_and_theme_keep_the_rest() -> None:
    for what in MAPS:
        assert go("map", what) == State(2, what, 0.2, 0.6)
    for color in COLORINGS:
        assert go("color", color) == State(2, "optimum", 0.2, 0.6, color=color)
    for theme in THEMES:
        assert go("theme", theme) == State(2, "optimum", 0.2, 0.6, theme)


def test_typed_numbers() -> None:
    assert go("p-text", " 0.05 ").density == 0.05
    assert go("r-text", "1e0").importance == 1.0
    assert go("p-text", "0.0500049").density == 0.05  # the digits of a link


@pytest.mark.parametrize("text", ["", "7", "nan", "x", "0", "-1", "1" * 1000, None, 0.3, ["0.1"], {}])
def test_what_can_t_be_typed_is_said_and_stays(text: object) -> None:
    state, said = move(ATLAS, HERE.query(), "p-text", {"p-text": text})
    assert state == HERE
    assert len(said) == 1
    assert said[0].startswith("p must lie in [0.01, 1]")
    assert said[0].endswith("p=0.2 is shown")


@pytest.mark.parametrize(("axis", "ends"), [("p", Window().density), ("r", Window().importance)])
def test_sliders_reach_both_ends(axis: str, ends: tuple[float, float]) -> None:
    name = {"p": "density", "r": "importance"}[axis]
    assert getattr(go(f"{axis}-slide", 0), name) == ends[0]
    assert getattr(go(f"{axis}-slide", NOTCHES), name) == ends[1]
    assert getattr(go(f"{axis}-slide", str(NOTCHES // 2)), name) == pytest.approx(
        math.sqrt(ends[0] * ends[1]), rel=1e-3
    )


@given(st.integers(0, NOTCHES), st.floats(1e-6, 1.0), st.floats(1.01, 1e6))
def test_a_slider_stays_where_it_is_put(place: int, low: float, factor: float) -> None:
    ends = low, low * factor
    value = at_notch(place, ends)
    assert ends[0] <= value <= ends[1] * (1 + 1e-12)
    assert notch(value, ends) == place


@pytest.mark.parametrize("place", [None, "", "x", math.nan, math.inf, -math.inf, [], {}, -5, 1e9, 10**400])
def test_a_slider_of_nonsense_stays_inside(place: object) -> None:
    assert 0.1 <= at_notch(place, (0.1, 10.0)) <= 10.0


@pytest.mark.parametrize(
    ("control", "axis", "step"), [("p-more", 0, 1), ("p-less", 0, -1), ("r-more", 1, 1), ("r-less", 1, -1)]
)
def test_buttons_go_from_cell_to_cell(control: str, axis: int, step: int) -> None:
    state = State().moved(float(GRID.densities[30]), float(GRID.importances[30]), Window())
    for k in range(1, 4):
        state = go(control, state=state)
        cell = cell_of(ATLAS, state)
        assert cell is not None
        expected = [30, 30]
        expected[axis] += k * step
        assert list(cell[:2]) == expected


def test_buttons_reach_the_edge_and_stay() -> None:
    for control, want in (("p-more", len(GRID.densities) - 1), ("r-less", 0)):
        state = HERE
        for _ in range(70):
            state = go(control, state=state)
        cell = cell_of(ATLAS, state)
        assert cell is not None
        assert cell[0 if control[0] == "p" else 1] == want


def test_a_click_opens_its_cell() -> None:
    density, importance = float(GRID.densities[10]), float(GRID.importances[50])
    click = {"r": importance * 1.01, "p": density * 0.99}
    cell = cell_of(ATLAS, go("clicked", click))
    assert cell is not None
    assert cell[:2] == (10, 50)


def test_a_click_on_a_difference_opens_the_coarse_cell() -> None:
    state = go("clicked", {"r": 1.05, "p": 0.1}, State(2, "trained-optimum"))
    assert any(np.isclose(state.importance, shipped(2)["trained"].importances, rtol=1e-3))


NO_NUMBERS: list[Any] = [0, -1, "a", None, math.nan, 1e999, [], {}]
NONSENSE: list[Any] = [
    *(None, 1, "x", [], {}, {"r": 1.0}, {"p": 0.5}),
    *({"r": value, "p": 0.5} for value in NO_NUMBERS),
    *({"r": 1.0, "p": value} for value in NO_NUMBERS),
]


@pytest.mark.parametrize("click", NONSENSE)
def test_a_click_on_nothing_stays(click: object) -> None:
    assert go("clicked", click) == HERE


@pytest.mark.parametrize("query", [None, 1, [], {}, "?p=nan", "x" * 10_000, "?" + "&" * 50])
@pytest.mark.parametrize(
    "control",
    ["", "p", "p-", "p-up", "q-text", "arrived", "p-more", "solve", "size", "theme", "map", "color", "clicked"],
)
def test_nonsense_gives_a_state(query: object, control: str) -> None:
    state, _ = move(ATLAS, query, control, {})
    assert read(state.query()) == (state, ())


def test_controls_stand_for_the_state() -> None:
    shown = controls(ATLAS, State(3, "trained", 0.05, 2.0, "dark", "phase"))
    assert shown["p-text"] == "0.05"
    assert shown["r-text"] == "2"
    assert [shown[name] for name in ("size", "map", "color", "theme")] == ["3,2", "trained", "phase", "dark"]
    for axis, value in (("p", 0.05), ("r", 2.0)):
        ends = Window().density if axis == "p" else Window().importance
        assert at_notch(shown[f"{axis}-slide"], ends) == pytest.approx(value, rel=0.02)  # half a notch
