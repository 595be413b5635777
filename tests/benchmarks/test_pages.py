"""The page on performance shows a kept run, whatever its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from docs.figure_of import load
from tests.benchmarks.results import KEPT, read

FIGURES = KEPT.parent


@pytest.mark.parametrize("name", ["performance_rivals", "performance_limits", "performance_growth"])
def test_tables_are_of_the_kept_run(name: str) -> None:
    script: Any = load(FIGURES / f"{name}.py")
    head, rows = script.table()
    assert len(rows) >= 3
    assert {len(row) for row in rows} == {len(head)}
    assert all(isinstance(cell, str) for row in rows for cell in row)


def test_curves_have_every_point() -> None:
    script: Any = load(FIGURES / "performance_growth.py")
    points = [point for named in script.curves().values() for curve in named.values() for point in curve]
    assert len(points) == len(read(KEPT).groups["growth"])
    figure = script.figure()
    assert [ax.get_xlabel() for ax in figure.axes] == list(script.AXES)


def test_growth_is_read_off_the_last_step() -> None:
    script: Any = load(FIGURES / "performance_growth.py")
    assert script.growth([(1.0, 9.0), (10.0, 2.0), (20.0, 8.0)]) == "power 2.0"
    assert script.growth([(1.0, 9.0), (9.0, 2.0), (10.0, 5.0)]) == "2.5 times for one more"
