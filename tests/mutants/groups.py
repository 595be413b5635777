"""What is mutated, in groups with a goal each: the analytic room, agreements, the cross-checks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Group:
    """Modules, as patterns from the root, and the share of their mutants that tests must kill."""

    goal: float
    patterns: tuple[str, ...]

    def modules(self, root: Path) -> list[str]:
        """List the files of the group."""
        found = {path.relative_to(root).as_posix() for pattern in self.patterns for path in root.glob(pattern)}
        return sorted(found)


# what `agreement` and `agreements` decide with; drawing, saving and searching are left to their own tests
_DECIDES = ("verdicts", "ruling", "statuses", "cell_shares", "confusion", "proportions", "gaps", "distance", "ranges")
GROUPS = {
    "analytic": Group(0.95, ("analytic/**/*.py",)),
    "agreement": Group(
        0.90, ("compare/agreement*.py", *(f"compare/{name}.py" for name in (*_DECIDES, "sharpened", "pairings")))
    ),
    "crosschecks": Group(0.90, ("compare/crosschecks/*.py",)),
}
