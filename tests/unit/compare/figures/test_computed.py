"""The figure of networks for absolute values: a row of neurons for each density, losses, worth and counts."""

from __future__ import annotations

import numpy as np
from toytoy.analytic.estimate import ErrorKind, Estimate
from toytoy.compare.figures.computed import computed
from toytoy.compare.training.computation import Computation, Computed
from toytoy.numeric.motif import shared_neurons

from tests.small_maps import render

ENCODER = np.array([[2.0, -0.5], [2.0, 0.0]])
DECODER = np.array([[0.5, 0.0], [2.0, -3.0]])


def row(density: float, value: float) -> Computed:
    loss = Estimate(value, value / 10, ErrorKind.STANDARD_ERROR)
    shared = shared_neurons(ENCODER, DECODER)
    return Computed(
        density, ENCODER, DECODER, np.zeros(2), loss, 0.05, 0.2, 3.0, np.array([0.1, 0.9]), shared, 0.5, loss, 2.0
    )


def test_what_is_found_is_drawn() -> None:
    figure = computed(Computation((row(1.0, 0.1), row(0.1, 0.04)), 3))
    render(figure)
    first, second, losses, worth, neurons = figure.get_axes()
    assert [ax.get_title(loc="left") for ax in (first, second)] == ["p = 1", "p = 0.1"]
    lines = {str(line.get_label()): np.asarray(line.get_ydata()).tolist() for line in losses.get_lines()}
    assert lines["one feature a neuron"] == [0.25, 0.25]
    np.testing.assert_allclose(lines["the same from both signs"], [0.5, 0.2])
    lines = {str(line.get_label()): np.asarray(line.get_ydata()).tolist() for line in worth.get_lines()}
    assert lines["worth, in neurons of one feature"] == [3, 3]
    assert lines["twice the features computed"] == [2, 2]
    lines = {str(line.get_label()): np.asarray(line.get_ydata()).tolist() for line in neurons.get_lines()}
    assert lines["of them, the motif"] == [1, 1]
