"""Every zero of a function is found and proved, or the function refuses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import arb
from toytoy.analytic.balls.krawczyk import NotProvedError
from toytoy.analytic.balls.numbers import enclosure, precision
from toytoy.analytic.balls.zeros import all_zeros

ROOTS = [Fraction(-7, 5), Fraction(1, 7), Fraction(1, 3), Fraction(33334, 100000)]  # two of them close


def polynomial(x: Any) -> tuple[Any, Any]:
    """Π (x - root), and its derivative by the product rule."""
    value, slope = arb(1), arb(0)
    for root in ROOTS:
        factor = x - arb(root.numerator) / root.denominator
        value, slope = value * factor, slope * factor + value
    return value, slope


@pytest.mark.equation("enclosure-zeros")
def test_all_zeros_of_a_polynomial() -> None:
    with precision(40):
        found = [enclosure(zero) for zero in all_zeros(polynomial, arb(-3), arb(4))]
    assert len(found) == len(ROOTS)
    for zero, root in zip(found, ROOTS, strict=True):
        assert root in zero
        assert zero.digits >= 38


@pytest.mark.equation("enclosure-zeros")
def test_none_where_there_is_none() -> None:
    assert all_zeros(lambda x: (x * x + 1, 2 * x), arb(-3), arb(5)) == []
    assert all_zeros(polynomial, arb(0.5), arb(5)) == []


@pytest.mark.parametrize(("low", "high"), [(-1, 2), (0, 1)])
def test_a_double_zero_and_one_at_an_end_are_refused(low: int, high: int) -> None:
    with pytest.raises(NotProvedError, match="double zero"):
        all_zeros(lambda x: (x * x, 2 * x), arb(low), arb(high))


@pytest.mark.equation("enclosure-zeros")
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 0)])
def test_a_simple_zero_just_at_an_end_is_neither_found_nor_denied(low: int, high: int) -> None:
    with pytest.raises(NotProvedError, match="no sign near"):
        all_zeros(lambda x: (x, arb(1)), arb(low), arb(high))


def test_intervals_are_halved_as_often_as_allowed() -> None:
    """x³ - x / 1024 with zeros at 0 and ±1/32: told apart once its slope's sign is known around each."""

    def cubic(x: Any) -> tuple[Any, Any]:
        return x**3 - x / 1024, 3 * x**2 - arb(1) / 1024

    with precision(30):
        found = all_zeros(cubic, arb(-0.9), arb(1))
        assert [float(zero.mid()) for zero in found] == pytest.approx([-1 / 32, 0.0, 1 / 32], abs=1e-15)
        with pytest.raises(NotProvedError, match="no sign near"):
            all_zeros(cubic, arb(-0.9), arb(1), halvings=2)
        assert len(all_zeros(lambda x: (x - arb(1) / 3, arb(1)), arb(0), arb(1), halvings=0)) == 1


def test_sixty_halvings_are_made_where_nothing_is_said() -> None:
    widths: list[Any] = []

    def square(x: Any) -> tuple[Any, Any]:
        widths.extend([x.rad()] if x.rad() > 0 else [])
        return x * x, 2 * x

    with precision(40), pytest.raises(NotProvedError, match="no sign near"):
        all_zeros(square, arb(-1), arb(2))
    assert float(min(widths)) == pytest.approx(1.5 / 2**60, rel=1e-6, abs=0)
