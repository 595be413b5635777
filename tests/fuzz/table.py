"""What was tried, of which kind, and what became of it: rows of a table, and the file they are kept in."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import toytoy

OUTCOMES = ("ok", "refused", "answered no", "finding")
SHOWN = 20  # findings of a row that are printed; the file has all


@dataclass
class Row:
    """One kind of input: how many were tried, how they ended, and whatever should not have happened."""

    name: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    findings: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def count(self, outcome: str, times: int = 1) -> None:
        """Count an outcome, one of those known."""
        if outcome not in self.counts:
            raise ValueError(f"outcome must be one of {', '.join(OUTCOMES)}, got {outcome!r}")
        self.counts[outcome] += times

    @property
    def total(self) -> int:
        """How many inputs were tried."""
        return sum(self.counts.values())


def header() -> str:
    """Write the table's first line."""
    return f"{'kind of input':34} {'tried':>7} {'ok':>7} {'refused':>8} {'no':>5} {'findings':>9} {'seconds':>8}"


def line(row: Row) -> str:
    """Write a row of the table."""
    ok, refused, no, bad = (row.counts[name] for name in OUTCOMES)
    return f"{row.name:34} {row.total:7} {ok:7} {refused:8} {no:5} {bad:9} {row.seconds:8.1f}"


def findings(rows: Sequence[Row]) -> list[str]:
    """Write what was found, the first of each kind of input."""
    told = []
    for row in rows:
        told += [f"FINDING {row.name}: {finding}" for finding in row.findings[:SHOWN]]
        if len(row.findings) > SHOWN:
            told.append(f"… and {len(row.findings) - SHOWN} more of {row.name}")
    return told


def keep(rows: Sequence[Row], path: Path, asked: dict[str, object]) -> None:
    """Write everything to a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"toytoy": toytoy.__version__, "python": platform.python_version(), "asked": asked}
    kinds = [
        {"name": row.name, "tried": row.total, **row.counts, "seconds": round(row.seconds, 1), "told": row.findings}
        for row in rows
    ]
    path.write_text(json.dumps({"about": about, "kinds": kinds}, indent=1) + "\n", "utf8")
