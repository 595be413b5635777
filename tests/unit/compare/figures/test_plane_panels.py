"""Columns in the plane: turned without changing the loss, groups in one color, nothing cut off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from toytoy.analytic.answer import answer
from toytoy.analytic.solution import Kind
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


def drawn(weights: list[list[float]]) -> Axes:
    """Draw one model by hand, without its problem's optimum."""
    n = len(weights[0])
    given = tt.Problem(n_features=n, n_hidden=2, density=0.5)
    said: dict[str, Any] = {"kind": Kind.TRAINED, "method": "", "tolerance": 0.01, "status": "", "n_evaluations": 0}
    ax = Figure(figsize=(1.75, 1.75)).add_axes((0, 0, 1, 1))
    plane(ax, answer(given, np.array([weights]), np.zeros((1, n)), **said), 1.5)
    return ax


def test_tips_in_one_place_share_a_label() -> None:
    ax = drawn([[0.5, 0.51, -0.3, -0.3], [0.0, 0.01, 0.6, 0.62]])
    assert [text.get_text() for text in ax.texts if text.get_text()] == ["2, 3", "0, 1"]


@pytest.mark.parametrize(
    "weights",
    [
        [[1.0, 0.0, 0.0, 0.0, -1.0], [0.0, 1.0, -1.0, 0.2, 0.0]],  # a short one over a long one
        [[1.0, -0.2, 0.23, 0.1, -0.05], [0.0, 1.0, 0.4, 0.2, 0.05]],  # several near the origin
        [[1.0, 0.95, 0.2, 0.1, -0.9], [0.0, 0.15, -0.7, -0.75, 0.0]],  # nearly in one direction
        [[0.12, 0.0, -0.12, 0.0, 0.0], [0.0, 0.12, 0.0, -0.12, 0.9]],  # a small square
    ],
)
def test_labels_are_clear_of_arrows_and_of_each_other_and_of_the_frame(weights: list[list[float]]) -> None:
    ax = drawn(weights)
    render(ax.figure)
    labels = [text for text in ax.texts if text.get_text()]
    assert sorted(int(i) for text in labels for i in text.get_text().split(", ")) == list(range(5))
    frame = ax.get_window_extent()
    boxes = [text.get_window_extent() for text in labels]
    columns = upright(np.array(weights))
    points = ax.transData.transform(np.concatenate([np.outer(np.linspace(0, 1, 50), column) for column in columns.T]))
    for k, box in enumerate(boxes):
        assert not any(box.contains(*point) for point in points), labels[k].get_text()
        assert not any(box.overlaps(other) for other in boxes[:k])
        assert frame.x0 < box.x0
        assert box.x1 < frame.x1


def test_other_dimensions_are_refused() -> None:
    found = solve_panels("", {"pair": tt.Problem.toy(2, density=0.5)}, 2, None)
    with pytest.raises(ValueError, match="2 hidden dimensions"):
        plane_panels(found)
