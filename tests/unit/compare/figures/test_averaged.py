"""The figure of averages: lines are what was averaged."""

from __future__ import annotations

import numpy as np
import toytoy as tt
from toytoy.compare.figures.averaged import averaged
from toytoy.compare.training.averages import averages

from tests.small_maps import render


def test_what_was_found_is_drawn() -> None:
    found = averages(detail=3, trained=tt.Trained(steps=50, batch=32, lr=0.02, n_instances=4))
    figure = averaged(found)
    render(figure)
    norms, losses, best = ({str(line.get_label()): line for line in ax.get_lines()} for ax in figure.axes)
    np.testing.assert_array_equal(
        np.asarray(norms[r"mean $\Vert W_e \Vert$, worst dropped"].get_ydata()), found.mean_norm
    )
    np.testing.assert_array_equal(np.asarray(norms[r"$\Vert W_e \Vert$ of the mean W"].get_ydata()), found.weights_norm)
    np.testing.assert_allclose(
        np.asarray(losses["model of the mean WᵀW"].get_ydata()), found.gram_loss / found.best_loss
    )
    np.testing.assert_allclose(np.asarray(best["mean over the cut"].get_ydata()), found.right.mean(axis=1))
    (band,) = figure.axes[2].collections
    heights = np.asarray(band.get_paths()[0].vertices)[:, 1]
    assert {*found.chances(1), *found.chances(4)} <= set(heights.tolist())
    assert figure.axes[0].get_ylim()[1] > found.norms.max()
