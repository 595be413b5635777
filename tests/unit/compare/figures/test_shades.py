"""Shades: each phase's color at full norm, that of nothing at none, and every cell where it should be."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from toytoy.analytic.regime import Phase
from toytoy.compare.figures.colors import PHASE_COLORS
from toytoy.compare.figures.shades import check_maps, norms, norms_at, paint_shades, phases_at, shade, weights_at

from tests.small_maps import DENSITY, IMPORTANCE, diagram

ROUNDING = 1e-12


@pytest.mark.parametrize("phase", list(Phase))
def test_a_phase_has_its_color_at_norm_1_and_beyond_and_fades_to_nothing(phase: Phase) -> None:
    pure, nothing = to_rgb(PHASE_COLORS[phase]), to_rgb(PHASE_COLORS[Phase.NOT_REPRESENTED])
    found = shade([[str(phase)] * 4], [[1.0, 1.5, 0.0, 0.5]])[0]
    assert np.abs(found[:2] - pure).max() < ROUNDING
    assert np.abs(found[2] - nothing).max() < ROUNDING
    assert np.abs(found[3] - (np.array(pure) + nothing) / 2).max() < ROUNDING


def test_cells_are_found_where_they_are_and_nowhere_else() -> None:
    shown: Any = diagram("optimum")
    assert (phases_at([shown], IMPORTANCE, DENSITY) == shown.data.phase.values).all()
    assert (norms_at([shown], IMPORTANCE, DENSITY) == norms(shown)).all()
    assert np.array_equal(weights_at([shown], IMPORTANCE[1], DENSITY[2]), shown.data.weights.values[2, 1])  # type: ignore[arg-type]
    outside = phases_at([shown], IMPORTANCE * 100, DENSITY)
    assert set(outside[:, -1]) == {""}
    assert weights_at([shown], 1000.0, 0.5) is None
    assert np.isnan(norms_at([], IMPORTANCE, DENSITY)).all()


def test_later_maps_lie_over_earlier_ones() -> None:
    ansatz, optimum = diagram("ansatz"), diagram("optimum")
    both = phases_at([ansatz, optimum], IMPORTANCE, DENSITY)
    assert (both == optimum.data.phase.values).all()
    assert (both != phases_at([optimum, ansatz], IMPORTANCE, DENSITY)).any()


def test_painting_keeps_the_window() -> None:
    ax: Any = Figure().subplots()
    ax.set_xlim(0.3, 0.9)
    ax.set_ylim(0.2, 0.8)
    paint_shades(ax, [diagram("optimum")])
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.3, 0.9), (0.2, 0.8))
    (mesh,) = ax.collections
    assert mesh.get_array().shape == (len(DENSITY), len(IMPORTANCE), 3)


def test_maps_are_one_several_or_none() -> None:
    assert check_maps(None, 2) == ()
    assert check_maps(diagram("ansatz"), 2) == (diagram("ansatz"),)
    assert len(check_maps([diagram("ansatz"), diagram("optimum")], 2)) == 2
    with pytest.raises(ValueError, match=r"^diagram must be of the toy that the lines are of, .*n_features=3; "):
        check_maps(diagram("ansatz", 3), 2)
    with pytest.raises(TypeError, match="PhaseDiagram"):
        check_maps([3], 2)
