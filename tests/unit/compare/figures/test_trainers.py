"""Every model is a mark of its verdict's color, and shares fill the bars."""

from __future__ import annotations

import numpy as np
from toytoy.compare.figures.trainers import FLOOR, VERDICT_WORDS
from toytoy.compare.figures.trainers import trainers as draw
from toytoy.compare.training.trainers import trainers

from tests.small_maps import render


def test_models_are_drawn() -> None:
    found = trainers(densities=(0.3,), importances=(0.5, 1.0), steps=20, batch=8, n_instances=3)
    figure = draw(found)
    render(figure)
    left, right = figure.axes
    drawn = np.concatenate([np.asarray(line.get_xdata()) for line in left.get_lines()])
    wanted = np.concatenate([np.maximum(near.excess.ravel(), FLOOR) for near in found.models.values()])
    np.testing.assert_allclose(np.sort(drawn), np.sort(wanted))
    widths = sum(bar.get_width() for bar in right.patches)  # type: ignore[attr-defined]
    assert abs(widths - len(found.models)) < 1e-9
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(VERDICT_WORDS.values())
