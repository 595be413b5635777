"""The paper's coloring by norm and superposition."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from toytoy.analytic.regime import Regime
from toytoy.compare.figures.colors import REGIME_COLORS
from toytoy.compare.figures.norm_maps import norm_colors, norm_map

from tests.small_maps import diagram

EPS = np.finfo(float).eps


@pytest.mark.parametrize(
    ("norm", "shared", "regime"),
    [(0, 0, Regime.NOT_REPRESENTED), (1, 0, Regime.DEDICATED), (1, 1, Regime.SUPERPOSED), (1.5, 3, Regime.SUPERPOSED)],
)
def test_pure_models_have_the_colors_of_their_regimes(norm: Any, shared: Any, regime: Any) -> None:
    assert norm_colors(norm, shared) == pytest.approx(to_rgb(REGIME_COLORS[regime]), abs=4 * EPS)


def test_a_half_is_half_way() -> None:
    half = (norm_colors(0, 0) + norm_colors(1, 0)) / 2
    assert norm_colors(0.5, 0) == pytest.approx(half, abs=4 * EPS)


def test_the_frozen_ansatz_has_pure_colors_only() -> None:
    shown: Any = diagram("ansatz")
    colors: Any = norm_map(shown).collections[0].get_array()
    wanted = [[to_rgb(REGIME_COLORS[Regime(str(name))]) for name in row] for row in shown.data.regime.values]
    assert np.asarray(colors) == pytest.approx(np.array(wanted), abs=10 * EPS)


def test_it_shows_the_extra_feature_not_another() -> None:
    shown: Any = diagram("optimum").data
    norm = np.abs(shown.weights.values[..., 0, 1])
    shared = np.where(norm > 0, shown.weights.values[..., 0, 0] ** 2, 0)
    colors: Any = norm_map(diagram("optimum")).collections[0].get_array()
    assert np.asarray(colors) == pytest.approx(norm_colors(norm, shared), abs=100 * EPS)  # a column over its own length


def test_a_key_explains_the_colors() -> None:
    ax: Any = norm_map(diagram("optimum"))
    _, key = ax.figure.axes
    assert "superposition" in key.get_xlabel()
    assert "norm" in key.get_ylabel()
    image = np.asarray(key.get_images()[0].get_array())
    assert image[0, 0] == pytest.approx(norm_colors(0, 0), abs=0.02)  # a key of 64 cells begins half a cell inside
    assert image[-1, 0] == pytest.approx(norm_colors(1, 0), abs=0.02)
    assert image[-1, -1] == pytest.approx(norm_colors(1, 1), abs=0.02)


def test_wrong_types_are_refused() -> None:
    wrong: Any = []
    with pytest.raises(TypeError, match=r"^diagram must be a PhaseDiagram, got diagram of type list; .*$"):
        norm_map(wrong)
