"""The figure of dimensions: averages on the left, one dot a feature on the right, over 1/(1 - S)."""

from __future__ import annotations

import numpy as np
from toytoy.compare.figures.dimensions import dimensions
from toytoy.compare.paper.dimensionality import PLATEAUS, Dimensionality

from tests.small_maps import render

WEIGHTS = np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]]])
FOUND = Dimensionality(
    *(3, 2, np.array([1.0, 0.1]), np.array([0.5, 0.1]), WEIGHTS, np.array([0.6, 0.2]), 0.9 * WEIGHTS),
)


def test_what_is_found_is_drawn() -> None:
    figure = dimensions(FOUND)
    render(figure)
    left, right = figure.axes
    best, trained = left.get_lines()[:2]
    np.testing.assert_allclose(np.asarray(best.get_xydata()), np.array([[1, 1], [10, 2 / 3]]))
    np.testing.assert_allclose(np.asarray(trained.get_ydata()), np.array([1, 2 / 3]) / 0.81)
    assert {text.get_text() for text in right.texts} == set(PLATEAUS)
    dots = [line for line in right.get_lines() if line.get_marker() == "."]
    np.testing.assert_allclose(np.asarray(dots[0].get_ydata()), [1, 1, np.nan, 0.5, 0.5, 1])
    assert len(dots) == 2


def test_without_training_there_is_one_kind() -> None:
    alone = Dimensionality(*(3, 2, FOUND.densities, FOUND.losses, WEIGHTS, np.empty(0), np.empty((0, 2, 3))))
    figure = dimensions(alone)
    labels = [str(line.get_label()) for line in figure.axes[0].get_lines()]
    assert "trained" not in labels
