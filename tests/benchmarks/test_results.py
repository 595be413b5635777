"""A run is written and read back, and what the manual keeps is a whole one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.results import KEPT, Results, cells, figure, markdown, read, save
from tests.benchmarks.rows import Row, cost
from tests.benchmarks.run import GROUPS

ROWS = [cost("a | b", 0.1, "s", "rival", 25.0, "said"), Row("curve", 3.0, "ms", size=400.0), Row("alone", 2.0, "")]


def test_written_and_read_back(tmp_path: Path) -> None:
    results = Results({"date": "today"}, False, {"first": ROWS[:2], "second": ROWS[2:]})
    save(results, tmp_path / "new")
    assert read(tmp_path / "new" / "bench.json") == results


def test_markdown_is_one_table_a_group() -> None:
    text = markdown(Results({"date": "today"}, True, {"first": ROWS}))
    assert text.count("| task |") == 1
    assert "- date: today" in text
    assert "a quick run" in text
    assert "| a \\| b | 0.100 | s | rival | 25.0 | 250 | said |" in text
    assert "| curve: 400 | 3.00 | ms |" in text


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, ""), (0.0, "0.000"), (0.01234, "0.012"), (1.234, "1.23"), (12.34, "12.3"), (12345.6, "12,346"),
     (1e-5, "1.0e-05"), (2.5e7, "2.5e+07")],
)  # fmt: skip
def test_figures(value: float | None, said: str) -> None:
    assert figure(value) == said


def test_a_size_belongs_to_its_task() -> None:
    assert cells(ROWS[1])[0] == "curve: 400"


def test_what_the_manual_keeps_is_a_full_run() -> None:
    kept = read(KEPT)
    assert not kept.quick
    assert list(kept.groups) == list(GROUPS)
    rivals = {row.rival for rows in kept.groups.values() for row in rows}
    assert {"plain numpy", "plain torch", "occhio", "Monte Carlo, equal error"} <= rivals
