"""Where a map agrees with the optimum, and how much it loses."""

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from matplotlib.colors import to_rgb
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.figures.agreement_maps import BELOW, NO_MORE, agreement_map, excess_map, relative_excess
from toytoy.compare.figures.colors import STATUS_COLORS

from tests.small_maps import DENSITY, agreement, diagram, render


def below_the_optimum() -> Any:
    """Plant a loss that cannot be."""
    data = diagram("ansatz").data.copy(deep=True)
    data.loss[2, 3] = 0.9 * diagram("optimum").data.loss[2, 3]
    return PhaseDiagram(data)


def test_every_cell_has_the_color_of_its_status() -> None:
    found = agreement("ansatz")
    assert 0 < found.count("not_reached") < found.cells.size
    colors: Any = agreement_map(found).collections[0].get_array()
    wanted = [[to_rgb(STATUS_COLORS[str(name)]) for name in row] for row in found.cells.values]
    assert np.array_equal(colors, wanted)


def test_legend_counts_and_title_is_the_verdict() -> None:
    found = agreement("ansatz")
    ax: Any = agreement_map(found)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == [
        f"{name} ({found.count(key)})"
        for name, key in (("agrees", "agrees"), ("not reached", "not_reached"), ("disagreement", "disagreement"))
    ]
    assert ax.get_title().replace("\n", " ") == found.verdict


def test_a_disagreement_is_crossed() -> None:
    ax: Any = agreement_map(tt.agreement(below_the_optimum(), diagram("optimum")))
    (cross,) = ax.get_lines()
    assert cross.get_marker() == "x"
    assert cross.get_ydata() == pytest.approx([DENSITY[2]], rel=0)


def test_excess_is_that_of_the_losses() -> None:
    ax: Any = excess_map(diagram("ansatz"), diagram("optimum"))
    shown: Any = ax.collections[0].get_array()
    excess, error = relative_excess(diagram("ansatz"), diagram("optimum"))
    same = excess <= error
    assert 0 < same.sum() < same.size
    assert np.array_equal(np.ma.getmaskarray(shown), same)
    assert np.array_equal(shown.data[~same], excess[~same])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [NO_MORE]
    assert "L" in ax.figure.axes[1].get_ylabel()


def test_a_loss_below_the_optimum_is_crossed() -> None:
    ax: Any = excess_map(below_the_optimum(), diagram("optimum"))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [NO_MORE, BELOW]


def test_an_optimum_against_itself_is_drawn_too() -> None:
    ax: Any = excess_map(diagram("optimum"), diagram("optimum"))
    render(ax.figure)
    assert np.ma.getmaskarray(ax.collections[0].get_array()).all()  # no cell has any excess
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [NO_MORE]


PART = PhaseDiagram(diagram("optimum").data.isel(density=slice(1)))


@pytest.mark.parametrize(
    ("pair", "error", "part"),
    [
        ((3, diagram("optimum")), TypeError, "PhaseDiagram"),
        ((diagram("ansatz"), "optimum"), TypeError, "optimum must be a PhaseDiagram"),
        ((diagram("optimum"), diagram("ansatz")), ValueError, "swap"),
        ((diagram("ansatz", 3), diagram("optimum")), ValueError, "same toy"),
        ((diagram("ansatz"), PART), ValueError, "density grids"),
    ],
)
def test_wrong_pairs_are_refused_in_one_line(pair: Any, error: Any, part: str) -> None:
    with pytest.raises(error, match=part) as caught:
        excess_map(*pair)
    assert "\n" not in str(caught.value)


def test_wrong_types_are_refused() -> None:
    wrong: Any = 3
    with pytest.raises(TypeError, match=r"^agreement must be an Agreement, got agreement of type int; .*$"):
        agreement_map(wrong)
