"""The figure of two branches: their lines, the crossing, and trained models by what they represent."""

from __future__ import annotations

import numpy as np
from toytoy.analytic.estimate import Estimate
from toytoy.compare.figures.branches import branches
from toytoy.compare.paper.perturbed import PerturbedFeature

from tests.small_maps import render

RATIOS = np.array([0.1, 1.0, 10.0])
FOUND = PerturbedFeature(
    density=0.05,
    ratios=RATIOS,
    pentagon=np.array([np.nan, 0.009, 0.02]),
    digons=np.array([0.003, 0.02, np.nan]),
    optimum=np.array([0.003, 0.009, 0.02]),
    crossing=Estimate(0.27, 1e-12, "bracket"),
    loss_at_crossing=0.006,
    trained_ratios=RATIOS[:2],
    trained_losses=np.array([0.004, 0.01]),
    trained_represented=np.array([False, True]),
)


def test_what_is_found_is_drawn() -> None:
    figure = branches(FOUND)
    render(figure)
    (ax,) = figure.axes
    lines = {str(line.get_label()): line for line in ax.get_lines()}
    np.testing.assert_array_equal(np.asarray(lines["pentagon: all five features"].get_ydata()), FOUND.pentagon)
    np.testing.assert_array_equal(np.asarray(lines["trained, varied feature dropped"].get_ydata()), [0.004])
    np.testing.assert_array_equal(np.asarray(lines["trained, varied feature represented"].get_ydata()), [0.01])
    assert any("3.70 times rarer" in text.get_text() for text in ax.texts)
    assert ax.get_ylim()[1] > 0.02


def test_the_crossing_does_not_run_through_words_and_markers_at_the_edge_are_whole() -> None:
    (ax,) = branches(FOUND).axes
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_frame_on()
    assert legend.get_frame().get_alpha() == 1
    markers = [line for line in ax.get_lines() if line.get_marker() in ("o", "s")]
    assert len(markers) == 2
    assert not any(line.get_clip_on() for line in markers)
