"""Special points with letters, and as rows of text: for figures, the terminal and the manual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count as count_from
from itertools import islice, product
from string import ascii_uppercase

from ..analytic.estimate import Estimate
from .lines import SpecialPoint, Status

COLUMNS = ["point", "", "p", "± p", "r", "± r", "residual", "note"]
MOST_DIGITS = 15  # after the point: a float's, at magnitudes of one


def letters(count: int) -> list[str]:
    """Return A, B, … Z, AA, AB and so on."""
    words = ("".join(word) for length in count_from(1) for word in product(ascii_uppercase, repeat=length))
    return list(islice(words, count))


def lettered(points: Sequence[SpecialPoint]) -> dict[str, SpecialPoint]:
    """Give each point that is no mere border of the window its letter, in the order of the list."""
    shown = [point for point in points if point.kind != "border"]
    return dict(zip(letters(len(shown)), shown, strict=True))


def special_rows(points: Sequence[SpecialPoint]) -> list[list[str]]:
    """Write one row a point, under `COLUMNS`; the letter is that of the figures, the border's points have none.

    Numbers end with the digit of their error.

    Examples
    --------
    >>> from toytoy.analytic.estimate import Estimate
    >>> from toytoy.compare.lines import SpecialPoint
    >>> from toytoy.compare.special_table import special_rows
    >>> p, r = Estimate(0.25, 2e-6, "rounding"), Estimate(1.0, 0.0, "rounding")
    >>> special_rows([SpecialPoint("triple: a | b | c", "triple", p, r, 1e-16, ("a", "b", "c"))])
    [['triple: a | b | c', 'A', '0.250000', '2e-06', '1', '0', '1e-16', '']]
    """
    names = {id(point): letter for letter, point in lettered(points).items()}
    return [
        [
            point.name,
            names.get(id(point), ""),
            *written(point.density),
            *written(point.importance),
            f"{point.residual:.0e}" if math.isfinite(point.residual) else "-",
            _note(point),
        ]
        for point in points
    ]


def written(estimate: Estimate) -> tuple[str, str]:
    """Write a value to the digit of its error, and the error."""
    if estimate.error == 0 or not math.isfinite(estimate.error):
        return f"{estimate.value:.15g}", "0" if estimate.error == 0 else "-"
    digits = min(max(-math.floor(math.log10(estimate.error)), 0), MOST_DIGITS)
    return f"{estimate.value:.{digits}f}", f"{estimate.error:.0e}"


def _note(point: SpecialPoint) -> str:
    status = "" if point.status is Status.CONVERGED else str(point.status)
    return "; ".join(part for part in (status, point.note) if part)
