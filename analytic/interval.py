"""An interval with exact ends that provably holds a number: `Enclosure`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from .domain import Number
from .estimate import ErrorKind, Estimate
from .fraction import exactly


@dataclass(frozen=True)
class Enclosure:
    """A closed interval that provably holds a number; its ends are exact.

    Parameters
    ----------
    lower, upper : Fraction, or any number that is one
        In the units of what is enclosed; lower <= upper.

    Raises
    ------
    ValueError
        If the ends stand in the wrong order.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from toytoy.analytic.interval import Enclosure
    >>> third = Enclosure(Fraction(33333, 100000), Fraction(33334, 100000))
    >>> str(third), third.digits, Fraction(1, 3) in third
    ('0.3333', 4, True)
    """

    lower: Fraction
    upper: Fraction

    def __post_init__(self) -> None:
        for name in ("lower", "upper"):
            object.__setattr__(self, name, exactly(getattr(self, name)))
        if self.lower > self.upper:
            raise ValueError(f"lower must not exceed upper, got lower={self.lower}, upper={self.upper}; swap them")

    @property
    def interval(self) -> tuple[Fraction, Fraction]:
        """(lower, upper), exact."""
        return (self.lower, self.upper)

    @property
    def middle(self) -> Fraction:
        """The middle of the interval, exact."""
        return (self.lower + self.upper) / 2

    @property
    def radius(self) -> Fraction:
        """Half the width, exact: how far the middle may be off."""
        return (self.upper - self.lower) / 2

    @property
    def digits(self) -> float:
        """Significant digits that are certain, rounded down; infinite for a point, 0 if not even the sign is.

        With d of them the middle, rounded to d digits, is off by at most one unit of the last.
        """
        if not self.radius:
            return math.inf
        if not self.middle:
            return 0
        # rounding to d digits costs half a unit of 10^(size + 1 - d), the radius may take the other half
        return max(0, _size(self.middle) - _size(2 * self.radius))

    def __contains__(self, value: Number | Enclosure) -> bool:
        """Whether a number, or all of another enclosure, lies inside."""
        low, high = value.interval if isinstance(value, Enclosure) else (exactly(value), exactly(value))
        return self.lower <= low and high <= self.upper

    def __float__(self) -> float:
        return float(self.middle)

    def __str__(self) -> str:
        """Write the certain digits, the last one right to a unit; the interval where there are none."""
        if self.digits == 0:
            return f"[{float(self.lower):.3g}, {float(self.upper):.3g}]"
        return _decimal(self.middle, 17 if math.isinf(self.digits) else int(self.digits))

    def estimate(self) -> Estimate:
        """Round to floats, outward: an `Estimate` of kind "certified" whose interval holds this one."""
        value = float(self.middle)
        error = float(max(self.upper - exactly(value), exactly(value) - self.lower))
        while True:
            found = Estimate(value, error, ErrorKind.CERTIFIED)
            low, high = found.interval
            if low <= self.lower and self.upper <= high:
                return found
            error = math.nextafter(error + math.ulp(value) / 2, math.inf)  # value ± error was rounded inward


def _size(value: Fraction) -> int:
    """Floor of log10 |value|, value not 0."""
    guess = len(str(abs(value.numerator))) - len(str(value.denominator))
    return guess if abs(value) >= Fraction(10) ** guess else guess - 1


def _decimal(value: Fraction, digits: int) -> str:
    """Write a number with so many significant digits, rounded."""
    if not value:
        return "0"
    shift = digits - 1 - _size(value)
    whole = str(abs(round(value * Fraction(10) ** shift)))
    sign = "-" if value < 0 else ""
    if not 0 <= shift <= digits + 3:  # very large or very small
        exponent = len(whole) - 1 - shift
        return f"{sign}{whole[0]}.{whole[1:]}e{exponent:+03d}".replace(".e", "e")
    whole = whole.rjust(shift + 1, "0")
    return sign + (f"{whole[:-shift]}.{whole[-shift:]}" if shift else whole)
