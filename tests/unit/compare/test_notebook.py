"""Cards of diagrams and agreements: a small map that is the data's, shares, and nothing that raises."""

import base64
import io
import re
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from PIL import Image
from toytoy.analytic.markup import percent
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.figures.colors import REGIME_COLORS
from toytoy.compare.notebook import MOST_CELLS

from tests.small_maps import agreement, diagram
from tests.unit.analytic.test_problem_card import plain
from tests.unit.compare.reporting.test_page import faults


def pixels(html: Any) -> Any:
    """Read the map of a card, densities upwards."""
    (source,) = re.findall(r'src="data:image/png;base64,([^"]*)"', html)
    with Image.open(io.BytesIO(base64.b64decode(source))) as image:
        return np.asarray(image.convert("RGB"))[::-1]


@pytest.mark.parametrize("kind", ["ansatz", "optimum", "trained"])
@pytest.mark.parametrize("n", [2, 3])
def test_a_diagram_is_drawn_and_counted(kind: str, n: int) -> None:
    found = diagram(kind, n)
    html = found._repr_html_()
    assert not faults(html)
    for regime, color in REGIME_COLORS.items():
        mine = (pixels(html) == [int(color[k : k + 2], 16) for k in (1, 3, 5)]).all(axis=-1)
        assert (mine == (found.data.regime.values == str(regime))).all()
        assert f"{str(regime).replace('_', ' ')}: {percent(float(mine.mean()))}" in plain(html)
    for part in (f"{n} features in {n - 1}", kind, str(found.data.attrs["method"]), "0.05 to 1, 6 values"):
        assert part in plain(html)
    assert re.search(r'alt="Map of the regime of the extra feature: [^"]{20,}"', str(html))


def test_a_huge_diagram_stays_small() -> None:
    data = diagram("optimum").data.interp(
        density=np.geomspace(0.05, 1, 900), importance=np.geomspace(0.1, 10, 1100), method="nearest"
    )
    html = PhaseDiagram(data)._repr_html_()
    assert max(pixels(html).shape) <= MOST_CELLS
    assert len(str(html)) < 30_000
    assert "900 × 1100 cells" in plain(html)


def test_what_was_tampered_with_is_left_to_the_text() -> None:
    empty = PhaseDiagram(diagram("optimum").data.drop_vars("regime"))
    assert empty._repr_html_() is None
    nowhere = PhaseDiagram(diagram("optimum").data.isel(density=[]))
    assert nowhere._repr_html_() is None or "no cells" in str(nowhere._repr_html_())
    odd = diagram("optimum").data.copy(deep=True)
    odd["regime"][:] = "<b>"
    assert "other: 100.0 %" in plain(PhaseDiagram(odd)._repr_html_())
    odd.attrs["method"] = "<script>"
    assert "<script" not in str(PhaseDiagram(odd)._repr_html_())


def test_one_cell_is_a_diagram() -> None:
    one = tt.phase_diagram(2, 1, density=[0.5], importance=[1.0])
    assert "1 × 1 cells" in plain(one._repr_html_())
    words = plain(tt.agreement(one, one)._repr_html_())
    assert "1 of 1 cell has its regime" in words
    assert "kappa undefined, as both maps have one and the same regime" in words


def test_the_text_is_as_it_was() -> None:
    assert repr(diagram("optimum")).startswith("PhaseDiagram(data=<xarray.Dataset>")
    assert repr(agreement("ansatz")).startswith("Agreement(agrees=True")
