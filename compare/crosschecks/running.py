"""Cross-checks chosen by name and run; one that raises is one that fails, and the others go on."""

from __future__ import annotations

import math
import os
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ...analytic.domain import nearest
from ..checks import Check, judge
from ..plans import repeat
from ..terminal.oneline import TRACEBACK
from .declared import CrossCheck
from .evidence import Evidence
from .registry import CHECKS

__all__ = ["Skipped", "chosen", "run_checks"]


class Skipped(NamedTuple):
    """A check that had nothing to compare, and why."""

    name: str
    why: str


def chosen(names: Sequence[str] = (), n_features: int | None = None) -> tuple[CrossCheck, ...]:
    """Choose checks by name, by group, or by part of a name, whatever the case; all of them if none is named.

    Parameters
    ----------
    names : sequence of str
    n_features : {2, 3}, optional
        Leaves out what does not apply to that toy.

    Raises
    ------
    ValueError
        If nothing has such a name; the nearest is offered. If what was named does not apply to the toy.

    Examples
    --------
    >>> from toytoy.compare.crosschecks.running import chosen
    >>> [check.name for check in chosen(["never above"], n_features=3)]
    ['free ansatz never above the frozen one', "(3,2) optimum never above (2,1)'s"]
    """
    wanted = {check.name for name in names for check in _named(name)}
    fitting = [c for c in CHECKS if n_features is None or n_features in c.toys]
    found = tuple(c for c in fitting if not names or c.name in wanted)
    if not found:
        what = ", ".join(sorted(wanted))
        raise ValueError(f"checks must apply to the toy, got {what} with n_features={n_features}; take the other toy")
    return found


def _named(name: str) -> list[CrossCheck]:
    text = name.casefold().strip()
    rules = (lambda c: text == c.name.casefold(), lambda c: text == c.group, lambda c: text in c.name.casefold())
    for rule in rules:
        if text and (found := [check for check in CHECKS if rule(check)]):
            return found
    groups = dict.fromkeys(check.group for check in CHECKS)
    raise ValueError(nearest("check", name, [*groups, *(check.name for check in CHECKS)]))


def run_checks(evidence: Evidence, names: Sequence[str] = ()) -> tuple[tuple[Check, ...], tuple[Skipped, ...]]:
    """Run the checks that apply to the evidence's toy; return what came of them, and what had nothing to compare.

    Raises
    ------
    ValueError
        If a name is not that of a check.

    Examples
    --------
    >>> from toytoy.compare.crosschecks.evidence import Evidence
    >>> from toytoy.compare.crosschecks.running import run_checks
    >>> from toytoy.compare.plans import Plan
    >>> (check,), skipped = run_checks(Evidence(Plan(2, 1)), ["optimum at a known point"])
    >>> check.verdict, skipped
    ('agrees', ())
    """
    checks, skipped = [], []
    for declared in chosen(names, evidence.plan.n_features):
        found = run_check(declared, evidence)
        if isinstance(found, Check):
            checks.append(found)
        else:
            skipped.append(found)
    return tuple(checks), tuple(skipped)


def run_check(declared: CrossCheck, evidence: Evidence) -> Check | Skipped:
    """Run one check; an error of any kind fails it, unless the environment asks for its traceback."""
    again = repeat(evidence.plan, only=declared.name)
    try:
        entries = declared.run(evidence)
        if not entries and declared.absent:
            return Skipped(declared.name, declared.absent)
        return judge(declared.name, entries, declared.tolerance, again)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        said = " ".join(f"{type(error).__name__}: {error}".split())
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{said} ({Path(place.filename).name}, line {place.lineno})"
        shown = f"{TRACEBACK}=1 {again}"
        return Check(declared.name, False, math.nan, math.nan, "it raised an error", (where,), 1, where, shown)
