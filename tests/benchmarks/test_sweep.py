"""The benchmark of sweeps says from how much work on fresh processes pay."""

from __future__ import annotations

import pytest

from tests.benchmarks import sweep


@pytest.mark.parametrize(("start", "ratio"), [(1.0, 1.9), (2.0, 2.0)])
def test_from_how_much_work_on(start: float, ratio: float) -> None:
    work = float(sweep.enough(start, ratio).split()[4])
    assert (start + work) / (start + work / ratio) == pytest.approx(sweep.TARGET, abs=0.03)  # whole seconds are shown


def test_a_machine_that_gains_little_never_gets_there() -> None:
    assert "whatever the work" in sweep.enough(1.0, 1.6)
