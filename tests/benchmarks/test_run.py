"""The front of the benchmarks: every group runs, one table is printed and saved, and bad requests take one line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.benchmarks import run
from tests.benchmarks.results import read
from tests.benchmarks.rows import Effort, Row, cost, rate

KERNEL = """
import numba, numpy as np
@numba.njit
def fgD(th, m, n, p, I, g, D):
    return 0.5
"""


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Give torch the threads back that a benchmark takes from it."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name != "kernels")) for name in run.GROUPS]
)
def test_every_group_measures(name: str) -> None:
    rows = [row for _, row in run.measure([name], Effort(quick=True))]
    assert len(rows) >= 2
    for row in rows:
        assert row.task
        assert math.isfinite(row.ours)
        assert row.ours > 0 or "not here" in row.task
        assert (row.theirs is None) == (row.ratio is None)
        assert row.theirs is None or min(row.theirs, row.ratio or 0.0) > 0
        assert row.rival or row.theirs is None


def test_one_table_is_printed_and_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--quick", "--only", "kernels", "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "numba" in shown
    assert shown.count("plain numpy") == 2
    saved = read(tmp_path / "bench.json")
    assert saved.quick
    assert list(saved.groups) == ["kernels"]
    assert all(row.ratio and row.ratio > 1 for row in saved.groups["kernels"])
    assert (tmp_path / "bench.md").read_text("utf8").count("plain numpy") == 2


@pytest.mark.parametrize("content", [None, KERNEL])
def test_a_baseline_that_is_missing_or_answers_otherwise_is_told_in_one_line(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content:
        (tmp_path / "kernel.py").write_text(content)
    given = ["--quick", "--only", "kernels", "--baseline", str(tmp_path), "--out", str(tmp_path / "out")]
    assert run.main(given) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert ("answers otherwise" if content else "no kernel.py") in error
    assert not list(tmp_path.glob("out/*"))


def test_a_folder_without_the_package_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["--quick", "--occhio", str(tmp_path)]) == 2
    assert "no occhio" in capsys.readouterr().err


def test_an_unknown_group_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--only", "kernel"]) == 2
    said = capsys.readouterr().err
    assert "'kernel'" in said
    assert "kernels, maps" in said


@pytest.mark.parametrize("less", [["--quick"], ["--only", "kernels"]])
def test_only_a_full_run_is_kept(less: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run.main([*less, "--keep"])
    assert stopped.value.code == 2
    assert "full run" in capsys.readouterr().err


def test_where_nothing_can_be_saved_is_told_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    assert run.main(["--quick", "--only", "kernels", "--out", str(taken)]) == 2
    shown = capsys.readouterr()
    assert shown.err.count("\n") == 1
    assert "µs" not in shown.out


def test_interrupted_it_keeps_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> Iterator[tuple[str, Row]]:
        yield "kernels", Row("one", 1.0, "s")
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "measure", stopped)
    assert run.main(["--quick", "--out", str(tmp_path)]) == 130
    assert [row.task for row in read(tmp_path / "bench.json").groups["kernels"]] == ["one"]
    assert "interrupted" in capsys.readouterr().err


def test_ratios_are_above_one_where_ours_is_better() -> None:
    assert cost("a map", 2.0, "s", "theirs", 10.0).ratio == 5.0
    assert rate("speed", 10.0, "1 / s", "theirs", 2.0).ratio == 5.0


def test_the_help_names_every_group(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in run.GROUPS)


def test_json_has_no_nan(tmp_path: Path) -> None:
    run.main(["--quick", "--only", "kernels", "--out", str(tmp_path)])
    json.loads((tmp_path / "bench.json").read_text("utf8"), parse_constant=pytest.fail)
