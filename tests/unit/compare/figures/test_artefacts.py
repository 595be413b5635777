"""A map for each artefact, with shares, the optimum's edge, and the trained one."""

from __future__ import annotations

import numpy as np
from toytoy.compare.figures.artefacts import artefacts as draw
from toytoy.compare.training.artefacts import artefacts
from toytoy.numeric.trained import Trained

from tests.small_maps import render


def test_maps_are_drawn() -> None:
    few = Trained(steps=800, lr=0.02, noise_free=True, n_instances=3)
    changes = {"plain": {}, "decay": {"weight_decay": 0.1}, "slow": {"lr": 0.1}, "small": {"init_scale": 0.1}}
    found = artefacts(2, 1, (0.3, 0.6), (0.05, 0.4, 1.0), trained=few, changes=changes)
    figure = draw(found)
    render(figure)
    panels = [ax for ax in figure.axes if ax.get_title()]
    assert [ax.get_title().split(":")[0] for ax in panels] == list(changes)
    line = panels[0].get_lines()[0]
    np.testing.assert_array_equal(np.asarray(line.get_xdata()), found.optimum_edge[~np.isnan(found.optimum_edge)])
    assert len(figure.legends[0].get_texts()) == 2
