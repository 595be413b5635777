"""What the page's requests are answered with, whatever they hold."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from flask.testing import FlaskClient
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.callbacks import place_of
from toytoy.compare.explorer.cell import cell_view
from toytoy.compare.explorer.maps import map_figure
from toytoy.compare.explorer.panels import heading
from toytoy.compare.explorer.shipped import shipped, shipped_lines
from toytoy.compare.explorer.state import State

from tests.explorer_client import ask, make_client

HERE = State(2, "optimum", 0.2, 0.6)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_client()


def place(query: object = HERE.query(), dark: object = "light") -> dict[str, Any]:
    return {"query.data": query, "dark.data": dark}


def test_a_control_sets_the_link_and_the_other_controls(client: FlaskClient) -> None:
    status, found = ask(client, "query.data", {**place(), "p-text.value": "0.05"}, "p-text.value")
    assert status == 200
    assert found["query.data"] == "?size=2,1&map=optimum&p=0.05&r=0.6"
    assert found["p-text.value"] == "0.05"
    assert found["said.children"] == ""
    assert found["p-slide.value"] != 0


def test_a_refusal_is_said_and_nothing_is_drawn_again(client: FlaskClient) -> None:
    status, found = ask(client, "query.data", {**place(), "p-text.value": "7"}, "p-text.value")
    assert status == 200
    assert "query.data" not in found
    assert found["p-text.value"] == "0.2"
    assert found["said.children"] == "p must lie in [0.01, 1], got p='7'; p=0.2 is shown"


def test_a_link_that_arrives_comes_before_everything(client: FlaskClient) -> None:
    values = {**place(), "arrived.data": {"search": "?p=0.1&r=x"}, "p-text.value": "0.9"}
    status, found = ask(client, "query.data", values, "arrived.data")
    assert status == 200
    assert found["query.data"] == "?size=2,1&map=optimum&p=0.1&r=0.6"
    assert found["said.children"].startswith("r must lie in")


def test_the_map_is_drawn_in_its_theme(client: FlaskClient) -> None:
    for theme in ("light", "dark"):
        status, found = ask(client, "picture.figure", place(dark=theme), "query.data")
        assert status == 200
        expected = map_figure("optimum", shipped(2), shipped_lines(2), cell=(0.2, 0.6), theme=theme)
        assert found["picture.figure"]["layout"]["font"] == expected["layout"]["font"]
        assert len(found["picture.figure"]["data"]) == len(expected["data"])


@pytest.mark.parametrize("what", ["optimum", "ansatz-optimum"])
def test_a_move_sends_the_mark_alone(client: FlaskClient, what: str) -> None:
    first, then = State(2, what, 0.2, 0.6), State(2, what, 0.3, 0.7)
    _, drawn = ask(client, "picture.figure", place(first.query()), "query.data")
    values = {**place(then.query()), "drawn.data": drawn["drawn.data"]}
    _, moved = ask(client, "picture.figure", values, "query.data")
    assert set(moved) == {"picture.figure"}
    traces = drawn["picture.figure"]["data"]
    for step in moved["picture.figure"]["operations"]:
        assert (step["operation"], step["location"][0]) == ("Assign", "data")
        traces[step["location"][1]] = step["params"]["value"]
    _, fresh = ask(client, "picture.figure", place(then.query()), "query.data")
    assert fresh["picture.figure"]["data"] == traces


def test_a_cell_is_opened_once(client: FlaskClient) -> None:
    status, found = ask(client, "opened.children", place(), "query.data")
    assert status == 200
    view = cell_view(shipped(2)["optimum"], 0.2, 0.6)
    assert found["opened.children"] == heading(view)
    assert len(found["pictures.children"]) == 4
    assert len(found["tables.children"]) == 4
    again = {**place(), "cell.data": found["cell.data"]}
    assert ask(client, "opened.children", again, "query.data") in ((204, {}), (200, {}))
    near = HERE.query().replace("r=0.6", f"r={view.place.importance:.4g}")
    assert ask(client, "opened.children", {**again, "query.data": near}, "query.data") in ((204, {}), (200, {}))
    status, found = ask(client, "opened.children", {**again, "dark.data": "dark"}, "dark.data")
    assert "pictures.children" in found


def test_the_landscape_moves_with_the_place(client: FlaskClient) -> None:
    said = set()
    for r in (0.5, 0.6, 0.7):
        state = State(2, "optimum", 0.2, r)
        status, found = ask(client, "landscape-part.hidden", place(state.query()), "query.data")
        assert (status, found["landscape-part.hidden"]) == (200, False)
        said.add(found["landscape-said.children"])
    assert len(said) == 3


def test_there_is_a_landscape_of_the_small_relu_toy_only(client: FlaskClient) -> None:
    _, found = ask(client, "landscape-part.hidden", place(State(3).query()), "query.data")
    assert found["landscape-part.hidden"] is True
    given = tt.phase_diagram(2, 1, density=[0.2, 0.4], importance=[0.5, 1.0], method="ansatz", activation="abs")
    of_abs = make_client(Atlas(given, "mine.nc"))
    _, found = ask(of_abs, "landscape-part.hidden", place("?map=ansatz"), "query.data")
    assert found["landscape-part.hidden"] is True
    _, found = ask(of_abs, "opened.children", place("?map=ansatz"), "query.data")
    assert found["opened.children"].startswith("ansatz at density")
    _, found = ask(of_abs, "opened.children", place("?map=optimum"), "query.data")
    assert found == {} or found["opened.children"] == ""


NONSENSE: list[Any] = [None, 5, [], {}, "?p=nan&r=inf&size=9", "x" * 5000, {"search": 3}, [[]]]


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("output", ["query.data", "picture.figure", "opened.children", "landscape-part.hidden"])
def test_nonsense_is_answered(client: FlaskClient, output: str, value: Any) -> None:
    names = (
        *("query.data", "dark.data", "cell.data", "drawn.data", "arrived.data", "clicked.data", "p-text.value"),
        *(
            "p-slide.value",
            "r-slide.value",
            "theme.value",
            "map.value",
            "size.value",
            "r-text.value",
            "p-more.n_clicks",
        ),
    )
    changed = "query.data" if output != "query.data" else "p-slide.value"
    status, _ = ask(client, output, dict.fromkeys(names, value), changed)
    assert status in (200, 204)


def test_what_a_page_keeps_may_be_anything() -> None:
    for value in NONSENSE:
        assert place_of(Atlas(), value, value) == (State(), "light")
    assert place_of(Atlas(), HERE.query(), "dark") == (HERE, "dark")
