"""Maps show the labels of their cells, in the library's colors, whatever is drawn."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.explorer.maps import COLORS, map_figure
from toytoy.compare.explorer.shipped import SIZES, shipped, shipped_lines
from toytoy.compare.explorer.state import MAPS
from toytoy.compare.explorer.theme import THEMES

from tests.plotly_pictures import faults, traces
from tests.small_maps import diagram


def small(n_features: int = 2) -> dict[str, tt.PhaseDiagram]:
    return {kind: diagram(kind, n_features) for kind in ("ansatz", "optimum", "trained")}


def color_at(scale: list[list[Any]], z: float, low: float, high: float) -> str:
    """Read a color scale of flat steps as plotly does, at a value that is inside a step."""
    share = (z - low) / (high - low)
    return next(str(color) for (start, color), (end, _) in pairwise(scale) if start <= share < end)


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("of", COLORS)
@pytest.mark.parametrize("kind", ["ansatz", "optimum"])
def test_every_cell_has_its_labels_color(n_features: int, of: str, kind: str) -> None:
    (cells,) = traces(map_figure(kind, small(n_features), of=of), "cells")
    labels = diagram(kind, n_features).data[of].values
    for i, j in np.ndindex(labels.shape):
        shown = color_at(cells["colorscale"], cells["z"][i][j], cells["zmin"], cells["zmax"])
        assert shown == COLORS[of][str(labels[i, j])]


def test_the_legend_names_the_labels_met() -> None:
    figure = map_figure("optimum", small())
    keys = {t["name"]: t["marker"]["color"] for t in figure["data"] if t["type"] == "scatter"}
    assert keys == {name.replace("_", " "): color for name, color in COLORS["regime"].items()}
    lone = diagram("optimum").data.isel(density=[0], importance=[3])
    figure = map_figure("optimum", {"optimum": tt.PhaseDiagram(lone)})
    assert [t["name"] for t in figure["data"] if t["type"] == "scatter"] == ["superposed"]


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("what", MAPS)
@pytest.mark.parametrize("theme", THEMES)
def test_pictures_are_plain_data(n_features: int, what: str, theme: str) -> None:
    lines = shipped_lines(n_features)
    figure = map_figure(what, shipped(n_features), lines, cell=(0.2, 0.6), theme=theme)
    assert faults(figure, THEMES[theme].ink) == []
    assert len(traces(figure, "chosen cell")) == 2
    assert figure["layout"]["xaxis"]["range"] == pytest.approx([-1.017, 1.017], abs=1e-3)
    assert figure["layout"]["yaxis"]["range"] == pytest.approx([-2.017, 0.0], abs=1e-3)


def test_hovering_tells_the_cell() -> None:
    (cells,) = traces(map_figure("optimum", small(3)), "cells")
    data = diagram("optimum", 3).data
    phases = data.phase.values
    i, j = map(int, np.argwhere(phases == "antipodal")[0])
    assert cells["text"][i][j] == "superposed: antipodal"
    i, j = map(int, np.argwhere(phases == "not_represented")[0])
    assert cells["text"][i][j] == "not represented"
    p, r, loss = cells["customdata"][2][5]
    assert (p, r) == (float(data.density[2]), float(data.importance[5]))
    assert loss == pytest.approx(float(data.loss[2, 5]), rel=1e-5)


def test_a_difference_of_unlike_grids_says_so_in_its_place() -> None:
    other = tt.phase_diagram(2, 1, density=[0.11, 0.12], importance=[0.5], method="ansatz")
    figure = map_figure("ansatz-optimum", {**small(), "ansatz": other})
    assert "in common" in figure["layout"]["annotations"][0]["text"]
    assert figure["data"] == []


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"what": "optimun"}, ValueError, "did you mean 'optimum'"),
        ({"what": "optimum-ansatz"}, ValueError, "what must be one of"),
        ({"of": "phases"}, ValueError, "did you mean 'phase'"),
        ({"theme": "black"}, ValueError, "theme must be one of"),
        ({"cell": (0.0, 1.0)}, ValueError, "density must"),
        ({"cell": (0.5, float("nan"))}, ValueError, "importance must"),
        ({"diagrams": {}}, ValueError, "diagrams must hold 'optimum' to draw 'optimum', got none"),
    ],
)
def test_bad_input_is_refused(given: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        map_figure(**{"what": "optimum", "diagrams": small(), **given})


@pytest.mark.parametrize("cells", [{"density": [0], "importance": [0]}, {"density": [5], "importance": [0, 1]}])
def test_small_maps_are_drawn(cells: dict[str, list[int]]) -> None:
    lone = tt.PhaseDiagram(diagram("optimum").data.isel(cells))
    assert faults(map_figure("optimum", {"optimum": lone}), THEMES["light"].ink) == []
