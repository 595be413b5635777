"""Verdicts in a file, and how those of an earlier run are found again after lines have moved."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.mutants.mutations import Mutant
from tests.mutants.verdict import Verdict


def as_entry(verdict: Verdict) -> dict[str, Any]:
    """Write a verdict as a file has it."""
    return verdict.mutant.fields() | {name: value for name, value in vars(verdict).items() if name != "mutant"}


def kept(path: Path, root: Path, mutants: list[Mutant]) -> list[Verdict]:
    """Read the verdicts of an earlier run on mutants that there still are: same module, operator, text and column."""
    lines = {module: (root / module).read_text("utf8").splitlines() for module in {m.module for m in mutants}}
    there = defaultdict(list)
    for mutant in mutants:
        text = lines[mutant.module][mutant.line - 1].strip()
        there[mutant.module, mutant.operator, text, mutant.column].append(mutant)
    found = []
    for entry in json.loads(path.read_text("utf8"))["verdicts"]:
        same = there[entry["module"], entry["operator"], entry["before"], entry["column"]]
        # a number has two mutants in one place, and a line may stand twice: the nearest with the same parity of place
        same = [mutant for mutant in same if (mutant.occurrence - entry["occurrence"]) % 2 == 0 or len(same) == 1]
        if same:
            nearest = min(same, key=lambda mutant: abs(mutant.line - entry["line"]))
            there[entry["module"], entry["operator"], entry["before"], entry["column"]].remove(nearest)
            rest = {name: entry[name] for name in ("status", "before", "after", "by", "seconds")}
            found.append(Verdict(nearest, **rest))
    return found
