"""One thing that must hold between independent answers: its verdict, value and tolerance, and how to look closer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .statuses import AGREES, DISAGREEMENT

N_NAMED = 5  # entries that a failed check names


class Entry(NamedTuple):
    """One comparison of a check: it holds where value <= tolerance.

    `where` names it; `look` writes a line of Python that computes it again, and is None where only the whole check can.
    """

    value: float
    tolerance: float
    where: str
    look: Callable[[], str] | None = None


@dataclass(frozen=True)
class Check:
    """One thing that must hold.

    Parameters
    ----------
    name : str
    agrees : bool
    value, tolerance : float
        Of the entry that comes closest to breaking it, or breaks it most: it holds where value <= tolerance.
    reason : str
        Why the tolerance has that value.
    failures : tuple of str
        The first of the entries that break it, the worst one first.
    n_failures : int
    worst : str
        Names the entry of that value and tolerance.
    look_closer : str
        A command that computes this entry again and prints what was compared.
    n_entries : int
        How many entries were compared.

    Examples
    --------
    >>> from toytoy.compare.checks import Entry, judge
    >>> check = judge("a law", [Entry(1.0, 2.0, "here"), Entry(3.0, 2.0, "there")], "why")
    >>> check.verdict, check.worst, check.n_failures
    ('disagreement', 'there', 1)
    """

    name: str
    agrees: bool
    value: float
    tolerance: float
    reason: str
    failures: tuple[str, ...] = ()
    n_failures: int = 0
    worst: str = ""
    look_closer: str = ""
    n_entries: int = 0

    @property
    def verdict(self) -> str:
        """Either "agrees" or "disagreement"."""
        return AGREES if self.agrees else DISAGREEMENT

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and strings, for JSON."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "value": self.value,
            "tolerance": self.tolerance,
            "reason": self.reason,
            "entries": self.n_entries,
            "worst": self.worst,
            "failures": list(self.failures),
            "n_failures": self.n_failures,
            "look_closer": self.look_closer,
        }


def judge(name: str, entries: Sequence[Entry], reason: str, look_closer: str = "") -> Check:
    """Compare values with tolerances, entry by entry; what is not a number fails, and so does an empty comparison.

    A tolerance that is not finite fails as well: it would let anything pass.

    Parameters
    ----------
    name : str
    entries : sequence of Entry
    reason : str
        Why the tolerances have their values.
    look_closer : str
        What to say where the worst entry has no line of its own.

    Raises
    ------
    ValueError
        If there is nothing to compare.
    """
    if not entries:
        raise ValueError(f"{name} must compare something, got no entry")
    shares = np.array([_share(entry) for entry in entries])
    failed = [k for k, entry in enumerate(entries) if not _holds(entry)]
    worst = failed[int(np.argmax(shares[failed]))] if failed else int(np.argmax(shares))
    named = [worst, *(k for k in failed if k != worst)][:N_NAMED] if failed else []
    found = entries[worst]
    return Check(
        name,
        not failed,
        float(found.value),
        float(found.tolerance),
        reason,
        tuple(entries[k].where for k in named),
        len(failed),
        found.where,
        found.look() if found.look else look_closer,
        len(entries),
    )


def _holds(entry: Entry) -> bool:
    return bool(entry.value <= entry.tolerance < np.inf)


def _share(entry: Entry) -> float:
    """Tell how much of its tolerance an entry takes up; what is not a number takes all there is."""
    value, tolerance = entry.value, entry.tolerance
    if not (np.isfinite(value) and np.isfinite(tolerance)):
        return np.inf if not _holds(entry) else -np.inf
    if tolerance > 0:
        return value / tolerance
    return np.inf if value > tolerance else 0.0
