"""The benchmark of training runs every route that is there, and prints one table."""

from __future__ import annotations

import pytest

from tests.benchmarks import training


def test_one_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "INSTANCES", 2)
    assert training.main(["--steps", "2", "--rounds", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:26].strip() for line in lines[2:6]] == [
        "Trained",
        "fit, ToyModel",
        "fit, HiddenReLUModel",
        "fit, AbsModel",
    ]
    assert all(float(figure) >= 0 for line in lines[2:] for figure in line[26:].split())
