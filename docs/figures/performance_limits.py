"""What bounds each part of the library, and which share of that bound it reaches, as `make bench` measured it.

Read from bench.json beside this file, which `make bench KEEP=1` renews.
"""

from __future__ import annotations

import json
from pathlib import Path

BENCH = Path(__file__).with_name("bench.json")
STARTS = ("sweep", "costs")  # groups whose rows are costs, shown below the limits
HEAD = ["what", "reached", "unit", "limit, or beside", "its figure", "ratio", "how"]


def digits(value: float | None) -> str:
    """Three digits, or nothing."""
    return "" if value is None else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def table() -> tuple[list[str], list[list[str]]]:
    """Give head and rows: limits first, then what workers, fresh processes and the explorer take."""
    groups = json.loads(BENCH.read_text("utf8"))["groups"]
    rows = [
        [
            row["task"],
            digits(row["ours"]),
            row["unit"],
            row.get("rival", ""),
            *(digits(row.get(name)) for name in ("theirs", "ratio")),
            row.get("note", ""),
        ]
        for name in ("limits", *STARTS)
        for row in groups[name]
        if row.get("rival") != "target"
    ]
    return HEAD, rows
