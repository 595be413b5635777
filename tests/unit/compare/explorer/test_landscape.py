"""The landscape is the exact loss with the best biases: bounded by models that are known, and drawn in time."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.explorer.landscape import FLOOR, GRID, REACH, landscape, landscape_of, landscape_view
from toytoy.compare.explorer.shipped import shipped
from toytoy.compare.explorer.theme import THEMES

from tests.plotly_pictures import faults, traces

PLACES = [(0.2, 0.6), (0.53, 0.6), (0.8, 0.9), (1.0, 0.5), (0.01, 10.0), (1e-4, 0.1)]
MOST_SECONDS = 0.1  # a slider moves


@pytest.mark.parametrize(("density", "importance"), PLACES)
def test_it_lies_between_the_optimum_and_any_model_of_the_same_weights(density: float, importance: float) -> None:
    found = landscape_of(density, importance)
    problem = tt.Problem.toy(2, density=density, importance=importance)
    assert found.losses.min() >= found.minima[0].loss - 1e-12
    rng = np.random.default_rng(0)
    for _ in range(50):
        i, j = rng.integers(0, len(GRID), 2)
        bias = rng.uniform(-0.5, 0.5, (40, 2))
        weights = np.broadcast_to([[GRID[i], GRID[j]]], (40, 1, 2))
        assert found.losses[i, j] <= tt.loss(problem, weights, bias).min() + 1e-12


@pytest.mark.parametrize(("density", "importance"), PLACES)
def test_both_signs_are_one(density: float, importance: float) -> None:
    losses = landscape_of(density, importance).losses
    np.testing.assert_array_equal(losses, losses[::-1, ::-1])


@pytest.mark.parametrize(("density", "importance"), PLACES)
def test_exchanging_the_features_inverts_the_importance(density: float, importance: float) -> None:
    here, there = landscape_of(density, importance), landscape_of(density, 1 / importance)
    np.testing.assert_allclose(here.losses, importance * there.losses.T, rtol=1e-13)


def test_at_density_one_the_sign_of_a_weight_is_free() -> None:
    losses = landscape_of(1.0, 0.4).losses
    np.testing.assert_allclose(losses, losses[::-1], atol=1e-11)


@pytest.mark.parametrize(("density", "importance"), PLACES)
def test_frozen_models_have_their_published_losses(density: float, importance: float) -> None:
    found, problem = landscape_of(density, importance), tt.Problem.toy(2, density=density, importance=importance)
    for name, model in found.ansatz.items():
        assert model.loss == tt.ansatz(name, problem).loss.value
    eased = [float(row[-1]) for row in landscape_view(density, importance).table.rows]
    own = [float(row[-2]) for row in landscape_view(density, importance).table.rows]
    assert all(a <= b * (1 + 1e-5) for a, b in zip(eased, own, strict=True))


def test_every_optimum_of_the_map_is_inside() -> None:
    assert np.abs(shipped(2)["optimum"].data.weights.values).max() < REACH - (GRID[1] - GRID[0])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("density", "importance"), PLACES)
def test_pictures_are_plain_data(density: float, importance: float, theme: str) -> None:
    view = landscape_view(density, importance, theme)
    assert faults(view.figure, THEMES[theme].ink) == []
    assert landscape(density, importance, theme) == view.figure


def test_columns_are_the_first_feature_and_colors_the_height() -> None:
    found = landscape_of(0.2, 0.6)
    (drawn,) = traces(landscape(0.2, 0.6), "loss")
    share = np.maximum((found.losses - found.minima[0].loss) / found.null_loss, 10**FLOOR)
    np.testing.assert_allclose(np.array(drawn["z"]), np.log10(share).T, atol=1e-4)
    np.testing.assert_allclose(np.array(drawn["customdata"]), found.losses.T, rtol=1e-4)


def test_every_marked_model_has_its_mirror_image() -> None:
    figure = landscape(0.2, 0.6)
    for name, count in (("published ansatz", 6), ("local minimum", 2), ("optimum", 2)):
        (marks,) = traces(figure, name)
        places = {(x, y) for x, y in zip(marks["x"], marks["y"], strict=True)}
        assert len(marks["x"]) == count
        assert places == {(-x, -y) for x, y in places}


def test_words_say_what_is_seen() -> None:
    assert (
        "2 local minima found, up to the sign of W. The best frozen model, antipodal, lies 1.4 % above the least loss"
        in (landscape_view(0.2, 0.6).caption)
    )
    said = landscape_view(1.0, 0.5).caption
    assert "one minimum found, up to the sign of W. The best frozen model, not represented, is the optimum" in said
    assert [row[0] for row in landscape_view(0.8, 0.9).table.rows[:2]] == ["optimum", "local minimum"]


def test_it_is_drawn_while_a_slider_moves() -> None:
    """A new density each time, so that nothing is remembered; processor time, the median of nine."""
    landscape(0.5, 0.5)
    spent = []
    for k in range(9):
        start = time.process_time()
        landscape(0.31 + 0.0123 * k, 0.7)
        spent.append(time.process_time() - start)
    assert statistics.median(spent) < MOST_SECONDS


@pytest.mark.parametrize(
    ("density", "importance"), [(0.0, 1.0), (1.1, 1.0), (0.5, 0.0), (0.5, float("inf")), (float("nan"), 1.0)]
)
def test_no_place_is_refused(density: float, importance: float) -> None:
    with pytest.raises(ValueError, match="must"):
        landscape(density, importance)


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="theme must be one of"):
        landscape(0.5, 0.5, "sepia")
