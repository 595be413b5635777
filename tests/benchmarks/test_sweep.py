"""The benchmark of sweeps runs, and its arithmetic is right; the numbers are for quiet machines."""

from __future__ import annotations

import pytest

from tests.benchmarks import sweep


@pytest.mark.slow
def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep.main(["--rounds", "1", "--cells", "2"]) in (0, 1)
    shown = capsys.readouterr().out
    for words in ("4 cells", "on the clock", "processor, busiest worker", "median ratio", "two fresh processes take"):
        assert words in shown


@pytest.mark.parametrize(("start", "ratio"), [(1.0, 1.9), (2.0, 2.0)])
def test_from_how_much_work_on(start: float, ratio: float) -> None:
    work = float(sweep.enough(start, ratio).split()[4])
    assert (start + work) / (start + work / ratio) == pytest.approx(sweep.TARGET, abs=0.03)  # whole seconds are shown


def test_a_machine_that_gains_little_never_gets_there() -> None:
    assert "whatever the work" in sweep.enough(1.0, 1.6)
