"""Agreements in words and as plain data: every number is the statistic's."""

from __future__ import annotations

import json

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.agreement_text import distance_text, gap_text, share_text
from toytoy.compare.distance import BoundaryDistance
from toytoy.compare.gaps import gap_quantiles
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


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.0, 0.01, "0.40% (0.00% … 1.00%)"), (0.0, 0.011, "0.4% (0.0% … 1.1%)"), (0.6, 0.605, "0.40% (60.00% … 60.50%)")],
)
def test_an_interval_of_more_than_a_hundredth_has_one_digit(low: float, high: float, said: str) -> None:
    assert share_text(0.004, low, high) == said


def test_gaps_are_said_with_the_further_of_their_ends() -> None:
    """An excess of 1 ± 0.25 over a scale of 2 ± 0.5: 0.5, from 0.3 to 0.83."""
    rows = gap_quantiles([[1.0]], [[0.25]], [[2.0]], [[0.5]], np.array([["agrees"]])).sel(of="all")
    said = ", ".join(f"{word} 5.00e-01 ± 3e-01" for word in ("median", "90 %", "largest"))
    assert gap_text(rows) == f"{said} of 1 cell"
    rows = gap_quantiles([[-1.0]], [[0.25]], [[2.0]], [[0.5]], np.array([["agrees"]])).sel(of="all")
    assert gap_text(rows).startswith("median -5.00e-01 ± 3e-01,")


@pytest.mark.parametrize("kind", ["ansatz", "trained"])
def test_every_line_is_said_once(kind: str) -> None:
    found = agreement(kind)
    heads = [line.split(":")[0].strip() for line in str(found).splitlines()[1:]]
    fixed = ["agrees", "not reached", "disagreement", "kappa of regimes", "excess / optimum's loss"]
    fixed += ["excess / margin, all", "excess / margin, not reached"]
    assert heads[: len(fixed)] == fixed
    assert heads[-1] == "intervals"
    assert len(heads) == len(fixed) + len(found.boundary_distance) + 1
    worth = round(found.shares.effective.sel(status="agrees").item())
    assert f"of the window by the grid, worth {worth} independent cells" in str(found)


def test_a_boundary_that_two_densities_lack() -> None:
    text = distance_text(BoundaryDistance.of(("superposed", "dedicated"), [0.1, 0.2], [0.25, 0.25], [0.5, 0.1], 2))
    assert text == (
        "superposed | dedicated: median 0.25 decades of r (0.075 … 0.55), largest 0.25 ± 0.5; 1 of 2 densities within "
        "errors; 2 densities have it in one map only"
    )


def test_the_quantiles_said_are_the_middle_nine_tenths_and_the_largest() -> None:
    """Of excesses 0 to 10 over a scale of 1: 5, 9 and 10."""
    x = np.arange(11.0)[None]
    rows = gap_quantiles(x, 0 * x, np.ones_like(x), 0 * x, np.full(x.shape, "agrees")).sel(of="all")
    assert gap_text(rows) == "median 5.00e+00 ± 0e+00, 90 % 9.00e+00 ± 0e+00, largest 1.00e+01 ± 0e+00 of 11 cells"
