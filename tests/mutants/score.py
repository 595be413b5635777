"""The score of a group: killed over judged, with Wilson's interval; survivors that are explained stand apart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.verdict import Verdict

EXPLAINED = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True)
class Explained:
    """A mutant that changes nothing, and why."""

    module: str
    before: str
    after: str
    why: str

    def fits(self, verdict: Verdict) -> bool:
        """Tell whether it speaks of this one."""
        return (self.module, self.before, self.after) == (verdict.mutant.module, verdict.before, verdict.after)


def explained(path: Path = EXPLAINED) -> list[Explained]:
    """Read the explanations."""
    return [Explained(**entry) for entry in tomllib.loads(path.read_text("utf8")).get("equivalent", [])]


@dataclass(frozen=True)
class Score:
    """What came of a group's sample."""

    listed: int  # all mutants of the group
    judged: int
    killed: int
    timeouts: int  # among the killed
    equivalent: int  # survivors explained

    @property
    def raw(self) -> float:
        """Share killed of all that were judged, explained or not."""
        return self.killed / self.judged if self.judged else float("nan")

    @property
    def without_equivalents(self) -> float:
        """Share killed of those that change something, as far as is known."""
        real = self.judged - self.equivalent
        return self.killed / real if real else float("nan")

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the raw score; a point where every mutant was judged, all where none was."""
        from toytoy.compare.proportions import wilson

        if not self.judged:
            return 0.0, 1.0
        if self.judged == self.listed:
            return self.raw, self.raw
        low, high = wilson(self.killed, self.judged).tolist()
        return low, high


def score(listed: int, found: Iterable[Verdict], reasons: list[Explained]) -> Score:
    """Count; what is no Python is not judged."""
    valid = [each for each in found if each.status != "invalid"]
    killed = [each for each in valid if each.status in ("killed", "timeout")]
    known = [each for each in valid if each.status == "survived" and any(reason.fits(each) for reason in reasons)]
    return Score(listed, len(valid), len(killed), sum(each.status == "timeout" for each in killed), len(known))
