"""What came of one way to train, over many cells and instances: counts with intervals, excess, distance, time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..proportions import wilson
from .nearness import Nearness, Verdict
from .quantiles import Quantile, quantile

HEAD = ("training", "reached", "short of it", "elsewhere", "excess, median", "its tenth worst", "distance", "CPU ms")


@dataclass(frozen=True)
class Score:
    """One way to train.

    Parameters
    ----------
    name : str
    total, reached, short, elsewhere : int
        Models: all, and by `Verdict`.
    renamed : int
        Of those reached, how many whose extra feature has another regime than the optimum's.
    excess, tenth : Quantile
        Median, and value that a tenth of the models exceed, of the loss above the optimum's relative to it.
    below : Quantile
        Median of the part of the excess that descent from the model removes.
    distance : Quantile
        Median distance from the optimum; see `Nearness`.
    milliseconds : float
        Processor time a model.
    """

    name: str
    total: int
    reached: int
    short: int
    elsewhere: int
    renamed: int
    excess: Quantile
    tenth: Quantile
    below: Quantile
    distance: Quantile
    milliseconds: float

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data, intervals included."""
        intervals = {f"{name}_interval": wilson(getattr(self, name), self.total).tolist() for name in Verdict}
        numbers = {name: v._asdict() if isinstance(v, Quantile) else v for name, v in vars(self).items()}
        return {**numbers, **intervals}

    def row(self) -> tuple[str, ...]:
        """Write a row of a table whose head is `HEAD`; shares and medians with intervals of 95 %."""
        shares = [percent(getattr(self, name), self.total) for name in Verdict]
        numbers = (str(each) for each in (self.excess, self.tenth, self.distance))
        return (self.name, *shares, *numbers, f"{self.milliseconds:.1f}")

    def sentence(self) -> str:
        """Say it in a line."""
        parts = [f"{name} {percent(getattr(self, name), self.total)}" for name in Verdict]
        return (
            f"{self.name}: {', '.join(parts)} of {self.total}; excess loss {self.excess} in the median, "
            f"at least {self.tenth} in the worst tenth"
        )


def score(name: str, near: Nearness, seconds: float) -> Score:
    """Sum up models."""
    counts = {str(verdict): near.count(verdict) for verdict in Verdict}
    reached = near.verdicts == Verdict.REACHED
    return Score(
        name=name,
        total=near.excess.size,
        **counts,
        renamed=int((reached & ~near.same_regime).sum()),
        excess=quantile(near.excess),
        tenth=quantile(near.excess, 0.9),
        below=quantile(near.below),
        distance=quantile(near.distance),
        milliseconds=1e3 * seconds / near.excess.size,
    )


def percent(count: int, total: int) -> str:
    """Write a share and its interval: 40 % (12 … 77)."""
    low, high = wilson(count, total)
    return f"{count / total:.0%} ({100 * low:.0f} … {100 * high:.0f})"


def table(scores: Iterable[Score]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give head and rows."""
    return HEAD, [each.row() for each in scores]
