"""A user's diagram stands in the place of the shipped one of its toy and kind, and brings its window."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.explorer.atlas import Atlas
from toytoy.compare.explorer.shipped import shipped, shipped_lines
from toytoy.compare.explorer.state import MAPS, State, Window


def diagram(activation: str = "relu", density: object = (0.2, 0.4), importance: object = (0.5, 20.0)) -> PhaseDiagram:
    """Make a small map of frozen models."""
    return tt.phase_diagram(2, 1, density=density, importance=importance, method="ansatz", activation=activation)  # type: ignore[arg-type]


def test_without_a_file_it_is_what_is_shipped() -> None:
    atlas = Atlas()
    assert atlas.start == State()
    for n_features in (2, 3):
        assert atlas.maps(n_features) == shipped(n_features)
        assert atlas.lines(n_features) == shipped_lines(n_features)
        assert atlas.window(n_features) == Window()
        assert [atlas.refusal(n_features, what) for what in MAPS] == [""] * len(MAPS)
        for what in MAPS:
            state = State(n_features, what)
            assert atlas.diagram(state) is shipped(n_features)[what.split("-")[0]]


def test_a_file_takes_the_place_of_its_kind() -> None:
    given = diagram()
    atlas = Atlas(given, "mine.nc")
    assert atlas.diagram(State(2, "ansatz")) is given
    assert atlas.diagram(State(2, "ansatz-optimum")) is given
    assert atlas.diagram(State(2, "optimum")) is shipped(2)["optimum"]
    assert atlas.diagram(State(3, "ansatz")) is shipped(3)["ansatz"]
    assert (atlas.start.n_features, atlas.start.what) == (2, "ansatz")
    assert atlas.lines(2) == shipped_lines(2)


def test_the_window_holds_the_file_and_what_is_shipped() -> None:
    atlas = Atlas(diagram())
    assert atlas.window(2) == Window((0.01, 1.0), (0.1, 20.0))
    assert atlas.window(3) == Window()


def test_another_activation_stands_alone() -> None:
    given = diagram("abs")
    atlas = Atlas(given, "mine.nc")
    assert dict(atlas.maps(2)) == {"ansatz": given}
    assert atlas.lines(2) is None
    assert atlas.window(2) == Window((0.2, 0.4), (0.5, 20.0))
    assert atlas.diagram(State(2, "optimum")) is None
    assert atlas.refusal(2, "ansatz") == ""
    for what in ("optimum", "trained", "ansatz-optimum"):
        assert "mine.nc has another activation" in atlas.refusal(2, what)
    assert [atlas.refusal(3, what) for what in MAPS] == [""] * len(MAPS)


@pytest.mark.parametrize("activation", ["relu", "abs"])
@pytest.mark.parametrize("density", [0.3, 1.0, 0.001])
@pytest.mark.parametrize("importance", [2.0, 50.0])
def test_one_cell_leaves_something_to_move_in(activation: str, density: float, importance: float) -> None:
    atlas = Atlas(diagram(activation, [density], [importance]))
    window = atlas.window(2)
    for (low, high), value in zip(window, (density, importance), strict=True):
        assert 0 < low < high
        assert low <= value <= high
    assert window.density[1] <= 1
    start = atlas.start
    assert window.density[0] <= start.density <= window.density[1]
    assert window.importance[0] <= start.importance <= window.importance[1]


def test_the_start_of_the_file_is_in_its_window() -> None:
    start = Atlas(diagram("abs", np.array([0.5, 0.9]), np.array([2.0, 3.0]))).start
    assert (start.density, start.importance) == (0.5, 2.0)
