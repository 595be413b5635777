"""Facts, tables and captions as elements of the page."""

from __future__ import annotations

import pytest
import toytoy as tt
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.cell import Table, cell_view
from toytoy.compare.explorer.maps import map_figure
from toytoy.compare.explorer.panels import caption, facts_of, heading, map_of, table_of, tables_of
from toytoy.compare.explorer.shipped import shipped, shipped_lines
from toytoy.compare.explorer.state import MAPS, State

VIEW = cell_view(shipped(3)["optimum"], 0.05, 3.0, shipped_lines(3))


@pytest.mark.parametrize("what", MAPS)
@pytest.mark.parametrize("n_features", [2, 3])
def test_the_map_of_a_state(n_features: int, what: str) -> None:
    state = State(n_features, what, 0.1, 2.0)
    figure, said = map_of(Atlas(), state, "dark")
    assert figure == map_figure(what, shipped(n_features), shipped_lines(n_features), cell=(0.1, 2.0), theme="dark")
    d, r = shipped(n_features)[what.split("-")[0]].data.loss.shape
    assert f"{d} by {r} cells" in said


def test_captions_say_how_models_were_trained() -> None:
    assert "steps=10000" in caption(Atlas(), State(2, "trained"))
    assert "by optimum" not in caption(Atlas(), State(2, "optimum"))


def test_captions_say_whose_map_it_is() -> None:
    given = tt.phase_diagram(2, 1, density=[0.2, 0.4], importance=[1.0], method="ansatz", activation="abs")
    atlas = Atlas(given, "mine.nc")
    figure, said = map_of(atlas, atlas.start, "light")
    assert "2 by 1 cells, from mine.nc" in said
    assert figure["data"][0]["type"] == "heatmap"
    figure, said = map_of(atlas, State(2, "optimum"), "light")
    assert "mine.nc has another activation" in said
    assert figure["data"] == []
    assert "mine.nc" not in caption(atlas, State(3, "optimum"))


def test_a_heading_names_the_cell_in_words() -> None:
    assert heading(VIEW).startswith("optimum at density 0.0")
    assert heading(VIEW).endswith(": antipodal others")


def test_facts_are_pairs() -> None:
    pairs = [(item.children[0].children, item.children[1].children) for item in facts_of(VIEW).children]
    assert pairs == [tuple(fact) for fact in VIEW.facts]


def test_tables_are_whole_and_headed() -> None:
    assert len(tables_of(VIEW)) == len(VIEW.tables)
    made = table_of(Table("Caption", ("a", "b"), (("x", "1"), ("y", "2"))))
    assert getattr(made, "aria-label") == "Caption"
    title, head, body = made.children.children
    assert title.children == "Caption"
    assert [(cell.children, cell.scope) for cell in head.children.children] == [("a", "col"), ("b", "col")]
    rows = [[cell.children for cell in row.children] for row in body.children]
    assert rows == [["x", "1"], ["y", "2"]]
    assert {row.children[0].scope for row in body.children} == {"row"}
