"""What is printed holds what was found, and a survivor's entry is read back as its explanation."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutants` is not installed")
from tests.meta.sources import plant
from tests.mutants.mutations import Mutant
from tests.mutants.score import Score, explained
from tests.mutants.shown import as_toml, by_folder, table
from tests.mutants.verdict import Verdict


def verdict(module: str, status: str) -> Verdict:
    return Verdict(Mutant(module, 1, 0, "core/AddNot", 0), status, 'x = "π \\ 1"', 'x = "π \\ 2"', "", 1.0)


def test_an_entry_is_read_back(tmp_path: Path) -> None:
    found = verdict("analytic/a.py", "survived")
    (tmp_path / "entries.toml").write_text(as_toml(found) + "\n" + as_toml(found), "utf8")
    entries = explained(tmp_path / "entries.toml")
    assert len(entries) == 2
    assert all(entry.fits(found) and entry.why == "" for entry in entries)
    assert not entries[0].fits(verdict("analytic/b.py", "survived"))


def test_a_table_has_a_line_a_group_and_says_when_nothing_was_judged() -> None:
    lines = table({"analytic": Score(100, 20, 15, 1, 2), "agreement": Score(9, 0, 0, 0, 0)}).splitlines()
    assert [line.split()[0] for line in lines] == ["group", "analytic", "agreement"]
    assert "75.00%" in lines[1]
    assert "83.33%" in lines[1]  # 15 of 18
    assert "nan" in lines[2]


def test_folders_are_counted_and_kernels_stand_apart(tmp_path: Path) -> None:
    plant(tmp_path, {"analytic/a.py": "x = 1\n", "analytic/k.py": "@compiled\ndef f(x):\n    return x\n"})
    statuses = ["killed", "timeout", "survived", "invalid"]
    found = [verdict("analytic/a.py", each) for each in statuses] + [verdict("analytic/k.py", "survived")]
    lines = [line.split() for line in by_folder(tmp_path, found).splitlines()]
    assert lines[1:] == [["analytic", "3", "2", "67%"], ["analytic", "(kernels)", "1", "0", "0%"]]
