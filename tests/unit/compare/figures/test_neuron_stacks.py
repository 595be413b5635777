"""Stacks of neurons: order, heights, signs and the ground of each kind."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from toytoy.compare.figures.colors import BLUE, ORANGE
from toytoy.compare.figures.neuron_stacks import by_feature, feature_colors, ground_legend, neuron_stacks
from toytoy.numeric.neurons import neuron_kinds

WEIGHTS = np.array([[0.0, 0.5, -0.5], [0.1, 1.0, 0.0], [2.0, 0.0, 0.0]])


def test_neurons_are_ordered_by_their_feature() -> None:
    assert by_feature(WEIGHTS).tolist() == [2, 1, 0]


def test_pieces_are_as_high_as_weights_and_below_where_negative() -> None:
    ax = Figure().subplots()
    neuron_stacks(ax, WEIGHTS, neuron_kinds(WEIGHTS), top=2.0)
    bars = [p for container in ax.containers for p in container if isinstance(p, Rectangle) and p.get_height()]
    assert sorted(p.get_height() for p in bars) == sorted(WEIGHTS[WEIGHTS != 0])
    ends = {round(p.get_y() + max(p.get_height(), 0), 9) for p in bars if abs(p.get_x() + 0.4 - 1) < 1e-9}
    assert ends == {0.1, 1.1}
    grounds = [p.get_facecolor()[:3] for p in ax.patches if isinstance(p, Rectangle) and p.get_width() == 1]
    assert grounds == [to_rgb(ORANGE), to_rgb(BLUE), to_rgb(BLUE)]


def test_the_legend_names_every_kind() -> None:
    assert [str(p.get_label()) for p in ground_legend()] == [
        "monosemantic neuron",
        "polysemantic neuron",
        "silent neuron",
    ]
    assert feature_colors(4).shape == (4, 4)
