"""The report's boundaries: distances from the lines, by map and by point, special points, how to look closer."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest
from toytoy.analytic.estimate import Estimate
from toytoy.compare.line_curves import line_distances, solved_curves, window_of
from toytoy.compare.lines import PhaseLines, SpecialPoint
from toytoy.compare.reporting.boundaries import boundaries_section

from tests.small_maps import boundaries, diagram

NAMES = ("ansatz", "optimum", "trained")


@cache
def section(with_lines: bool = True) -> str:
    maps = {name: diagram(name) for name in NAMES}
    curves = {name: boundaries(name) for name in NAMES}
    optimum = diagram("optimum")
    exact = solved_curves(2, 1, optimum.densities.tolist(), window_of(optimum))
    at = Estimate(0.7064, 1e-10, "rounding"), Estimate(1.0, 0.0, "rounding")
    point = SpecialPoint("triple: a | b | c", "triple", *at, 1e-15, ("a", "b", "c"))
    lines = PhaseLines(2, 1, (0.05, 1.0), (0.1, 10.0), (), (point,)) if with_lines else None
    return boundaries_section(maps, curves, dict.fromkeys(NAMES, exact) if with_lines else {}, lines)


def test_each_map_has_its_distance_from_the_lines() -> None:
    text = html.unescape(section())
    for name in NAMES:
        assert f"Distance to the optimum's lines, in decades of r: {name}" in text
    found = {each.between: each for each in line_distances(diagram("ansatz"))}
    assert f"{found['superposed', 'dedicated'].largest:.4g}" in text


def test_points_stand_beside_the_line() -> None:
    text = section()
    assert text.count("r on the optimum&#x27;s line") == len(NAMES)
    optimum = text[text.index("Points of the boundaries: optimum") :]
    row = re.findall(r"<tr>(.*?)</tr>", optimum)[1]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert abs(float(cells[1]) - float(cells[3])) < 1e-5
    assert cells[4].startswith("± ")
    assert abs(float(cells[5])) < 1e-5


def test_special_points_and_how_to_look_closer() -> None:
    text = section()
    assert "triple: a | b | c" in text
    assert "± 1.0e-10" in text
    assert "<code>toytoy lines --features 2 --hidden 1</code>" in text
    assert re.search(r"<code>toytoy boundary --features 2 --hidden 1 --density 0\.\d+</code>", text)


@pytest.mark.parametrize("words", ["optimum's lines", "toytoy lines", "Special points"])
def test_without_lines_nothing_is_said_of_them(words: str) -> None:
    text = html.unescape(section(with_lines=False))
    assert words not in text
    assert "Points of the boundaries: optimum" in text
