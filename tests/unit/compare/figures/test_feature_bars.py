"""Bars and heat maps: lengths, colors and order are those of the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.compare.figures.feature_bars import SHARED, bars, feature_bars, heat
from toytoy.compare.paper.panels import Panels, solve_panels

from tests.small_maps import render


@pytest.fixture(scope="module")
def found() -> Panels:
    problem = tt.Problem(n_features=3, n_hidden=2, density=0.1, importance=(1.0, 0.9, 0.8))
    return solve_panels("three", {"sparse": problem, "dense": problem.replace(density=1.0)}, 8, tt.Trained(steps=2))


def test_bars_are_norms_colored_by_superposition(found: Panels) -> None:
    ax = Figure().subplots()
    solution = found.optimum[0]
    bars(ax, solution, 1.5)
    widths = [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]
    np.testing.assert_allclose(widths, np.linalg.norm(solution.weights, axis=0))
    shared = np.clip(tt.superposition(solution.weights), 0, 1)
    np.testing.assert_allclose(np.array([bar.get_facecolor() for bar in ax.patches], float), SHARED(shared))
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first feature on top


def test_the_heat_map_is_the_gram_matrix_and_the_bias(found: Panels) -> None:
    ax = Figure().subplots()
    solution = found.optimum[0]
    heat(ax, solution)
    shown: Any = np.ma.filled(np.ma.asarray(ax.images[0].get_array()), np.nan)
    np.testing.assert_allclose(shown[:, :3], solution.weights.T @ solution.weights)
    np.testing.assert_allclose(shown[:, -1], solution.bias)
    assert np.isnan(shown[:, 3]).all()


def test_rows_are_labelled_and_color_bars_part(found: Panels) -> None:
    figure = feature_bars(found)
    render(figure)
    labels = [ax.get_ylabel() for ax in figure.axes]
    assert labels[0].startswith("optimum")
    assert labels[4].startswith("trained")
    assert {"entries of WᵀW and b", "superposition"} <= set(labels)
    one, other = (ax.get_window_extent() for ax in figure.axes[-2:])
    assert one.y0 > other.y1
