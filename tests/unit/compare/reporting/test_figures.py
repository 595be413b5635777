"""The report's figures, each with a text that stands for it."""

import re
from typing import Any

import numpy as np
import pytest
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.findings import TellingCell
from toytoy.compare.reporting import figures as figures

from tests.small_maps import agreement, boundaries, diagram


def alts(markup: str) -> Any:
    return re.findall(r'alt="([^"]*)"', markup)


def test_a_map_says_its_shares() -> None:
    markup = figures.map_figure("optimum", diagram("optimum"), boundaries("optimum"))
    (alt,) = alts(markup)
    shares = [float(x) for x in re.findall(r"([\d.]+) %", alt)]
    assert sum(shares) == pytest.approx(100, abs=0.3)  # three shares, each rounded to a tenth
    assert "6 by 7" in alt


def test_agreement_and_excess() -> None:
    found = agreement("ansatz")
    (alt,) = alts(figures.agreement_figure("ansatz", found))
    assert f"{found.count('not_reached')} not reached" in alt
    (alt,) = alts(figures.excess_figure("ansatz_fine", diagram("ansatz"), diagram("optimum")))
    assert "ansatz, fine grid" in alt
    assert "largest" in alt
    assert alts(figures.norm_figure("ansatz", diagram("ansatz")))


def test_excess_that_is_no_number_is_said_in_words() -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][2, 3] = np.nan
    markup = figures.excess_figure("ansatz", PhaseDiagram(data), diagram("optimum"))
    assert "in some cells it is no number" in alts(markup)[0]
    assert "nan" not in alts(markup)[0]


@pytest.mark.parametrize("n_features", [2, 3])
def test_arrows_of_every_map_in_one_cell(n_features: int) -> None:
    maps = {kind: diagram(kind, n_features) for kind in ("ansatz", "optimum")}
    markup = figures.arrow_figures(TellingCell(1, 2, "why <not>"), maps)
    first, second = alts(markup)
    assert first.startswith("Weights of the ansatz")
    column = maps["optimum"].data.weights.values[1, 2][:, -1]
    assert f"feature {n_features - 1}: ({', '.join(f'{value:.2f}' for value in column)})" in second
    assert "why &lt;not&gt;" in markup


def test_parts_along_both_lines() -> None:
    first, second = figures.parts_figures("optimum", diagram("optimum"))
    assert "importance" in alts(first)[0]
    assert "density" in alts(second)[0]


def test_a_grid_of_one_line_has_one_figure() -> None:
    line = type(diagram("optimum"))(diagram("optimum").data.isel(density=slice(1)))
    assert len(figures.parts_figures("optimum", line)) == 1
