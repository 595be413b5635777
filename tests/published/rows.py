"""Rows of published numbers: what is printed, what the library finds, and whether the two meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest

from tests.meta.sources import ROOT

SLOWEST = 1200  # seconds, on a busy machine
MET, NOT_MET, NOT_TRIED, TOLD_APART = "met", "not met", "not tried", "told apart"
_NUMBER = r"-?\d+(?:\.\d+)?"
Bounds = tuple[Fraction, Fraction]


def printed(text: str) -> Bounds:
    """Read what a printed number can mean, as an interval: half a unit of its last digit, unless it says more.

    "1/2" and "exactly 3" are exact; "3.71(2)" and "3.71 ± 0.02" state an error; "> 3" has no upper end; "0.5 … 0.6"
    is a range, whose ends are rounded; "2 %" is 0.02; "≈" adds nothing.
    """
    words = text.replace("−", "-").removeprefix("≈").strip()
    if words.endswith("%"):
        low, high = printed(words[:-1])
        return low / 100, high / 100
    if "…" in words:
        first, last = words.split("…")
        return printed(first)[0], printed(last)[1]
    if "±" in words:
        center, error = (Fraction(part.strip()) for part in words.split("±"))
        return center - error, center + error
    if words.startswith(">"):
        return Fraction(words[1:].strip()), Fraction(10**30)
    if found := re.fullmatch(rf"({_NUMBER})\((\d+)\)(e-?\d+)?", words):
        digits, last, power = found.groups(default="e0")
        middle, off, scale = Fraction(digits), int(last) * _unit(digits), Fraction(f"1{power}")
        return (middle - off) * scale, (middle + off) * scale
    if words.startswith("exactly ") or "/" in words:
        exact = Fraction(words.removeprefix("exactly "))
        return exact, exact
    if not re.fullmatch(rf"{_NUMBER}(e-?\d+)?", words):
        raise ValueError(f"no number: {text!r}")
    mantissa, _, power = words.partition("e")
    half = _unit(mantissa) / 2 * Fraction(f"1e{power or 0}")
    return Fraction(words) - half, Fraction(words) + half


def _unit(digits: str) -> Fraction:
    return Fraction(1, 10 ** len(digits.partition(".")[2]))


def _exact(number: Any) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(float(number))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A published statement: in words, as printed, and as found here.

    `why` says of what isn't met or wasn't tried, why; `slow` rows are measured by `make test-slow`.
    """

    what: str
    published: str
    ours: str = ""
    why: str = ""
    slow: bool = False

    @property
    def verdict(self) -> str:
        """Whether what is found here is what is printed, judged by the two texts that the page shows."""
        return MET if self.published == self.ours else NOT_MET

    def check(self) -> None:
        """Measure anew, and hold the page's text to it."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Number(Row):
    """A number with an error: met where its interval and the printed one share a point."""

    measure: Callable[[], Any]

    @property
    def verdict(self) -> str:
        """Compare the two intervals."""
        (low, high), (least, most) = printed(self.published), printed(self.ours)
        return MET if low <= most and least <= high else NOT_MET

    def check(self) -> None:
        """What is measured, with its error, lies within what the page says."""
        found = self.measure()
        value, error = map(_exact, found if isinstance(found, tuple) else (found.value, found.error))
        low, high = printed(self.ours)
        said = f"{self.what}: {float(value)} ± {float(error)}, and not {self.ours}"
        assert low <= value - error <= value + error <= high, said


@dataclass(frozen=True, kw_only=True)
class Mistake(Number):
    """What a known mistake would print, and our number, which must exclude it."""

    @property
    def verdict(self) -> str:
        """Compare the two intervals, hoping for the opposite."""
        return TOLD_APART if super().verdict == NOT_MET else "missed"

    def check(self) -> None:
        """Our number is ours, and not the mistake's."""
        assert self.verdict == TOLD_APART, f"{self.what}: {self.ours} does not exclude {self.published}"
        super().check()


@dataclass(frozen=True, kw_only=True)
class Words(Row):
    """A shape, a name, a list of counts: met where the words are the same."""

    measure: Callable[[], str]

    def check(self) -> None:
        """What is measured is what the page says, word by word."""
        found = self.measure()
        assert found == self.ours, f"{self.what}: {found!r}, not {self.ours!r}"


@dataclass(frozen=True, kw_only=True)
class Formula(Row):
    """A formula: triples of its value, ours, and the difference allowed, at several places; met where none is off."""

    ours: str = "equal, exactly"
    measure: Callable[[], Iterable[tuple[Any, Any, Any]]]
    holds: bool = True

    @property
    def verdict(self) -> str:
        """As the row says, and `check` confirms."""
        return MET if self.holds else NOT_MET

    def check(self) -> None:
        """At every place the two agree; or, of a formula that does not hold, at none."""
        triples = list(self.measure())
        assert triples, f"{self.what}: nothing compared"
        if self.ours == "equal, exactly":
            assert all(allowed == 0 for _, _, allowed in triples), f"{self.what}: not exact"
        off = [(theirs, here) for theirs, here, allowed in triples if not abs(theirs - here) <= allowed]
        assert (off == []) if self.holds else (len(off) == len(triples)), f"{self.what}: {off}"


@dataclass(frozen=True, kw_only=True)
class NotTried(Row):
    """What could not be measured here; `why` says what it would take."""

    ours: str = "-"

    @property
    def verdict(self) -> str:
        """Neither met nor not."""
        return NOT_TRIED

    def check(self) -> None:
        """Nothing is claimed; a reason is."""
        assert self.why, f"{self.what}: no reason given"


@dataclass(frozen=True, kw_only=True)
class Recorded(Row):
    """What took too long to be measured again: a page of the manual says what a full run found, in these words."""

    page: str
    words: str

    def check(self) -> None:
        """The page still says so."""
        text = " ".join((ROOT / "docs" / self.page).read_text("utf8").split())
        assert self.words in text, f"{self.what}: docs/{self.page} does not say {self.words!r}"


@dataclass(frozen=True)
class Section:
    """The rows of one source or figure, under the name that the page's markers bear."""

    name: str
    rows: tuple[Row, ...] = field(default=())

    def cases(self) -> list[Any]:
        """Give pytest a case a row, slow ones marked."""
        slow = [pytest.mark.slow, pytest.mark.timeout(SLOWEST)]
        return [pytest.param(row, id=_slug(row.what), marks=slow if row.slow else []) for row in self.rows]


def _slug(text: str) -> str:
    return "_".join(re.findall(r"\w+", text.lower()))[:60]
