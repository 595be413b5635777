"""Cross-checks on a terminal: the declared list, what came of each, and how to look closer at what failed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from ..checks import Check
from ..crosschecks.declared import CrossCheck
from ..crosschecks.running import Skipped
from .tables import table

if TYPE_CHECKING:
    from rich.console import RenderableType


def check_parts(checks: Sequence[Check], skipped: Iterable[Skipped], stream: TextIO) -> list[RenderableType]:
    """Lay out the checks, each with the reason of its tolerance, those that had nothing to compare, and what failed."""
    rows = [[c.name, f"{c.value:.2e}", f"{c.tolerance:.2e}", str(c.n_entries), c.verdict, c.reason] for c in checks]
    columns = ["check", "value", "tolerance", "entries", "verdict", "because the tolerance is"]
    parts: list[RenderableType] = [table("Checks", columns, rows, stream, prose=1)]
    idle = [f"Nothing to compare for {name}: {why}." for name, why in skipped]
    return [*parts, *(["\n".join(idle)] if idle else []), *(["\n".join(failures(checks))] if failures(checks) else [])]


def failures(checks: Iterable[Check]) -> list[str]:
    """Say of every check that fails what breaks it, where it is worst, and how to look closer: two lines each."""
    return [line for check in checks if not check.agrees for line in _failure(check)]


def _failure(check: Check) -> tuple[str, str]:
    look = f"  look closer: {check.look_closer}"
    if math.isnan(check.tolerance) and not check.n_entries:
        return f"FAILED {check.name}: {check.reason}: {check.worst}", look
    how = "exceeds" if check.value > check.tolerance else "is not within"
    count = f"; {check.n_failures} of {check.n_entries} entries fail, among them "
    more = count + "; ".join(check.failures[1:]) if check.n_failures > 1 else ""
    what = f"{check.value:.6g} {how} {check.tolerance:.3g} ({check.reason}) at {check.worst}"
    return f"FAILED {check.name}: {what}{more}", look


def list_parts(declared: Iterable[CrossCheck], stream: TextIO) -> list[RenderableType]:
    """Lay out the declared list, a table a group."""
    groups: dict[str, list[CrossCheck]] = {}
    for check in declared:
        groups.setdefault(check.group, []).append(check)
    columns = ["check", "what is compared", "by which routes", "why the tolerance"]
    return [
        table(group, columns, [[c.name, c.compares, " | ".join(c.routes), c.tolerance] for c in found], stream, prose=3)
        for group, found in groups.items()
    ]


def summarize_list(declared: Iterable[CrossCheck]) -> list[dict[str, Any]]:
    """Give the declared list as plain data."""
    return [
        {
            "name": check.name,
            "group": check.group,
            "compares": check.compares,
            "routes": list(check.routes),
            "tolerance": check.tolerance,
            "toys": [[n, n - 1] for n in check.toys],
        }
        for check in declared
    ]
