"""Rigorous enclosures of where a second feature appears beside the first: the threshold, and the tricritical points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..domain import DENSITY
from ..interval import Enclosure
from .enclosed_loss import check_digits
from .flint_types import arb, arb_series
from .krawczyk import NotProvedError
from .numbers import ball, enclosure, hull, to_digits
from .zeros import all_zeros


@dataclass(frozen=True)
class EnclosedTricritical:
    """A point at which the onset of the extra feature changes between a jump and a continuous one, and both are there.

    density, importance : `Enclosure`; the importance is r_s at that density.

    Examples
    --------
    >>> from toytoy.analytic.enclosure import enclose_tricritical
    >>> first, second = enclose_tricritical(digits=20)
    >>> str(first.density)[:14], str(second.density)[:14]
    ('0.520247736799', '0.837319580135')
    """

    density: Enclosure
    importance: Enclosure


def enclose_threshold(density: Any, digits: int = 50) -> Enclosure:
    """Enclose r_s(p), where "not represented" loses local stability in the toys, :eq:`stability-threshold`.

    Parameters
    ----------
    density : number in (0, 1]
        Taken exactly: a float as the fraction that it is.
    digits : int, optional
        Digits that are certain at the end, >= 1.

    Returns
    -------
    Enclosure
        Importance of the last feature, of those with importance 1.

    Raises
    ------
    TypeError, ValueError
        If the density is out of range.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from toytoy.analytic.enclosure import enclose_threshold
    >>> str(enclose_threshold(Fraction(1, 2), digits=20))[:22]
    '0.55044467966324133600'
    """
    DENSITY.check(density)
    return to_digits(check_digits(digits), lambda: enclosure(threshold(ball(density))), lambda e: e.digits)


def enclose_tricritical(digits: int = 50) -> tuple[EnclosedTricritical, EnclosedTricritical]:
    """Enclose both tricritical points of the toys' onset, and prove that there are no others.

    They are the zeros of κ(p), :eq:`onset-coefficient`. In 0 < p <= 1 there are exactly two: 96 κ / p² is continued to
    the closed interval 0 <= p <= 1 (:eq:`enclosure-kappa`), is -16 at 0 and -1 at 1, and all its zeros there are found
    by halving (:eq:`enclosure-zeros`): κ < 0 below the first and above the second, κ > 0 between.

    Parameters
    ----------
    digits : int, optional
        Digits of densities and importances that are certain at the end, >= 1.

    Returns
    -------
    tuple of two EnclosedTricritical
        By density.

    Raises
    ------
    NotProvedError
        A ValueError, if there were not exactly two.
    TypeError, ValueError
        If the digits are no whole number >= 1.

    Examples
    --------
    >>> from toytoy.analytic.enclosure import enclose_tricritical
    >>> [(str(point.density)[:14], str(point.importance)[:14]) for point in enclose_tricritical(digits=20)]
    [('0.520247736799', '0.574041907440'), ('0.837319580135', '0.896440608365')]
    """
    first, last = to_digits(
        check_digits(digits), _both, lambda points: min(point.importance.digits for point in points)
    )
    return first, last


def _both() -> tuple[EnclosedTricritical, ...]:
    zeros = all_zeros(_with_slope, arb(0), arb(1))
    signs = [bool(scaled_coefficient(p) > 0) for p in (arb(0), *(hull(a, b).mid() for a, b in pairwise(zeros)), arb(1))]
    if signs != [False, True, False]:
        raise NotProvedError(f"κ must change its sign twice, got zeros {zeros}; its formula is wrong")
    return tuple(EnclosedTricritical(enclosure(p), enclosure(threshold(p))) for p in zeros)


def best_share(p: Any) -> Any:
    """Give β* / p², :eq:`stability-beta`, of a ball or a series; it has no 0/0 at p = 0."""
    root = ((4 - 3 * p) * (4 - 11 * p + 12 * p * p - 4 * p * p * p)).sqrt()
    return 1 / (4 - 7 * p + 4 * p * p + root)


def threshold(p: Any) -> Any:
    """Give r_s = c(β*) / v, :eq:`stability-cost` over v = p/3 - p²/4, of a ball; both divided by p."""
    beta, v = p * p * best_share(p), (4 - 3 * p) / 12
    cost = p * v + (beta - p / 2) ** 2 / 4 + ((1 - p) * beta) ** 2 / p + (1 - p) * beta**3 / 3
    return cost / v


def scaled_coefficient(p: Any) -> Any:
    """Give 96 κ / p², :eq:`enclosure-kappa`, of a ball or a series; continuous on 0 <= p <= 1."""
    t = best_share(p)
    u = p * p * t  # β*
    quartic = (8 * p * p - 24 * p) * u * u * u * t
    cubic = (252 * p - 68 * p * p - 12 * p * p * p - 144) * u * u * t
    square = (72 * p - 168 * p * p + 72 * p * p * p) * u * t
    return quartic + cubic + square + (27 * p - 32) * p * p * t - 27 * p * p + 48 * p - 16


def _with_slope(p: Any) -> tuple[Any, Any]:
    """Value and derivative over a ball, from one series of length 2."""
    try:
        series = scaled_coefficient(arb_series([p, 1], prec=2))
    except ValueError:  # over a ball so wide that the root or its denominator may be 0: nothing is known
        return arb("nan"), arb("nan")
    return series[0], series[1]
