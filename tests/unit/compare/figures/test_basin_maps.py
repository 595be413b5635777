"""The figure of basins: every cell and every line says what was counted."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_hex
from toytoy.compare.figures.basin_maps import LINES, REACHED, SHARES, basin_maps
from toytoy.compare.training.basins import Basins, PhaseBasins

from tests.small_maps import render

PHASES = ("not_represented", "antipodal")
OPTIMUM = np.array([["not_represented", "antipodal"]])
COUNTS = np.array([[[10, 0], [7, 3]]])


def found() -> PhaseBasins:
    counts = {"sampled": COUNTS, "noise_free": COUNTS[:, ::-1]}
    basins = Basins(np.array([0.4]), np.array([0.2, 0.6]), PHASES, OPTIMUM, counts, 10)
    return PhaseBasins(2, basins, basins, {"fold": 0.3, "crossing": 0.34, "threshold": 0.43})


def test_what_was_counted_is_drawn() -> None:
    figure = basin_maps(found())
    render(figure)
    sampled, _, cut = figure.axes[:3]
    colors = np.asarray(sampled.collections[0].get_facecolor())
    np.testing.assert_allclose(colors[:, :3], [REACHED(1.0)[:3], REACHED(0.3)[:3]], atol=1e-9)
    lines = {str(line.get_label()): line for line in cut.get_lines()}
    drawn = lines["antipodal, sampled"]
    np.testing.assert_array_equal(np.asarray(drawn.get_ydata()), [0, 0.3])
    assert to_hex(drawn.get_color()) == LINES["antipodal"]
    np.testing.assert_array_equal(np.asarray(lines["antipodal, noise free"].get_ydata()), [0.3, 0])
    assert {"fold", "crossing", "threshold"} <= {text.get_text() for text in cut.texts}


def test_every_phase_has_a_map_of_its_own_and_the_bar_its_intervals() -> None:
    figure = basin_maps(found())
    render(figure)
    maps = {ax.get_title(): ax for ax in figure.axes if ax.get_title() in ("not represented", "antipodal")}
    colors = np.asarray(maps["antipodal"].collections[0].get_facecolor())
    np.testing.assert_allclose(colors[:, :3], [SHARES(0.0)[:3], SHARES(0.3)[:3]], atol=1e-9)
    rows = [ax.get_ylabel() for ax in figure.axes if ax.get_ylabel().endswith("density p")]
    assert [row.partition(":")[0] for row in rows] == ["sampled", "noise free"]
    labels = [ax.get_xlabel() for ax in figure.axes]
    assert any("none of 10: 0 … 28 %" in label and "5 of 10: 24 … 76 %" in label for label in labels)
