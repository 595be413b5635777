"""Numbers with a radius (python-flint), and moments of a linear form past a hinge, in whatever numbers it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial
from typing import Any, TypeVar

from ..fraction import exactly
from ..interval import Enclosure
from .flint_types import arb, ctx, fmpq

BITS_A_DIGIT = 3.3219281  # log2(10), rounded up
GUARD = 40  # bits beyond the digits asked for: 12 digits that may cancel or be leading zeros

MOST_PRECISION = 8  # times the digits asked for: then a loss 10^-350 times its terms has 50 digits

Ramp = Callable[[Any, int], Any]
T = TypeVar("T")


def precision(digits: int) -> Any:
    """Work with so many decimal digits, and some to spare, inside a ``with``; flint's precision is global.

    Raises
    ------
    TypeError, ValueError
        If it is not a whole number >= 1.
    """
    return ctx.workprec(int(digits * BITS_A_DIGIT) + GUARD)


def to_digits(digits: int, compute: Callable[[], T], achieved: Callable[[T], float]) -> T:
    """Compute, at doubled precision again (up to 8 times) as long as what comes out lacks the digits asked for."""
    working = digits
    while True:
        with precision(working):
            found = compute()
        if achieved(found) >= digits or working >= MOST_PRECISION * digits:
            return found
        working *= 2


def rational(value: Any) -> Any:
    """Turn a number into flint's fraction, exactly; a float is a fraction too."""
    exact = exactly(value)
    return fmpq(exact.numerator, exact.denominator)


def ball(value: Any) -> Any:
    """Turn a number into a ball of the working precision that holds it."""
    return value if isinstance(value, arb) else arb(rational(value))


def hull(low: Any, high: Any) -> Any:
    """Give the least ball that holds two numbers, flint's fractions or balls."""
    return arb(low).union(arb(high))


def ends(value: Any) -> tuple[Fraction, Fraction]:
    """Give the exact ends of a ball."""
    return _fraction(value.lower()), _fraction(value.upper())


def enclosure(value: Any) -> Enclosure:
    """Turn a ball into an `Enclosure`.

    Raises
    ------
    ValueError
        If it is not finite: a division by a ball that holds 0.
    """
    if not value.is_finite():
        raise ValueError(f"a ball is not finite, got {value}: something was divided by a number that may be 0")
    return Enclosure(*ends(value))


def _fraction(exact: Any) -> Fraction:
    whole = exact.fmpq()
    return Fraction(int(whole.p), int(whole.q))


def ball_ramp(z: Any, order: int) -> Any:
    """G_order(z) = z₊^order / order! of a ball; order 0 is a step, [0, 1] where it may be either; -1 is a spike."""
    if z > 0:
        return z**order / factorial(order) if order >= 0 else arb(0)
    if z < 0:
        return arb(0)
    if order < 0:
        return arb("nan")
    return hull(0, z.upper() ** order / factorial(order))


def lower_ramp(z: Any, order: int) -> Any:
    """G_order(z) of an exact number, order >= 0; a step counts as 0 on the hinge."""
    return z**order / factorial(order) if z > 0 else fmpq(0)


def upper_ramp(z: Any, order: int) -> Any:
    """G_order(z) of an exact number, order >= 0; a step counts as 1 on the hinge."""
    return fmpq(1) if z == 0 and order == 0 else lower_ramp(z, order)


class CubeMoments:
    """Means E x^α G_q(u + a·x) over unit cubes, :eq:`enclosure-moments`, in balls or in exact fractions.

    A cube is a bit mask of its variables, α a sorted tuple of variables that may repeat. Without α the mean is the
    alternating sum over vertices of :eq:`cube-vertices`, here for all cubes at once; with it, by parts,

        a_i E x_i^k R G_q = (its face at x_i = 1) - k E x_i^(k-1) R G_(q+1),

    R being the other variables' powers. A variable whose entry is exactly 0 is integrated on its own.

    Examples
    --------
    >>> from flint import fmpq
    >>> from toytoy.analytic.balls.numbers import CubeMoments, lower_ramp
    >>> CubeMoments(fmpq(-1, 2), [fmpq(1)], lower_ramp).mean(0b1, (0,), 1)  # E x (x - 1/2)₊
    5/48
    """

    def __init__(self, start: Any, entries: Sequence[Any], ramp: Ramp) -> None:
        self.entries, self.ramp = entries, ramp
        self.vertices = [start]
        for a in entries:
            self.vertices += [v + a for v in self.vertices]
        self._crossed = sum(1 << i for i, a in enumerate(entries) if a != 0)
        self._sums: dict[int, list[Any]] = {}
        self._seen: dict[tuple[int, tuple[int, ...], int], Any] = {}

    def mean(self, cube: int, powers: tuple[int, ...], q: int) -> Any:
        """E Π_{i in powers} x_i · G_q(u + a·x) over one cube, powers sorted; q >= -1."""
        key = (cube, powers, q)
        if key not in self._seen:
            self._seen[key] = self._by_parts(*key) if powers else self._by_vertices(cube & self._crossed, q)
        return self._seen[key]

    def _by_vertices(self, cube: int, q: int) -> Any:
        order = q + cube.bit_count()
        if order not in self._sums:
            table = [self.ramp(z, order) for z in self.vertices]
            for i in range(len(self.entries)):
                bit = 1 << i
                table = [table[v] - table[v ^ bit] if v & bit else table[v] for v in range(len(table))]
            self._sums[order] = table
        total = self._sums[order][cube]
        for i, a in enumerate(self.entries):
            if cube >> i & 1:
                total = total / a
        return total

    def _by_parts(self, cube: int, powers: tuple[int, ...], q: int) -> Any:
        i, k = powers[-1], powers.count(powers[-1])
        others, rest, a = powers[:-k], cube & ~(1 << powers[-1]), self.entries[powers[-1]]
        if not self._crossed >> i & 1:
            return self.mean(rest, others, q) / (k + 1)
        face = a * self.mean(cube, others, q) + self.mean(rest, others, q + 1)
        return (face - k * self.mean(cube, powers[:-1], q + 1)) / a


class BoxMoments:
    """The same means over a box of u and a: each is nondecreasing in all of them, :eq:`enclosure-monotone`.

    So the box's lower corner gives the lower end and its upper corner the upper one, both exactly, whatever the signs
    in it; nothing is divided by an interval.

    Examples
    --------
    >>> from flint import fmpq
    >>> from toytoy.analytic.balls.numbers import BoxMoments
    >>> box = BoxMoments((fmpq(1), fmpq(2)), [(fmpq(-1), fmpq(1))])  # 1 <= u <= 2, -1 <= a <= 1
    >>> mean = box.mean(0b1, (), 1)  # E (u + a x)₊
    >>> round(float(mean.lower()), 6), round(float(mean.upper()), 6)
    (0.5, 2.5)
    """

    def __init__(self, start: tuple[Any, Any], entries: Sequence[tuple[Any, Any]]) -> None:
        point = start[0] == start[1] and all(low == high for low, high in entries)
        self._low = CubeMoments(start[0], [a for a, _ in entries], lower_ramp)
        self._high = None if point else CubeMoments(start[1], [a for _, a in entries], upper_ramp)

    def mean(self, cube: int, powers: tuple[int, ...], q: int) -> Any:
        """Give the hull of E Π_{i in powers} x_i · G_q(u + a·x) over the box, a ball; q >= 0 (q >= 1 at a point)."""
        low = self._low.mean(cube, powers, q)
        return arb(low) if self._high is None else hull(low, self._high.mean(cube, powers, q))
