"""The table as text, as Markdown and as JSON, and back from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.rows import Row

HEAD = ("task", "ours", "unit", "beside", "theirs", "ratio", "note")
ALWAYS = ("task", "ours", "unit")  # what every row has
KEPT = Path(__file__).resolve().parents[2] / "docs" / "figures" / "bench.json"  # what the manual shows


class Results(NamedTuple):
    """One run: its machine, whether it was a quick one, and the rows of each group."""

    machine: dict[str, str]
    quick: bool
    groups: dict[str, list[Row]]


def figure(value: float | None) -> str:
    """Three digits, without an exponent between a thousandth and a million."""
    if value is None:
        return ""
    plain = 1e-3 <= abs(value) < 1e6 or value == 0
    return (
        f"{value:,.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3}f}"
        if plain
        else f"{value:.1e}"
    )


def cells(row: Row) -> tuple[str, ...]:
    """Write a row's cells; a size belongs to its task."""
    task = row.task if row.size is None else f"{row.task}: {row.size:g}"
    return task, figure(row.ours), row.unit, row.rival, figure(row.theirs), figure(row.ratio), row.note


def line(texts: Iterable[str]) -> str:
    """Align one line of the table."""
    task, ours, unit, rival, theirs, ratio, note = texts
    return f"{task:<46}{ours:>9} {unit:<12} {rival:<26}{theirs:>9}{ratio:>9}  {note}".rstrip()


def markdown(results: Results) -> str:
    """Write the whole table as Markdown."""
    lines = ["# Benchmarks", "", *(f"- {name}: {text}" for name, text in results.machine.items())]
    lines += ["- a quick run: small sizes, few repeats"] * results.quick
    for name, rows in results.groups.items():
        lines += ["", f"## {name}", "", "| " + " | ".join(HEAD) + " |", "|---|--:|---|---|--:|--:|---|"]
        lines += ["| " + " | ".join(text.replace("|", "\\|") for text in cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def save(results: Results, folder: Path) -> None:
    """Write bench.json and bench.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(as_json(results), "utf8")
    (folder / "bench.md").write_text(markdown(results), "utf8")


def as_json(results: Results) -> str:
    """Write a run as JSON, a row a line, without what a row does not have."""
    groups = {
        name: [
            {key: value for key, value in row._asdict().items() if value not in (None, "") or key in ALWAYS}
            for row in rows
        ]
        for name, rows in results.groups.items()
    }
    head = json.dumps({"machine": results.machine, "quick": results.quick}, indent=1)[:-2]
    body = ",\n".join(
        f'  "{name}": [\n   ' + ",\n   ".join(json.dumps(_rounded(row)) for row in rows) + "\n  ]"
        for name, rows in groups.items()
    )
    return f'{head},\n "groups": {{\n{body}\n }}\n}}\n'


def _rounded(row: Mapping[str, object]) -> dict[str, object]:
    """Keep five digits: no time is known better."""
    return {key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in row.items()}


def read(path: Path) -> Results:
    """Read what `as_json` wrote."""
    found = json.loads(path.read_text("utf8"))
    return Results(
        found["machine"],
        found["quick"],
        {name: [Row(**row) for row in rows] for name, rows in found["groups"].items()},
    )
