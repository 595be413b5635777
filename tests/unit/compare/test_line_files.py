"""Lines on disk: data that reads back, and figures."""

import json
from pathlib import Path

import pytest
import toytoy as tt
from toytoy.compare.line_files import write_lines, write_map
from toytoy.compare.summary import summarize_lines

from tests.small_lines import small_lines
from tests.small_maps import diagram


def test_lines_read_back(tmp_path: Path) -> None:
    path = write_lines(small_lines(), tmp_path / "lines.json")
    assert json.loads(path.read_text("utf8")) == summarize_lines(small_lines())


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_poster_is_drawn(ending: str, tmp_path: Path) -> None:
    path = write_lines(small_lines(), tmp_path / f"lines.{ending}")
    assert path.stat().st_size > 10_000
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_map_keeps_its_lines_in_json_and_its_data_alone_in_netcdf(tmp_path: Path) -> None:
    shown = diagram("optimum")
    summary = json.loads(write_map(shown, tmp_path / "map.json", small_lines()).read_text("utf8"))
    assert len(summary["lines"]) == len(small_lines().lines)
    assert [point["kind"] for point in summary["points"]] == [point.kind for point in small_lines().points]
    assert summary["regime"] == shown.data.regime.values.tolist()
    assert "lines" not in json.loads(write_map(shown, tmp_path / "bare.json").read_text("utf8"))
    stored = tt.PhaseDiagram.load(write_map(shown, tmp_path / "map.nc", small_lines()))
    assert (stored.data.regime == shown.data.regime).all()


def test_a_map_is_drawn_with_lines(tmp_path: Path) -> None:
    bare = write_map(diagram("optimum"), tmp_path / "bare.svg").read_text("utf8")
    lined = write_map(diagram("optimum"), tmp_path / "lined.svg", small_lines()).read_text("utf8")
    assert 'id="point A"' not in bare
    assert 'id="point A"' in lined
