"""Zooms lie where the diagrams' special points crowd, and only inside the lines' window."""

from dataclasses import replace
from typing import Any

import pytest
from toytoy.compare.figures.zooms import ZOOMS, Zoom, zooms_of

from tests.small_lines import small_lines


@pytest.mark.parametrize("n_features", [2, 3])
def test_zooms_lie_inside_the_paper_s_window(n_features: int) -> None:
    assert zooms_of(small_lines(n_features)) == ZOOMS[n_features]
    for zoom in ZOOMS[n_features]:
        assert zoom.importance[0] < zoom.importance[1]
        assert zoom.density[0] < zoom.density[1] <= 1.0


def test_both_tricritical_points_of_the_onset_are_in_a_small_zoom() -> None:
    for zooms in ZOOMS.values():
        for place in ((0.574042, 0.520248), (0.896441, 0.837320)):
            assert any(zoom.holds(*place) for zoom in zooms[1:])


@pytest.mark.parametrize(("density", "count"), [((0.01, 1.0), 3), ((0.01, 0.6), 1), ((0.7, 0.75), 0)])
def test_a_zoom_that_leaves_the_window_is_left_out(density: Any, count: int) -> None:
    assert len(zooms_of(replace(small_lines(), density=density))) == count


def test_ends_are_inside() -> None:
    zoom = Zoom((0.5, 2.0), (0.1, 1.0))
    assert zoom.holds(2.0, 0.1)
    assert not zoom.holds(2.1, 0.5)
    assert zoom.inside((0.5, 2.0), (0.1, 1.0))
    assert not zoom.inside((0.6, 2.0), (0.1, 1.0))
