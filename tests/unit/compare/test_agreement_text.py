"""Agreements in words and as plain data: every number is the statistic's."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.agreement_text import distance_text, share_text
from toytoy.compare.distance import BoundaryDistance
from toytoy.compare.summary import to_json

from tests.small_maps import agreement, diagram


def test_narrow_intervals_have_more_digits() -> None:
    assert share_text(0.5, 0.4, 0.6) == "50.0% (40.0% … 60.0%)"
    assert share_text(0.0, 0.0, 0.00038) == "0.00% (0.00% … 0.04%)"


@pytest.mark.parametrize("kind", ["ansatz", "optimum", "trained"])
def test_the_text_says_the_verdict_and_the_shares(kind: str) -> None:
    found = agreement(kind)
    lines = str(found).splitlines()
    assert lines[0] == found.verdict
    row = found.shares.sel(status="agrees")
    assert share_text(row.share.item(), row.low.item(), row.high.item()) in lines[1]
    assert f"{found.kappa.value:.3f}" in str(found)
    assert all(distance_text(each) in str(found) for each in found.boundary_distance)
    assert len(lines) < 16
    assert max(map(len, lines)) < 200


def test_the_text_survives_numbers_that_are_none() -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][:] = np.nan
    found = tt.agreement(tt.PhaseDiagram(data), diagram("optimum"))
    assert "contradicts" in str(found)
    assert "unknown, as a loss is not a number, of 42 cells" in str(found)
    assert "nan" not in str(found)


def test_one_cell_is_in_the_singular_and_has_no_kappa() -> None:
    data = diagram("optimum").data.isel(density=[2], importance=[3])
    found = tt.agreement(tt.PhaseDiagram(data), tt.PhaseDiagram(data))
    assert "of 1 cell\n" in str(found)
    assert "1 cells" not in str(found)
    assert "kappa of regimes: undefined, as both maps have one and the same regime throughout" in str(found)
    assert "nan" not in str(found)


def test_one_density_is_in_the_singular() -> None:
    between = ("superposed", "dedicated")
    text = distance_text(BoundaryDistance.of(between, [0.1], [0.25], [0.5], 1))
    assert "1 of 1 density within errors; 1 density has it in one map only" in text
    assert distance_text(BoundaryDistance.of(between, [], [], [], 1)).endswith("in one map only, at 1 density")
    assert distance_text(BoundaryDistance.of(between, [], [], [], 2)).endswith("at 2 densities")


def test_a_margin_of_the_wrong_sign_is_said_and_not_used() -> None:
    data = diagram("optimum").data.copy(deep=True)
    data["margin"] = -data.margin
    found = tt.agreement(tt.PhaseDiagram(data), diagram("ansatz"))
    assert not found.agrees
    assert found.count("disagreement") == found.cells.size
    assert f"{found.cells.size} cells without a scale" in str(found)


def test_plain_data_is_json_and_holds_every_statistic() -> None:
    found = agreement("ansatz")
    data = json.loads(to_json(found.to_dict()))
    assert (data["agrees"], data["verdict"], data["cells"]) == (found.agrees, found.verdict, found.cells.size)
    assert data["shares"]["agrees"]["low"] == found.shares.low.sel(status="agrees").item()
    entry = data["confusion"]["superposed"]["not_represented"]
    assert entry["cells"] == int(found.confusion.sel(optimum="superposed", other="not_represented"))
    assert data["kappa"] == found.kappa._asdict()
    assert data["loss_gaps"]["all"]["quantiles"]["1.0"]["value"] == float(found.loss_gap.sel(quantile=1.0))
    assert data["margin_gaps"]["agrees"]["cells"] == found.count("agrees")
    assert {*data["boundaries"]} == {" | ".join(each.between) for each in found.boundary_distance}
    assert len(data["worst"]) == len(found.worst)
    assert data["tolerances"]["regime"]["value"] == 0.01
