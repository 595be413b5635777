"""The figure of learning: loss and capacities of each run, marked where they change."""

from __future__ import annotations

import numpy as np
from toytoy.compare.figures.learning import learning
from toytoy.compare.training.dynamics import Dynamics, Learning

from tests.small_maps import render


def test_what_is_found_is_drawn() -> None:
    steps = np.arange(0.0, 100.0)
    losses, shares = np.exp(-steps / 50), np.tile(steps[:, None] / 100, 2)
    drops, jumps = np.array([20.0]), np.array([22.0, 70.0])
    runs = tuple(Learning(kind, steps, losses, shares, drops, jumps) for kind in ("exact", "sampled"))
    figure = learning(Dynamics("planted", runs))
    render(figure)
    assert len(figure.axes) == 4
    above, below = figure.axes[0], figure.axes[2]
    np.testing.assert_array_equal(np.asarray(above.get_lines()[0].get_ydata()), losses[1:])
    np.testing.assert_array_equal(np.asarray(below.get_lines()[0].get_ydata()), shares[1:, 0])
    places = [float(np.asarray(line.get_xdata())[0]) for line in above.get_lines()[1:]]
    assert places == [20.0, 22.0, 70.0]
