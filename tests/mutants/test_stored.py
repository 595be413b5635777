"""Verdicts of an earlier run are found again where their lines have moved, and forgotten where they are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutants` is not installed")
from tests.mutants.mutations import changed_line, mutants_of, mutated
from tests.mutants.stored import as_entry, kept
from tests.mutants.verdict import Verdict

BEFORE = "x = 1 + a\ny = 3\nz = 4\ny = 3\n"
AFTER = "import math\n\n\nw = 7\nx = 1 + a\ny = 3\nz = 5\ny = 3\n"


def listed(text: str) -> list[Verdict]:
    """Judge nothing: the mutant's number stands for a verdict."""
    mutants = mutants_of("a.py", text)
    changed = [changed_line(text, mutated(text, mutant)) for mutant in mutants]
    return [
        Verdict(m, "survived", *texts, by="", seconds=i)
        for i, (m, texts) in enumerate(zip(mutants, changed, strict=True))
    ]


def test_verdicts_follow_their_lines(tmp_path: Path) -> None:
    earlier, later = listed(BEFORE), listed(AFTER)
    (tmp_path / "a.py").write_text(AFTER, "utf8")
    (tmp_path / "run.json").write_text(json.dumps({"verdicts": [as_entry(each) for each in earlier]}), "utf8")
    found = kept(tmp_path / "run.json", tmp_path, [each.mutant for each in later])
    assert len(found) == len(earlier) - 2  # z = 4 is gone
    assert len({each.mutant for each in found}) == len(found)
    now = {each.mutant: each for each in later}
    for each in found:
        assert (each.before, each.after) == (now[each.mutant].before, now[each.mutant].after)
        assert each == replace(earlier[int(each.seconds)], mutant=each.mutant)
