"""Cells of a map stand where they belong, and know it."""

from __future__ import annotations

import numpy as np
from toytoy.compare.explorer.heat import heat_cells
from toytoy.compare.explorer.places import cell_edges

from tests.small_maps import DENSITY, IMPORTANCE


def test_rows_are_densities_and_columns_importances() -> None:
    values = np.arange(42.0).reshape(6, 7)
    cells = heat_cells(DENSITY, IMPORTANCE, values, values / 3)
    assert cells["z"] == values.tolist()
    np.testing.assert_allclose(cells["x"], cell_edges(IMPORTANCE), rtol=1e-8)
    np.testing.assert_allclose(cells["y"], cell_edges(DENSITY, 1.0), rtol=1e-8)
    assert (len(cells["x"]), len(cells["y"])) == (8, 7)
    for i, p in enumerate(DENSITY):
        for j, r in enumerate(IMPORTANCE):
            assert cells["customdata"][i][j] == [p, r, float(f"{values[i, j] / 3:.6g}")]


def test_more_is_passed_on() -> None:
    assert heat_cells(DENSITY, IMPORTANCE, np.zeros((6, 7)), np.zeros((6, 7)), zmin=-1)["zmin"] == -1
