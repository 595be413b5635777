"""Cells have the edges that figures on paper draw, and every place has its nearest cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.compare.explorer.places import cell_edges, checked_place, nearest_cell
from toytoy.compare.figures import canvas

from tests.small_maps import DENSITY, IMPORTANCE, diagram


@pytest.mark.parametrize("values", [DENSITY, IMPORTANCE, np.array([0.3]), np.array([0.1, 0.5])])
@pytest.mark.parametrize("largest", [np.inf, 1.0])
def test_edges_are_those_on_paper(values: np.ndarray, largest: float) -> None:
    np.testing.assert_allclose(cell_edges(values, largest), canvas.cell_edges(values, largest), rtol=1e-14)


@given(st.floats(0.05, 1.0), st.floats(0.1, 10.0))
def test_a_place_lies_in_its_cell(density: float, importance: float) -> None:
    cell = nearest_cell(diagram("ansatz"), density, importance)
    for edges, index, value in (
        (cell_edges(DENSITY), cell.row, density),
        (cell_edges(IMPORTANCE), cell.column, importance),
    ):
        assert edges[index] * (1 - 1e-12) <= value <= edges[index + 1] * (1 + 1e-12)
    assert (cell.density, cell.importance) == (DENSITY[cell.row], IMPORTANCE[cell.column])


@pytest.mark.parametrize(("place", "corner"), [((1e-9, 1e-9), (0, 0)), ((1.0, 1e9), (5, 6))])
def test_beyond_the_grid_is_its_outermost_cell(place: tuple[float, float], corner: tuple[int, int]) -> None:
    assert nearest_cell(diagram("ansatz"), *place)[:2] == corner


@pytest.mark.parametrize(
    ("density", "importance", "error", "said"),
    [
        (0.0, 1.0, ValueError, "density"),
        (1.1, 1.0, ValueError, "density"),
        (float("nan"), 1.0, ValueError, "density"),
        (0.5, 0.0, ValueError, "importance"),
        (0.5, -1.0, ValueError, "importance"),
        (0.5, float("inf"), ValueError, "importance"),
        (0.5, float("nan"), ValueError, "importance"),
        ("0.5", 1.0, TypeError, "density"),
        (0.5, None, TypeError, "importance"),
        (True, 1.0, TypeError, "density"),
    ],
)
def test_what_is_no_place_is_refused(density: Any, importance: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=f"{said} must"):
        checked_place(density, importance)
