"""Scores and survivors, as tables and as entries for explained.toml."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.mutants.fitting import has_kernels
from tests.mutants.groups import GROUPS
from tests.mutants.score import Score
from tests.mutants.verdict import Verdict


def table(scores: dict[str, Score]) -> str:
    """Write the scores."""
    lines = [
        line(("group", "mutants", "judged", "killed", "hung", "score", "95 % interval", "goal", "equal", "without"))
    ]
    for group, each in scores.items():
        counts = (each.listed, each.judged, each.killed, each.timeouts)
        low, high = each.interval()
        shares = (f"{each.raw:.2%}", f"{low:.1%} to {high:.1%}", f"{GROUPS[group].goal:.0%}")
        lines.append(line((group, *map(str, counts), *shares, str(each.equivalent), f"{each.without_equivalents:.2%}")))
    return "\n".join(lines)


def by_folder(root: Path, found: Iterable[Verdict]) -> str:
    """Write what was killed by folder, modules with compiled kernels apart: where tests are sharp, and where not."""
    places = defaultdict(list)
    for verdict in found:
        if verdict.status != "invalid":
            kind = " (kernels)" if has_kernels(root, verdict.mutant.module) else ""
            places[Path(verdict.mutant.module).parent.as_posix() + kind].append(verdict.status != "survived")
    lines = [f"{'folder':34}{'judged':>8}{'killed':>8}{'share':>8}"]
    for place, killed in sorted(places.items()):
        lines.append(f"{place:34}{len(killed):8}{sum(killed):8}{sum(killed) / len(killed):8.0%}")
    return "\n".join(lines)


def line(cells: Iterable[str]) -> str:
    """Align one line of the table."""
    widths = (12, 8, 8, 8, 6, 9, 17, 6, 7, 9)
    return "".join(
        cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )


def as_toml(verdict: Verdict) -> str:
    """Write a survivor as an entry of explained.toml that lacks its reason."""
    texts = {"module": verdict.mutant.module, "before": verdict.before, "after": verdict.after, "why": ""}
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items()]
    return "\n".join(["[[equivalent]]", *lines, ""])
