"""What the library takes and what other ways to the same answer take, as `make bench` measured it.

Read from bench.json beside this file, which `make bench KEEP=1` renews. Ratios are rivals' costs over ours.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BENCH = Path(__file__).with_name("bench.json")
RIVALS = ("plain numpy", "Monte Carlo", "plain torch", "occhio")
SHOWN = {  # groups of the whole table, and tasks of them; all tasks where none is named
    "kernels": (),
    "maps": (),
    "training": (),
    "sampling": ("loss (2,1)", "loss (10,4)"),
    "line": ("random 20->5, p = 0.03", "random 400->30, p = 0.03", "random 1000->50, p = 0.003"),
}
HEAD = ["task", "ours", "unit", "beside", "theirs", "ratio", "how"]


def bench() -> Any:
    """Read the kept run."""
    return json.loads(BENCH.read_text("utf8"))


def digits(value: float) -> str:
    """Three digits."""
    return f"{value:,.3g}" if 1e-3 <= abs(value) < 1000 else f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.1e}"


def cells(row: Any) -> list[str]:
    """Write a row of the kept table."""
    figures = [digits(row[name]) if name in row else "" for name in ("ours", "theirs", "ratio")]
    return [row["task"], figures[0], row["unit"], row.get("rival", ""), *figures[1:], row.get("note", "")]


def table() -> tuple[list[str], list[list[str]]]:
    """Give head and rows."""
    groups = bench()["groups"]
    rows = [
        cells(row)
        for name, tasks in SHOWN.items()
        for row in groups[name]
        if row.get("rival", "").startswith(RIVALS) and (not tasks or row["task"] in tasks)
    ]
    return HEAD, rows
