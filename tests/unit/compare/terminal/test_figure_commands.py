"""The figure command: the library's data, files, names alone on stdout, and refusals before the work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from toytoy.cli import toytoy
from toytoy.compare.figure_entry import Entry
from toytoy.compare.named_figures import FIGURES
from toytoy.numeric.trained import Trained

SHORT = Trained(steps=3, batch=8)


def run(*words: str) -> Result:
    return CliRunner().invoke(toytoy, ["figure", *words])


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let quick figures take no time."""
    entry: Any = FIGURES["intro"]
    small = Entry(entry.caption, entry.compute, entry.draw, {"trained": SHORT, "starts": 2})
    monkeypatch.setitem(FIGURES, "intro", small)


def test_the_list_is_names_and_nothing_else() -> None:
    result = run("--list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "\n".join(FIGURES) + "\n"


@pytest.mark.usefixtures("short")
def test_a_figure_is_written_in_every_form(tmp_path: Path) -> None:
    paths = [tmp_path / f"intro.{ending}" for ending in ("png", "svg", "pdf", "json")]
    result = run("intro", "--quick", "--seed", "3", "--json", *(w for path in paths for w in ("--out", str(path))))
    assert (result.exit_code, result.stderr) == (0, "")
    printed = json.loads(result.stdout)
    assert printed == json.loads(paths[3].read_text("utf8"))
    assert (printed["name"], printed["quick"], printed["seed"]) == ("intro", True, 3)
    assert [model["seed"] for model in printed["data"]["trained"]] == [3, 3, 3]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert "<svg" in paths[1].read_text("utf8")
    assert paths[2].read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("short")
def test_text_says_what_was_found() -> None:
    result = run("intro", "--quick")
    assert "p = 0.2: loss 0.0" in result.stdout
    assert "trained" in result.stdout


BAD = {
    "unknown": (("intra",), "did you mean 'intro'"),
    "no name": ((), "--list"),
    "ending": (("intro", "--out", "x.jpg"), ".jpg"),
    "folder": (("intro", "--out", "nowhere/x.png"), "folder"),
    "list with more": (("intro", "--list"), "--list"),
    "seed": (("intro", "--seed", "-1"), "--seed"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_one_line_before_the_work(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("worked before it refused")

    monkeypatch.setattr(Entry, "make", never)
    words, wanted = BAD[case]
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert wanted in result.stderr
    assert result.stderr.count("\n") == 1
