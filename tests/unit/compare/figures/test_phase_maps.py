"""The paper-style map and its side-by-side form: a planted swap of axes must show."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from toytoy.analytic.regime import Regime
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.figures.colors import REGIME_COLORS
from toytoy.compare.figures.phase_maps import compare_maps, phase_map
from toytoy.compare.statuses import NOT_REACHED

from tests.small_maps import DENSITY, IMPORTANCE, agreement, boundaries, diagram

KINDS = ("ansatz", "optimum", "trained")


def cells(ax: Any) -> Any:
    """Look up the color at any (density, importance) on the map as it is drawn."""
    (mesh,) = ax.collections[:1]
    corners, colors = mesh.get_coordinates(), mesh.get_array()

    def at(p: Any, r: Any) -> Any:
        row = np.searchsorted(corners[1:-1, 0, 1], p)
        column = np.searchsorted(corners[0, 1:-1, 0], r)
        return tuple(colors[row, column])

    return at


def misplaced(ax: Any, wanted: Any) -> Any:
    """List the cells whose color is not that of their regime."""
    at = cells(ax)
    return [
        (p, r)
        for p in DENSITY
        for r in IMPORTANCE
        if at(p, r) != to_rgb(REGIME_COLORS[Regime(str(wanted.data.regime.sel(density=p, importance=r).values))])
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_features", [2, 3])
def test_every_cell_is_where_it_should_be(kind: str, n_features: int) -> None:
    shown: Any = diagram(kind, n_features)
    assert misplaced(phase_map(shown), shown) == []
    assert len(np.unique(shown.data.regime.values)) > 1


def test_planted_swaps_are_seen() -> None:
    right = diagram("optimum")
    for planted in (right.data.regime.values[::-1], right.data.regime.values[:, ::-1]):
        wrong = PhaseDiagram(right.data.assign(regime=(("density", "importance"), planted)))
        assert misplaced(phase_map(wrong), right)


def test_one_quad_a_cell_and_logarithmic_axes() -> None:
    ax: Any = phase_map(diagram("optimum"))
    assert ax.collections[0].get_array().shape == (len(DENSITY), len(IMPORTANCE), 3)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert "importance" in ax.get_xlabel()
    assert "density" in ax.get_ylabel()
    assert ax.get_ylim()[0] < ax.get_ylim()[1]  # sparse at the bottom


def test_legend_names_regimes_and_what_is_overlaid() -> None:
    ax: Any = phase_map(diagram("optimum"), boundaries=boundaries("optimum"))
    legend: Any = ax.get_legend()
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["not represented", "dedicated", "superposed", "boundary of this map", "ansatz, closed form"]
    faces = [patch.get_facecolor()[:3] for patch in legend.get_patches()]
    assert faces == [to_rgb(color) for color in REGIME_COLORS.values()]


@pytest.mark.parametrize("kind", KINDS)
def test_title_names_the_kind_and_the_toy(kind: str) -> None:
    title = phase_map(diagram(kind)).get_title()
    assert title.startswith(f"{kind}:")
    assert "2 features in 1 dimension" in title
    assert ("best of 2" in title) == (kind == "trained")


def test_it_draws_where_it_is_told() -> None:
    ax: Any = Figure().subplots()
    assert phase_map(diagram("ansatz"), ax, title="mine") is ax
    assert ax.get_title() == "mine"


def test_maps_side_by_side_share_axes_and_one_legend() -> None:
    maps = {kind: diagram(kind) for kind in KINDS}
    figure: Any = compare_maps(maps, {"trained": agreement("trained")}, {"optimum": boundaries("optimum")})
    assert [ax.get_title().split(":")[0] for ax in figure.axes] == list(KINDS)
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes}) == 1
    assert len(figure.legends) == 1
    for ax, kind in zip(figure.axes, KINDS, strict=True):
        assert misplaced(ax, diagram(kind)) == []
        assert ax.get_legend() is None
    (circles,) = figure.axes[2].get_lines()
    assert len(circles.get_xdata()) == agreement("trained").count(NOT_REACHED) > 0


def test_maps_on_different_grids_are_limited_to_what_all_cover() -> None:
    part = PhaseDiagram(diagram("optimum").data.isel(density=slice(1, 5), importance=slice(1, 6)))
    figure: Any = compare_maps({"all": diagram("optimum"), "part": part})
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()
    assert figure.axes[0].get_xlim()[0] > IMPORTANCE[0]


BAD = [
    ({"diagrams": [1]}, TypeError, "mapping"),
    ({"diagrams": {}}, ValueError, "at least one"),
    ({"diagrams": {"a": 1}}, TypeError, "PhaseDiagram"),
    ({"diagrams": {"a": diagram("ansatz"), "b": diagram("ansatz", 3)}}, ValueError, "same toy"),
    ({"diagrams": {"a": diagram("ansatz")}, "agreements": {"b": agreement("ansatz")}}, ValueError, "named"),
    ({"diagrams": {"a": diagram("ansatz")}, "agreements": {"a": 3}}, TypeError, "Agreement"),
    ({"diagrams": {"a": diagram("ansatz")}, "agreements": [3]}, TypeError, "mapping"),
    ({"diagrams": {"a": diagram("ansatz")}, "boundaries": {"b": ()}}, ValueError, "named"),
]


@pytest.mark.parametrize(("arguments", "error", "part"), BAD)
def test_wrong_input_is_refused_in_one_line(arguments: Any, error: Any, part: str) -> None:
    with pytest.raises(error, match=part) as caught:
        compare_maps(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("arguments", [{"diagram": 3}, {"ax": 3}, {"boundaries": [3]}])
def test_wrong_types_are_refused(arguments: Any) -> None:
    with pytest.raises(TypeError, match="must be"):
        phase_map(**{"diagram": diagram("ansatz"), **arguments})
