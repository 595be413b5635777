"""Every figure has a name, data that JSON takes, and a drawing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from matplotlib.figure import Figure
from toytoy.compare.figure_entry import Entry
from toytoy.compare.paper.registry import PAPER
from toytoy.numeric.trained import Trained

TINY = {"trained": Trained(steps=3, batch=8), "starts": 2}
MAPS = {"detail": 3, "trained_detail": 2, "trained": Trained(steps=3, batch=8)}
LINES = {"density": (0.3, 0.5), "importance": (0.2, 1.0), "detail": 3}
SMALL: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("intro", "intro-notebook", "correlated", "collapse"), TINY),
    "perturbed-feature": TINY | {"ratios": (0.2, 0.25, 0.3), "few": 2},
    "demonstration-20": TINY | {"n_features": 4, "n_hidden": 2, "densities": (1.0, 0.1)},
    "demonstration-80": TINY | {"n_features": 4, "n_hidden": 2, "densities": (1.0, 0.1)},
    "dimensionality": TINY | {"n_features": 4, "n_hidden": 2, "densities": (1.0, 0.1)},
    "local-bases": TINY | {"sets": ((2, 2), (3, 1)), "n_hidden": 2},
    "phase-diagram-2-1": MAPS,
    "phase-diagram-3-2": MAPS,
    "phase-lines-2-1": LINES,
    "phase-lines-3-2": LINES,
}


@pytest.mark.parametrize("name", PAPER)
def test_every_figure_is_computed_and_drawn(name: str) -> None:
    small: Entry = replace(PAPER[name], quick=SMALL[name])
    found = small.make(quick=True, seed=1)
    json.dumps(found.to_dict(), allow_nan=True)
    assert found.sentences()
    drawn = small.draw(found)
    assert isinstance(drawn, Figure)
    assert drawn.axes
