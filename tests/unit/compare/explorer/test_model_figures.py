"""Pictures of one model hold its numbers."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.explorer.model_figures import arrows, biases, feature_names, gram, loss_bars
from toytoy.compare.explorer.theme import THEMES

from tests.plotly_pictures import faults

PLANE = np.array([[1.0, 0.2, -0.9], [0.0, -1.1, 0.3]])
LINE = np.array([[1.02, -0.6]])
LOOK = THEMES["light"]


@pytest.mark.parametrize("weights", [PLANE, LINE, np.zeros((2, 3)), np.zeros((1, 2)), 50 * PLANE])
@pytest.mark.parametrize("theme", THEMES)
def test_pictures_are_plain_data(weights: np.ndarray, theme: str) -> None:
    look, bias = THEMES[theme], np.linspace(-0.5, 0.5, weights.shape[1])
    parts = tt.decompose(tt.Problem.toy(weights.shape[1], density=0.5, importance=0.7), weights, bias)
    for drawn in (arrows(weights, look), gram(weights, look), biases(bias, look), loss_bars(parts, look)):
        assert faults(drawn, look.ink) == []


def test_arrows_in_a_plane_are_the_columns() -> None:
    marks = [a for a in arrows(PLANE, LOOK)["layout"]["annotations"] if a["showarrow"]]
    assert [[a["x"], a["y"]] for a in marks] == PLANE.T.tolist()
    assert {(a["ax"], a["ay"]) for a in marks} == {(0.0, 0.0)}
    assert len({a["arrowcolor"] for a in marks}) == 3


def test_arrows_along_a_line_do_not_hide_one_another() -> None:
    marks = [a for a in arrows(LINE, LOOK)["layout"]["annotations"] if a["showarrow"]]
    assert [a["x"] for a in marks] == LINE[0].tolist()
    assert [a["ax"] for a in marks] == [0.0, 0.0]
    assert all(a["y"] == a["ay"] for a in marks)
    assert marks[0]["y"] > marks[1]["y"]


@pytest.mark.parametrize("weights", [np.array([[1.0, 0.0]]), np.array([[1.0, 0, 0], [0, 1.0, 0]])])
def test_a_dropped_feature_is_a_named_dot(weights: np.ndarray) -> None:
    drawn = arrows(weights, LOOK)
    marks = drawn["layout"]["annotations"]
    assert sum(a["showarrow"] for a in marks) == weights.shape[1] - 1
    assert [a["text"] for a in marks if not a["showarrow"]][-1] == "extra"
    assert len(drawn["data"][-1]["x"]) == weights.shape[1]


@pytest.mark.parametrize("weights", [3 * PLANE, 3 * LINE])
def test_long_arrows_are_inside(weights: np.ndarray) -> None:
    layout = arrows(weights, LOOK)["layout"]
    assert layout["xaxis"]["range"][1] > np.linalg.norm(weights, axis=0).max()


def test_gram_has_its_numbers_without_a_negative_zero() -> None:
    (cells,) = gram(np.array([[1.0, 1e-9], [0.0, -1.0]]), LOOK)["data"]
    np.testing.assert_allclose(cells["z"], [[1, 1e-9], [1e-9, 1]], rtol=1e-12)
    assert cells["text"] == [["1.000", "0.000"], ["0.000", "1.000"]]
    (cells,) = gram(np.array([[1.0, -1e-9], [0.0, 1.0]]), LOOK)["data"]
    assert cells["text"][0][1] == "0.000"
    assert cells["zmin"] == -cells["zmax"]


def test_biases_have_room_on_the_side_they_need() -> None:
    up = biases(np.array([0.2, -1e-17]), LOOK)
    assert up["layout"]["yaxis"]["range"][0] == 0
    assert up["data"][0]["y"] == [0.2, 0.0]
    both = biases(np.array([-0.2, 0.1]), LOOK)["layout"]["yaxis"]["range"]
    assert both[0] < -0.2 < 0.1 < both[1]
    flat = biases(np.zeros(2), LOOK)["layout"]["yaxis"]["range"]
    assert flat[0] < flat[1]


def test_stacked_parts_are_the_loss() -> None:
    problem = tt.Problem.toy(3, density=0.6, importance=0.5)
    drawn = loss_bars(tt.decompose(problem, PLANE, np.full(3, 0.1)), LOOK)
    total = sum(sum(trace["y"]) for trace in drawn["data"])
    assert total == pytest.approx(float(tt.loss(problem, PLANE, np.full(3, 0.1))), rel=1e-13)
    assert drawn["layout"]["barmode"] == "stack"
    assert len(drawn["data"]) == 5


def test_the_extra_is_named() -> None:
    assert feature_names(3) == ["0", "1", "2 (extra)"]
