"""An agreement in a notebook."""

import numpy as np
import toytoy as tt
from toytoy.analytic.markup import percent, show
from toytoy.compare.diagram import PhaseDiagram

from tests.small_maps import agreement, diagram
from tests.unit.analytic.test_problem_card import plain
from tests.unit.compare.reporting.test_page import faults
from tests.unit.compare.test_notebook import pixels


def test_an_agreement_says_what_came_of_it() -> None:
    found = agreement("trained")
    html = found._repr_html_()
    words = plain(html)
    assert not faults(html)
    assert found.verdict in words
    for status in ("agrees", "not_reached", "disagreement"):
        row = found.shares.sel(status=status)
        interval = f"{percent(float(row.low))} to {percent(float(row.high))}"
        name = status.replace("_", " ")
        assert f"{name} {found.count(status)} {percent(found.share(status))} {interval}" in words
    for distance in found.boundary_distance:
        assert not distance.n_shared or show(distance.largest) in words
    assert pixels(html).shape[:2] == found.cells.shape


def test_a_loss_that_is_no_number_is_said_in_words() -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][2, 3] = np.nan
    words = plain(tt.agreement(PhaseDiagram(data), diagram("optimum"))._repr_html_())
    assert "unknown: a loss is not a number" in words
    assert "nan" not in words
