"""The figure of networks for absolute values: a row of neurons for each density, losses, worth and counts."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from toytoy.analytic.estimate import ErrorKind, Estimate
from toytoy.compare.figures.computed import computed
from toytoy.compare.training.computation import Computation, Computed
from toytoy.numeric.motif import shared_neurons

from tests.small_maps import render

ENCODER = np.array([[2.0, -0.5], [2.0, 0.0]])
DECODER = np.array([[0.5, 0.0], [2.0, -3.0]])
THREE = Estimate(3.0, 0.1, ErrorKind.STANDARD_ERROR)


def row(density: float, value: float) -> Computed:
    loss = Estimate(value, value / 10, ErrorKind.STANDARD_ERROR)
    shared = shared_neurons(ENCODER, DECODER)
    return Computed(
        density, ENCODER, DECODER, np.zeros(2), loss, 0.05, 0.2, THREE, np.array([0.1, 0.9]), shared, 0.5, loss, THREE
    )


def test_what_is_found_is_drawn() -> None:
    figure = computed(Computation((row(1.0, 0.1), row(0.1, 0.04)), 3))
    render(figure)
    first, second, losses, worth, neurons = figure.get_axes()
    assert [ax.get_title(loc="left") for ax in (first, second)] == ["p = 1", "p = 0.1"]
    assert drawn(losses)["one feature a neuron"] == [0.25, 0.25]
    np.testing.assert_allclose(drawn(losses)["the same from both signs"], [0.5, 0.2])
    np.testing.assert_allclose(drawn(losses)["trained network"], [0.5, 0.2])
    assert drawn(worth)["worth, in neurons of one feature"] == [3, 3]
    assert drawn(worth)["twice the features computed"] == [2, 2]
    assert drawn(neurons)["of them, the motif"] == [1, 1]


def drawn(ax: Axes) -> dict[str, list[float]]:
    """Return what stands in the axes, by label, with error bars or without."""
    bars = {str(each.get_label()): each.lines[0] for each in ax.containers if isinstance(each, ErrorbarContainer)}
    lines = {str(line.get_label()): line for line in ax.get_lines()} | bars
    return {label: np.asarray(line.get_ydata()).tolist() for label, line in lines.items()}


def test_small_losses_stand_where_they_are() -> None:
    figure = computed(Computation((row(1.0, 2e-9), row(0.1, 0.0)), 3))
    render(figure)
    np.testing.assert_allclose(drawn(figure.get_axes()[2])["trained network"], [1e-8, 1e-12])
