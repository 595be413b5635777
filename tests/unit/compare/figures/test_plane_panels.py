"""Columns in the plane: turned without changing the loss, groups in one color, nothing cut off."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from toytoy.compare.figures.plane_panels import plane, plane_panels, upright
from toytoy.compare.paper.panels import solve_panels

from tests.small_maps import render

PAIRS = tt.Problem(n_features=4, n_hidden=2, density=0.05, support=tt.CorrelatedGroups((2, 2)))
LONE = tt.Problem(n_features=3, n_hidden=2, density=1.0, importance=(1.0, 0.9, 0.1))


def test_turning_keeps_the_gram_matrix_and_puts_the_first_to_the_right() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        weights = rng.normal(size=(2, 5))
        turned = upright(weights)
        np.testing.assert_allclose(turned.T @ turned, weights.T @ weights, atol=1e-12)
        long = np.nonzero(np.hypot(*weights) >= 0.5 * np.hypot(*weights).max())[0]
        assert turned[0, long[0]] == pytest.approx(np.hypot(*weights[:, long[0]]))
        assert abs(turned[1, long[0]]) < 1e-12
    np.testing.assert_array_equal(upright(np.zeros((2, 3))), np.zeros((2, 3)))


def test_optimum_stands_above_trained_and_all_words_fit() -> None:
    found = solve_panels("a title", {"pairs": PAIRS, "lone": LONE}, 8, tt.Trained(steps=5, batch=8))
    figure = plane_panels(found)
    render(figure)
    assert [ax.get_title() for ax in figure.axes] == ["pairs", "lone", "", ""]
    assert [ax.get_ylabel() for ax in figure.axes] == ["optimum", "", "trained", ""]
    box = figure.bbox
    for ax in figure.axes:
        inside = ax.get_tightbbox()
        assert inside is not None
        assert box.x0 <= inside.x0
        assert inside.x1 <= box.x1 + 1


def test_a_group_has_one_color_and_dropped_features_are_named() -> None:
    ax = Figure().subplots()
    found = solve_panels("", {"pairs": PAIRS, "lone": LONE}, 8, None)
    plane(ax, found.optimum[0], 1.5)
    arrows = [
        text.arrow_patch.get_edgecolor() for text in ax.texts if isinstance(text, Annotation) and text.arrow_patch
    ]
    assert len(arrows) == 4
    assert len(set(arrows)) == 2
    other = Figure().subplots()
    plane(other, found.optimum[1], 1.5)
    assert any(text.get_text() == "dropped: 2" for text in other.texts)


def test_numbers_do_not_lie_on_each_other() -> None:
    solution = solve_panels("", {"pairs": PAIRS.replace(density=0.5)}, 8, None).optimum[0]  # collapsed
    ax = Figure().subplots()
    plane(ax, solution, 1.5)
    places = np.array([text.get_position() for text in ax.texts if text.get_text().isdigit()])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + 9 * np.eye(4)
    assert apart.min() > 0.19


def test_other_dimensions_are_refused() -> None:
    found = solve_panels("", {"pair": tt.Problem.toy(2, density=0.5)}, 2, None)
    with pytest.raises(ValueError, match="2 hidden dimensions"):
        plane_panels(found)
