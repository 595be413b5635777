"""The phase diagrams as figures: the same maps and lines as the library's own functions give."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.paper.phase_changes import lines_poster, phase_change

WINDOW: dict[str, Any] = {"density": (0.3, 0.5), "importance": (0.2, 1.0)}


def test_three_kinds_on_their_grids() -> None:
    found = phase_change(2, 1, detail=5, trained_detail=3, trained=tt.Trained(steps=5, batch=8), seed=4)
    assert [str(d.kind) for d in found.diagrams.values()] == ["ansatz", "optimum", "trained"] == list(found.diagrams)
    assert found.diagrams["trained"].data.sizes["density"] == 3
    assert found.diagrams["trained"].data.attrs["seed"] == 4
    grid: dict[str, Any] = {"density": np.geomspace(0.01, 1, 5), "importance": np.geomspace(0.1, 10, 5)}
    wanted = tt.phase_diagram(2, 1, **grid, method="optimum")
    np.testing.assert_allclose(found.diagrams["optimum"].data.loss, wanted.data.loss, rtol=1e-10)
    assert set(json.loads(json.dumps(found.to_dict()))) == set(found.diagrams)
    assert found.sentences()[0].startswith("ansatz: ")


def test_a_poster_has_the_lines_of_its_window() -> None:
    found = lines_poster(2, 1, **WINDOW, detail=3)
    assert found.to_dict()["lines"] == tt.phase_lines(2, 1, **WINDOW).to_dict()["lines"]
    assert [str(d.kind) for d in found.maps] == ["ansatz", "optimum"]
    assert found.sentences()[0] == f"{len(found.lines.lines)} lines"


def test_other_toys_are_refused() -> None:
    with pytest.raises(ValueError, match="n_features=2, n_hidden=1"):
        phase_change(4, 2, detail=2, trained=None)
