"""The map of what most maps say: colors, dots and counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from matplotlib.colors import to_rgb
from toytoy.compare.agreements import DIVIDED, agreements
from toytoy.compare.figures.consensus import ALONE, COLORS, consensus_map

from tests.small_maps import diagram, render


def test_cells_have_the_color_of_the_consensus_and_dots_where_not_all_agree() -> None:
    found = agreements({kind: diagram(kind) for kind in ("ansatz", "optimum", "trained")})
    ax: Any = consensus_map(found)
    render(ax.figure)
    colors = ax.collections[0].get_array()
    assert np.array_equal(colors, [[to_rgb(COLORS[str(name)]) for name in row] for row in found.consensus.values])
    apart = int((~found.unanimous).sum())
    assert apart > 0
    (dots,) = ax.get_lines()
    assert len(dots.get_xdata()) == apart
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts[-1] == f"{ALONE} ({apart})"
    assert f"superposed ({int((found.consensus == 'superposed').sum())})" in texts
    assert str(found.unanimous.size - apart) in ax.get_title()


def test_full_agreement_has_no_dot() -> None:
    ax: Any = consensus_map(agreements([diagram("optimum"), diagram("optimum")]), title="same")
    assert not ax.get_lines()
    assert ax.get_title() == "same"


def test_divided_cells_have_a_color_of_their_own() -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["weights"][:] = np.broadcast_to([[1.0, 0.0]], data.weights.shape)
    found = agreements([diagram("ansatz"), tt.PhaseDiagram(data)])
    ax: Any = consensus_map(found)
    render(ax.figure)
    divided = int((found.consensus == DIVIDED).sum())
    assert f"divided ({divided})" in [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize("wrong", [None, 3, diagram("optimum")])
def test_wrong_types_are_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^found must be Agreements, got found of type .*$"):
        consensus_map(wrong)
