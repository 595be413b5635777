"""The figure of probes: shares over capacity, sums over density, areas with their errors."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.compare.figures.probed import probed
from toytoy.compare.training.probes import linear_probes

from tests.small_maps import render


def test_what_is_found_is_drawn() -> None:
    short = tt.Trained(steps=2, batch=8)
    found = linear_probes((0.1, 0.5), n_features=3, n_hidden=2, starts=2, trained=short, samples=200)
    figure = probed(found)
    render(figure)
    left, middle, right = figure.axes[:3]
    drawn = [np.asarray(line.get_ydata(), dtype=float) for line in left.get_lines()]
    assert any(np.array_equal(y, found.rows[0].share) for y in drawn)
    assert any(np.array_equal(y, found.rows[0].output_share) for y in drawn)
    sums = [float(row.share.sum()) for row in found.of("optimum")]
    assert any(np.array_equal(np.asarray(line.get_ydata()), sums) for line in middle.get_lines())
    assert len(right.containers) == 4  # error bars, one cloud a model
