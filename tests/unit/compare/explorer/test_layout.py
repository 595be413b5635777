"""What stands on the page: every control has its label, every picture its words, and callbacks find their places."""

from __future__ import annotations

from typing import Any

import pytest
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.layout import PICTURES, STEPS, graph, page, pictures
from toytoy.compare.explorer.navigation import NOTCHES, controls
from toytoy.compare.explorer.state import COLORINGS, MAPS, SIZES, THEMES, State

EMPTY: dict[str, Any] = {"data": [], "layout": {}}


@pytest.fixture
def laid_out() -> list[Any]:
    """List every component of the page."""
    state = State(3, "trained", 0.05, 2.0, "dark")
    made = page("1.2.3", state.query(), controls(Atlas(), state), "r is wrong", (EMPTY, "a caption"))
    return list(made._traverse())


def by_id(components: list[Any], name: str) -> Any:
    """Find the component of an id."""
    (found,) = [c for c in components if getattr(c, "id", None) == name]
    return found


def kind(component: Any) -> str:
    """Name a component's type."""
    return type(component).__name__


def test_ids_are_unique(laid_out: list[Any]) -> None:
    ids = [c.id for c in laid_out if getattr(c, "id", None)]
    assert len(ids) == len(set(ids))


def test_every_typed_control_has_its_label(laid_out: list[Any]) -> None:
    labels = {c.htmlFor for c in laid_out if kind(c) == "Label"}
    inputs = {c.id for c in laid_out if kind(c) == "Input"}
    assert inputs == {"p-text", "r-text", "p-slide", "r-slide", "seed"}
    assert inputs == labels


def test_every_choice_has_a_legend_and_all_its_values(laid_out: list[Any]) -> None:
    for name, values in (("size", SIZES), ("map", MAPS), ("color", COLORINGS), ("theme", THEMES)):
        fieldset = by_id(laid_out, f"{name}-set")
        assert [kind(child) for child in fieldset.children] == ["Legend", "RadioItems"]
        assert [option["value"] for option in by_id(laid_out, name).options] == [*values]


def test_buttons_say_what_they_do(laid_out: list[Any]) -> None:
    buttons = {c.id: c for c in laid_out if kind(c) == "Button"}
    assert set(buttons) == {*STEPS, "copy", "solve"}
    for name in STEPS:
        assert getattr(buttons[name], "aria-label").startswith("to the next")


def test_sections_are_named_by_their_headings(laid_out: list[Any]) -> None:
    sections = [c for c in laid_out if kind(c) == "Section"]
    assert len(sections) == 4
    for section in sections:
        assert kind(by_id(laid_out, getattr(section, "aria-labelledby"))) == "H2"
    assert [kind(c) for c in laid_out].count("H1") == 1
    assert by_id(laid_out, next(c for c in laid_out if kind(c) == "A").href.removeprefix("#")) in sections


def test_it_comes_with_what_the_link_shows(laid_out: list[Any]) -> None:
    state = State(3, "trained", 0.05, 2.0, "dark")
    assert by_id(laid_out, "query").data == state.query()
    assert {name: by_id(laid_out, name).value for name in controls(Atlas(), state)} == controls(Atlas(), state)
    assert by_id(laid_out, "said").children == "r is wrong"
    assert by_id(laid_out, "caption").children == "a caption"
    assert by_id(laid_out, "picture").figure == EMPTY
    for axis in "pr":
        slide = by_id(laid_out, f"{axis}-slide")
        assert (slide.type, slide.min, slide.max, slide.step) == ("range", 0, NOTCHES, 1)


def test_pictures_have_words() -> None:
    made = pictures(dict.fromkeys(PICTURES, EMPTY))
    for figure, (title, words) in zip(made, PICTURES.values(), strict=True):
        caption, frame = figure.children
        assert caption.children == title
        assert (frame.role, getattr(frame, "aria-label")) == ("img", words)
        assert "table" in words
    assert graph("x", "y", EMPTY).children.figure == EMPTY
