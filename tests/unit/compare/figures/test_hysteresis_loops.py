"""The figure of hysteresis: loops, delays with their laws, and jumps on spinodals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from toytoy.compare.figures.hysteresis_loops import hysteresis_loops
from toytoy.compare.training.hysteresis import Hysteresis
from toytoy.compare.training.jumps import Jumps, Loop

from tests.small_maps import render

RATES, NONE = np.array([1e-3, 1e-4]), np.empty(0)
ZERO, NOBODY = np.zeros(1, np.int64), np.zeros(0, np.int64)
UP = Jumps(
    "up",
    0.4,
    2 / 3,
    RATES,
    np.array([0.47, 0.418]),
    RATES[:1],
    np.array([0.47]),
    np.array([1e-3]),
    ZERO,
    0.4,
    1e-5,
    9,
    10,
)
DOWN = Jumps("down", 0.3, 1 / 2, RATES, np.array([0.1, 0.23]), NONE, NONE, NONE, NOBODY, 0.3, 1e-3, 7.0, np.nan)
LOOP = Loop(1e-3, np.array([0.2, 0.5]), np.array([0.9, 0.1]), np.array([0.8, 0.0]))
FOUND = Hysteresis(0.3, 0.37, (LOOP,), UP, DOWN, ((0.2, 0.31, 0.19, 0.32, 0.18), (0.3, 0.4, 0.28, 0.41, 0.27)), 1e-6)


def test_what_was_found_is_drawn() -> None:
    figure = hysteresis_loops(FOUND)
    render(figure)
    loops, delays, ladder = figure.axes
    np.testing.assert_array_equal(np.asarray(loops.get_lines()[0].get_ydata()), LOOP.up)
    np.testing.assert_array_equal(np.asarray(loops.get_lines()[1].get_ydata()), LOOP.down)
    lines = {str(line.get_label()): np.asarray(line.get_ydata()) for line in delays.get_lines()}
    np.testing.assert_allclose(lines["lost above the fold, exact"], [0.07, 0.018])
    np.testing.assert_allclose(lines["rate^2/3, from the fold's derivatives"], 10 * RATES ** (2 / 3))
    np.testing.assert_allclose(lines["rate^1/2, coefficient fitted"], 7 * RATES**0.5)
    jumps = {str(line.get_label()): np.asarray(line.get_ydata()) for line in ladder.get_lines()}
    np.testing.assert_array_equal(jumps["jump on the way up"], [0.32, 0.41])


def test_without_a_ladder_its_panel_is_left_out() -> None:
    figure = hysteresis_loops(replace(FOUND, ladder=(), loops=()))
    render(figure)
    assert [ax.get_visible() for ax in figure.axes] == [True, True, False]
