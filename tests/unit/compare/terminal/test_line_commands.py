"""Commands about lines: the library's numbers as JSON, files, and refusals before the work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from click.testing import CliRunner
from toytoy.analytic.certificate import certificate
from toytoy.cli import toytoy
from toytoy.compare.boundary import boundary as find
from toytoy.compare.phase_lines import phase_lines
from toytoy.compare.summary import summarize_lines
from toytoy.compare.terminal.line_commands import lines_over
from toytoy.compare.terminal.options import Refusal

SIZE = ("-n", "2", "-m", "1")
MODEL = (*SIZE, "-p", "0.5")
WINDOW = ("--density", "0.3:0.5", "--importance", "0.2:1")
ENDS: Any = {"density": (0.3, 0.5), "importance": (0.2, 1.0)}


def answer(*words: str) -> Any:
    result = CliRunner().invoke(toytoy, [*words, "--json"])
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def test_a_boundary_is_the_library_s() -> None:
    found, wanted = answer("boundary", *SIZE, "-p", "0.5"), find(2, 1, density=0.5)
    assert [entry["importance"] for entry in found] == [b.importance.value for b in (wanted, *wanted.others)]
    assert abs(found[0]["importance"] - 0.53573876406532962) < 1e-12  # MATH.md §5
    assert (found[0]["order"], found[0]["phases"]) == ("jump", ["not_represented", "antipodal"])


def test_a_boundary_takes_its_options() -> None:
    ansatz = answer("boundary", *SIZE, "-p", "0.5", "--between", "not_represented,antipodal", "--method", "ansatz")
    assert ansatz[0]["importance"] == pytest.approx(2 / 3, rel=1e-15)
    near = answer("boundary", *SIZE, "-p", "0.5", "--near", "2")
    assert near[0]["phases"] == ["antipodal", "dedicated"]
    at = answer("boundary", *SIZE, "--importance", "0.5")
    assert at[0]["importance"] == 0.5
    proved = answer("boundary", *SIZE, "-p", "0.5", "--certified")
    assert proved[0]["kind"] == "certified"
    assert abs(proved[0]["importance"] - 0.53573876406532962) <= proved[0]["error"]


def test_a_certificate_is_the_library_s() -> None:
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 0.8))
    found = answer("certify", *SIZE, "-p", "0.5", "-I", "1,0.8", "--width", "1e-6")
    wanted = certificate(problem, 1e-6)
    assert (found["lower"], found["upper"]) == wanted.estimate.interval
    assert found["n_boxes"] == wanted.n_boxes
    assert not answer("certify", *SIZE, "-p", "0.5", "-I", "1,0.8", "--boxes", "50")["complete"]
    assert answer("certify", *SIZE, "-p", "0.5", "-I", "1,0.4")["exact"]


def test_lines_are_the_library_s_and_written_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    found = answer("lines", *SIZE, *WINDOW, "--out", str(path), "--out", str(tmp_path / "poster.png"))
    assert found == json.loads(json.dumps(summarize_lines(phase_lines(2, 1, **ENDS))))
    assert json.loads(path.read_text("utf8")) == found
    assert (tmp_path / "poster.png").stat().st_size > 10_000


def test_lines_have_a_table() -> None:
    result = CliRunner().invoke(toytoy, ["lines", *SIZE, *WINDOW])
    assert result.exit_code == 0
    assert "not_represented | antipodal" in result.stdout


def test_a_diagram_has_lines_if_asked(tmp_path: Path) -> None:
    grid = ("--density", "0.3:0.5:3", "--importance", "0.2:1:4")
    found = answer("diagram", *SIZE, *grid, "--lines", "--out", str(tmp_path / "map.png"))
    assert found["lines"] == json.loads(json.dumps(phase_lines(2, 1, **ENDS).to_dict()["lines"]))
    assert (tmp_path / "map.png").stat().st_size > 0
    assert "lines" not in answer("diagram", *SIZE, *grid)


def test_what_has_no_lines_is_refused_before_the_map() -> None:
    grid = {"density": np.array([0.1, 0.5]), "importance": np.array([1.0])}
    with pytest.raises(Refusal, match="--importance 1; give two or more"):
        lines_over(2, 1, grid, "relu")
    with pytest.raises(Refusal, match="--activation relu, got 'abs'"):
        lines_over(2, 1, grid, "abs")


BAD = {
    "lines of no toy": (("lines", "-n", "4", "-m", "2"), "n_features=4"),
    "window of three": (("lines", *SIZE, "--density", "0.1:1:3"), "LO:HI"),
    "window reversed": (("lines", *SIZE, "--importance", "2:1"), "from low to high"),
    "window past the end": (("lines", *SIZE, "--density", "0.1:1.2"), "did you pass a sparsity?"),
    "lines as data": (("lines", *SIZE, "--out", "lines.nc"), "ending of --out"),
    "lines into no folder": (("lines", *SIZE, "--out", "no/such/lines.json"), "make the folder first"),
    "boundary of no toy": (("boundary", "-n", "5", "-m", "1", "-p", "0.5"), "n_features=5"),
    "boundary anywhere": (("boundary", *SIZE), "--density P"),
    "boundary at a point": (("boundary", *MODEL, "-I", "1"), "not both"),
    "boundary of one phase": (("boundary", *MODEL, "--between", "antipodal"), "two names"),
    "boundary of a phase misspelt": (("boundary", *MODEL, "--between", "antipodel,dedicated"), "'antipodal'"),
    "boundary that is not there": (("boundary", *MODEL, "--between", "triangle,dedicated"), "met: not_represented"),
    "boundary of training": (("boundary", *MODEL, "--method", "trained"), "optimum, ansatz"),
    "boundary near nothing": (("boundary", *MODEL, "--near", "-1"), "--near=-1"),
    "boundary at importance 0": (("boundary", *SIZE, "--importance", "0"), "must be positive"),
    "certificate of four": (("certify", "-n", "4", "-m", "2", "-p", "0.5"), "(4, 2)"),
    "certificate of no width": (("certify", *MODEL, "--width", "0"), "--width=0.0"),
    "certificate without boxes": (("certify", *MODEL, "--boxes", "0"), "--boxes=0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words, reason = BAD[name]
    result = CliRunner().invoke(toytoy, words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("toytoy: ")
    assert reason in result.stderr
    assert list(tmp_path.iterdir()) == []
