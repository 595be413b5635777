"""Statistics of agreement by plain loops and fractions: shares none of the library's code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isclose, isfinite, sqrt
from statistics import NormalDist, median
from typing import Any

Number = float | Fraction
Z = NormalDist().inv_cdf(0.975)
NEAR = 1e-9
Table = dict[tuple[str, str], int]


def same(a: Number, b: Number) -> bool:
    """Whether two numbers are equal up to some roundings; no number is equal to no other, not even to none."""
    return isclose(float(a), float(b), rel_tol=NEAR, abs_tol=1e-14)


def is_wilson(low: float, high: float, hits: int, total: int) -> bool:
    """Whether both ends lie 1.96 of their own deviations from the share, on its two sides, within [0, 1]."""
    if not total:
        return (low, high) == (0.0, 1.0)
    share = hits / total
    sides = 0 <= low <= share <= high <= 1
    return sides and all(
        isclose(abs(end - share), Z * sqrt(max(end * (1 - end), 0.0) / total), rel_tol=1e-6, abs_tol=1e-9)
        for end in (low, high)
    )


def counted(reference: Sequence[str], other: Sequence[str]) -> Table:
    """Count pairs of names, the reference's first."""
    table: Table = {}
    for pair in zip(reference, other, strict=True):
        table[pair] = table.get(pair, 0) + 1
    return table


def kappa(reference: Sequence[str], other: Sequence[str], agreed: Fraction | None = None) -> Fraction:
    """Cohen's kappa; `agreed` stands in for the share of equal pairs."""
    total = len(reference)
    names = {*reference, *other}
    chance = sum((Fraction(reference.count(n) * other.count(n), total**2) for n in names), Fraction(0))
    equal = Fraction(sum(a == b for a, b in zip(reference, other, strict=True)), total) if agreed is None else agreed
    return (equal - chance) / (1 - chance)


def quantile(values: Sequence[Fraction], q: float) -> Fraction:
    """Between neighbors in order, linearly."""
    ordered = sorted(values)
    place = Fraction(q) * (len(ordered) - 1)
    k = min(int(place), max(len(ordered) - 2, 0))
    upper = ordered[min(k + 1, len(ordered) - 1)]
    return ordered[k] + (place - k) * (upper - ordered[k])


def ratios(cells: Sequence[dict[str, Any]], scale: str, scale_error: str) -> list[list[Fraction]]:
    """List excess over scale, and its least and largest value within both errors, of the cells that have a scale."""
    found = []
    for cell in cells:
        if not cell[scale] > cell[scale_error] >= 0:
            continue
        x, e, s, d = (Fraction(cell[name]) for name in ("excess", "excess_error", scale, scale_error))
        ends = [end / size for end in (x - e, x + e) for size in (s - d, s + d)]
        found.append([x / s, min(ends[:2]), max(ends[2:])])
    return found


def faults_of_distance(row: dict[str, float], shift: Sequence[float], errors: Sequence[float]) -> Iterator[str]:
    """Name the numbers of one boundary that do not follow from its points."""
    gaps = [abs(each) for each in shift]
    within = sum(gap <= error for gap, error in zip(gaps, errors, strict=True))
    if not is_wilson(row["within_low"], row["within_high"], within, len(gaps)):
        yield "within_low, within_high"
    if (row["shared"], row["within"]) != (len(gaps), within):
        yield "shared, within"
    if not gaps:
        yield from (name for name in ("median", "largest", "error") if isfinite(row[name]))
        return
    low = [max(gap - error, 0.0) for gap, error in zip(gaps, errors, strict=True)]
    high = [gap + error for gap, error in zip(gaps, errors, strict=True)]
    wanted = {
        "median": median(gaps),
        "median_low": median(low),
        "median_high": median(high),
        "largest": max(gaps),
        "largest_low": max(low),
        "largest_high": max(high),
        "error": errors[gaps.index(max(gaps))],
    }
    yield from (name for name, value in wanted.items() if not same(row[name], value))
