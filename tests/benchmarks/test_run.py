"""The benchmark runs, and prints one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import run

KERNEL = """
import numba, numpy as np
@numba.njit
def fgD(th, m, n, p, I, g, D):
    return {value}
"""


def test_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--quick"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "numba" in lines[0]
    assert lines[1].split()[0] == "what"
    assert len(lines) == 14
    assert all(len(line) <= 100 for line in lines[1:])


def test_every_time_is_a_number() -> None:
    for _, own, unit, _, other, ratio in run.table(None, quick=True):
        assert float(own) > 0
        assert unit in ("s", "µs a model", "µs a start", "times", "")
        assert not other or float(other) > 0
        assert not ratio or float(ratio) > 0


@pytest.mark.parametrize("content", [None, KERNEL.format(value="0.5")])
def test_a_baseline_that_is_missing_or_answers_otherwise_is_told_in_one_line(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content:
        (tmp_path / "kernel.py").write_text(content)
    assert run.main(["--quick", "--baseline", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert ("answers otherwise" if content else "no kernel.py") in error
