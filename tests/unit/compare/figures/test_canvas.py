"""Axes, edges and markers under every map."""

from typing import Any

import matplotlib
import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from toytoy.compare.figures.canvas import (
    FONT,
    axes_on,
    cell_edges,
    check_diagram,
    frame,
    legend_below,
    log_axis,
    mark_cells,
    paint_names,
    patches,
    root_figure,
)

from tests.small_maps import render

EPS = np.finfo(float).eps
NAMES = xr.DataArray(
    [["a", "b", "b"], ["a", "a", "c"]],
    {"density": [0.1, 1.0], "importance": [0.5, 1.0, 4.0]},
    ("density", "importance"),
)
COLORS = {"a": "#ff0000", "b": "#00ff00", "c": "#0000ff"}


def test_edges_are_geometric_midpoints() -> None:
    edges = cell_edges(np.array([0.1, 1.0, 4.0]))
    assert edges == pytest.approx([0.1 / np.sqrt(10), np.sqrt(0.1), 2.0, 8.0], rel=10 * EPS)


def test_edges_stop_at_the_largest_value_there_is() -> None:
    assert cell_edges(np.array([0.25, 1.0]), 1.0)[-1] == 1.0


def test_a_lone_cell_has_edges_around_it() -> None:
    low, high = cell_edges(np.array([0.5]))
    assert low < 0.5 < high


def test_cells_lie_where_their_values_are() -> None:
    ax: Any = axes_on(None)
    mesh: Any = paint_names(ax, NAMES, COLORS)
    assert mesh.get_array().shape == (2, 3, 3)
    corners = mesh.get_coordinates()
    for i, p in enumerate([0.1, 1.0]):
        for j, r in enumerate([0.5, 1.0, 4.0]):
            (left, bottom), (right, top) = corners[i, j], corners[i + 1, j + 1]
            assert left < r < right
            assert bottom < p <= top
            assert tuple(mesh.get_array()[i, j]) == to_rgb(COLORS[str(NAMES.sel(density=p, importance=r).values)])


def test_frame_is_logarithmic_and_says_what_it_shows() -> None:
    ax: Any = axes_on(None)
    x, y = frame(ax, NAMES)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert ax.get_xlim() == (x[0], x[-1])
    assert ax.get_ylim() == (y[0], 1.0)
    assert "importance" in ax.get_xlabel()
    assert "1 − sparsity" in ax.get_ylabel()


@pytest.mark.parametrize(("low", "high"), [(0.01, 1.0), (0.1, 10.0), (0.3, 0.9), (0.5, 0.6)])
def test_every_axis_has_at_least_two_labelled_ticks(low: Any, high: Any) -> None:
    ax: Any = axes_on(None)
    log_axis(ax, "x", low, high, "x")
    render(ax.figure)
    labels = [t.label1.get_text() for t in ax.xaxis.get_major_ticks() if low <= t.get_loc() <= high]
    assert len([label for label in labels if label]) >= 2


def test_marks_stand_on_their_cells_and_only_there() -> None:
    ax: Any = axes_on(None)
    mark_cells(ax, NAMES == "b", "o", "marked")
    (line,) = ax.get_lines()
    assert sorted(zip(*line.get_data(), strict=True)) == [(1.0, 0.1), (4.0, 0.1)]
    mark_cells(ax, NAMES == "nothing", "x", "none")
    assert len(ax.get_lines()) == 1


@pytest.mark.parametrize(("width", "columns"), [(5.2, 3), (3.9, 2)])
def test_the_legend_has_as_many_columns_as_fit(width: Any, columns: Any) -> None:
    ax: Any = axes_on(None, (width, 4))
    legend_below(ax, patches(COLORS, "abc"))
    assert ax.get_legend()._ncols == columns
    assert all(text.get_fontsize() >= 8 for text in ax.get_legend().get_texts())


def test_nothing_global_changes() -> None:
    before = dict(matplotlib.rcParams)
    render(paint_names(axes_on(None), NAMES, COLORS).figure)
    assert dict(matplotlib.rcParams) == before
    assert FONT >= 8  # points: the smallest that print bears


def test_what_is_wrong_is_refused_in_one_line() -> None:
    wrong: Any = "here"
    with pytest.raises(TypeError, match=r"^ax must be a matplotlib Axes, got ax of type str; .*$"):
        axes_on(wrong)
    with pytest.raises(TypeError, match=r"^diagram must be a PhaseDiagram, got diagram of type int; .*$"):
        check_diagram(3)
    ax: Any = Figure().subplots()
    ax.remove()
    with pytest.raises(ValueError, match="removed"):
        root_figure(ax)
