"""Shipped files are made by one command, and come back as they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toytoy as tt
from toytoy.compare.diagram import PhaseDiagram
from toytoy.compare.explorer.make_shipped import main, make_map, write_lines, write_map

SHORT = tt.Trained(steps=3, batch=8)


@pytest.mark.parametrize("kind", ["ansatz", "optimum", "trained"])
def test_a_packed_map_loads_as_it_was(tmp_path: Path, kind: str) -> None:
    made = make_map(2, kind, count=9, training=SHORT)
    path = write_map(made, tmp_path / "map.nc")
    assert PhaseDiagram.load(path).data.identical(made.data)


def test_all_maps_lie_on_one_grid() -> None:
    fine, coarse = make_map(2, "ansatz", count=12), make_map(2, "trained", count=12, training=SHORT)
    assert fine.densities[[0, -1]].tolist() == [0.01, 1.0]
    assert fine.importances[[0, -1]].tolist() == [0.1, 10.0]
    assert (coarse.densities == fine.densities[1::3]).all()


def test_lines_keep_their_places(tmp_path: Path) -> None:
    lines = tt.phase_lines(2, 1, density=(0.3, 0.4), importance=(0.2, 0.5))
    read = json.loads(write_lines(lines, tmp_path / "lines.json").read_text())
    assert read["window"] == {"density": [0.3, 0.4], "importance": [0.2, 0.5]}
    for stored, line in zip(read["lines"], lines.lines, strict=True):
        assert stored["between"] == list(line.between)
        assert stored["importance"] == pytest.approx(line.importance.tolist(), rel=1e-8)
        assert stored["density"] == pytest.approx(line.density.tolist(), rel=1e-8)


@pytest.mark.parametrize("name", ["4", "two", "2.0", "-h"])
def test_an_unknown_toy_is_refused(name: str) -> None:
    said: list[str] = []
    assert main([name], said.append) == 2
    assert said == [f"the toys are named by their number of features, 2 or 3, got {name!r}"]
