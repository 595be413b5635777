"""Maps under a poster: they fill their windows, and are the ones asked for."""

from dataclasses import replace

import numpy as np
import pytest
from toytoy.compare.figures.canvas import cell_edges
from toytoy.compare.figures.zooms import ZOOMS
from toytoy.compare.poster_maps import middles, poster_maps

from tests.small_lines import small_lines

ROUNDING = 1e-12


def test_cells_fill_a_range() -> None:
    edges = cell_edges(middles(0.1, 1.0, 7))
    assert (edges[0], edges[-1]) == pytest.approx((0.1, 1.0), rel=ROUNDING)
    assert len(edges) == 8


def test_a_map_for_each_kind_and_zoom() -> None:
    steps: list[tuple[int, int]] = []
    found = poster_maps(small_lines(), detail=5, progress=lambda done, total: steps.append((done, total)))
    assert [str(diagram.kind) for diagram in found] == ["ansatz", *["optimum"] * 4]
    assert [diagram.data.sizes["density"] for diagram in found] == [5, 5, 5, 3, 3]
    assert steps == [(k, 5) for k in range(1, 6)]
    for diagram, zoom in zip(found[2:], ZOOMS[2], strict=True):
        assert cell_edges(diagram.importances)[[0, -1]] == pytest.approx(zoom.importance, rel=ROUNDING)
        assert cell_edges(diagram.densities)[[0, -1]] == pytest.approx(zoom.density, rel=ROUNDING)
    assert all(np.max(diagram.densities) < 1 for diagram in found)


def test_only_zooms_in_the_window() -> None:
    assert len(poster_maps(replace(small_lines(), density=(0.1, 0.4)), detail=2)) == 2
