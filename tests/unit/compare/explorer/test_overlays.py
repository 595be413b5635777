"""Lines, points and the chosen cell over a map: each where it belongs, none left out."""

from __future__ import annotations

from typing import Any

import pytest
from toytoy.compare.explorer.overlays import MARKERS, cell_traces, key, line_traces, point_text, point_traces, style_of
from toytoy.compare.explorer.shipped import SIZES, shipped_lines
from toytoy.compare.explorer.theme import THEMES


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_point_of_every_line_is_drawn_twice(n_features: int, theme: str) -> None:
    """Once as a halo, once as a line; and each style has one entry in the legend, whose color is not the page's."""
    lines, traces = shipped_lines(n_features), line_traces(shipped_lines(n_features), THEMES[theme])
    wanted = sorted(
        place
        for line in [*lines["lines"], *lines["ansatz"]]
        for place in zip(line["importance"], line["density"], strict=True)
    )
    drawn = [(x, y) for trace in traces for x, y in zip(trace["x"], trace["y"], strict=True) if x is not None]
    assert sorted(drawn) == sorted(wanted * 2)
    keys = [trace for trace in traces if trace.get("showlegend", True)]
    styles = {style_of(line).label for line in lines["lines"]} | {"published ansatz"}
    assert {trace["name"] for trace in keys} == styles
    assert len(keys) == len(styles)
    assert THEMES[theme].page not in {trace["line"]["color"] for trace in keys}


def test_lines_are_not_joined() -> None:
    lines = shipped_lines(2)
    ends = {(line["importance"][k], line["density"][k]) for line in lines["lines"] for k in (0, -1)}
    for trace in line_traces({**lines, "ansatz": []}, THEMES["light"]):
        x, y = trace["x"], trace["y"]
        for k in range(1, len(x) - 1):
            if x[k] is None:
                assert (x[k - 1], y[k - 1]) in ends
                assert (x[k + 1], y[k + 1]) in ends


@pytest.mark.parametrize(
    ("order", "status", "label"),
    [
        ("jump", "converged", "jump"),
        ("continuous", "converged", "continuous onset"),
        ("jump", "unresolved", "unresolved"),
        ("continuous", "metastable", "metastable"),
        ("jump", "guess", "metastable"),
    ],
)
def test_style_follows_status_and_order(order: str, status: str, label: str) -> None:
    assert style_of({"order": order, "status": status}).label == label


@pytest.mark.parametrize("n_features", SIZES)
def test_all_special_points_are_drawn_but_those_on_the_border(n_features: int) -> None:
    points = shipped_lines(n_features)["points"]
    assert {p["kind"] for p in points} <= {*MARKERS, "border"}
    wanted = sorted((p["importance"], p["density"]) for p in points if p["kind"] != "border")
    traces = point_traces(shipped_lines(n_features))
    assert sorted((x, y) for t in traces for x, y in zip(t["x"], t["y"], strict=True)) == wanted


def test_a_point_says_its_name_and_place() -> None:
    point: dict[str, Any] = {
        "name": "triple: not_represented | antipodal",
        "density": 0.51234567,
        "importance": 0.5,
        "status": "unresolved",
    }
    said = point_text(point)
    assert said == "triple: not represented | antipodal (unresolved)<br>p = 0.512346, r = 0.5"


def test_without_lines_there_is_nothing() -> None:
    assert line_traces(None, THEMES["light"]) == point_traces(None) == []


def test_the_chosen_cell_is_ringed_in_two_colors() -> None:
    rings = cell_traces(0.2, 3.0)
    assert {(ring["x"][0], ring["y"][0]) for ring in rings} == {(3.0, 0.2)}
    assert len({ring["marker"]["color"] for ring in rings}) == 2


def test_a_key_draws_nothing() -> None:
    assert key("dedicated", "#0072b2")["x"] == [None]
