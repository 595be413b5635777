"""The figure of Saxe's flow: closed lines, descended dots, gaps over the step."""

from __future__ import annotations

import numpy as np
from toytoy.compare.figures.step_order import step_order
from toytoy.compare.training.saxe import saxe

from tests.small_maps import render


def test_what_is_found_is_drawn() -> None:
    found = saxe((0.4, 0.2, 0.1, 0.05), n_features=2)
    figure = step_order(found)
    render(figure)
    left, right = figure.axes
    lines = left.get_lines()
    np.testing.assert_array_equal(np.asarray(lines[0].get_ydata()), found.strengths[:, 0])
    np.testing.assert_array_equal(np.asarray(lines[1].get_ydata()), found.descent_strengths[:, 0])
    gaps = {str(line.get_label()): np.asarray(line.get_ydata()) for line in right.get_lines()}
    (label,) = (label for label in gaps if label.startswith("closed form"))
    np.testing.assert_array_equal(gaps[label], found.gaps)
    assert "power 1.0000" in label
