"""A verification on disk: data that loads again, figures that are images, the verdict, the report."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
import toytoy as tt
from toytoy.compare.results import SHOWN, write_diagram, write_results
from toytoy.compare.summary import summarize_diagram

from tests.cross.small_job import small_job

PNG, PDF = b"\x89PNG", b"%PDF"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything written once."""
    place = tmp_path_factory.mktemp("report")
    assert write_results(small_job(), place, "toytoy verify --features 2") == place / "report.html"
    return place


def test_diagrams_load_again(folder: Path) -> None:
    for name, diagram in small_job().diagrams.items():
        assert tt.PhaseDiagram.load(folder / f"{name}.nc").data.identical(diagram.data)


def test_figures_are_images(folder: Path) -> None:
    figures = sorted(folder.glob("*.png"))
    assert [path.stem for path in figures] == ["agreement", "excess_loss", "loss_parts", "norms", "phase_maps"]
    assert all(path.read_bytes().startswith(PNG) for path in figures)


def test_the_verdict_and_the_report_stand_there(folder: Path) -> None:
    assert json.loads((folder / "verdict.json").read_text())["verdict"] == small_job().verdict
    report = (folder / "report.html").read_text("utf8")
    assert "2 features in 1 dimension: ansatz, optimum and trained models" in report
    assert "toytoy verify --features 2" in report
    assert small_job().skipped
    for name, why in small_job().skipped:
        assert f">{html.escape(name)}</th><td>{html.escape(why)}</td>" in report


def test_nothing_else_is_left(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir()} == {".nc", ".png", ".json", ".html"}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_diagram_is_written_as_its_ending_says(tmp_path: Path) -> None:
    diagram = small_job().diagrams["optimum"]
    assert tt.PhaseDiagram.load(write_diagram(diagram, tmp_path / "map.nc")).data.identical(diagram.data)
    assert write_diagram(diagram, tmp_path / "map.png").read_bytes().startswith(PNG)
    assert write_diagram(diagram, tmp_path / "map.pdf").read_bytes().startswith(PDF)
    assert "<svg" in write_diagram(diagram, tmp_path / "map.svg").read_text("utf8")
    assert json.loads(write_diagram(diagram, tmp_path / "map.json").read_text()) == summarize_diagram(diagram)


def test_of_two_grids_the_finer_is_drawn() -> None:
    diagrams = small_job().diagrams
    for kind, name in SHOWN.items():
        assert diagrams[name].data.loss.size == max(d.data.loss.size for d in diagrams.values() if d.kind == kind)
