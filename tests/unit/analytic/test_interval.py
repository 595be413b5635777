"""An enclosure's ends, digits, text and rounding to floats."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.analytic.interval import Enclosure

F = Fraction
NUMBERS = st.fractions(-(10**6), 10**6, max_denominator=10**12)
WIDTHS = st.sampled_from([F(0), F(1, 10**40), F(1, 10**17), F(1, 10**9), F(1, 100), F(3)])


@given(NUMBERS, WIDTHS)
def test_floats_are_rounded_outward(low: Fraction, width: Fraction) -> None:
    exact = Enclosure(low, low + width)
    found = exact.estimate()
    assert found.kind == "certified"
    assert F(found.interval[0]) <= exact.lower
    assert exact.upper <= F(found.interval[1])
    assert found.error <= float(width) / 2 + 3 * math.ulp(max(abs(found.value), float(width)))


@pytest.mark.parametrize("low", [10**30, -(10**30), F(1, 10**30), 2**60 + 1])
def test_rounding_ends_for_numbers_of_any_size(low: Fraction) -> None:
    low = F(low)
    interval = Enclosure(low, low + abs(low) / 10**25).estimate().interval
    assert F(interval[0]) <= low < low + abs(low) / 10**25 <= F(interval[1])


@given(NUMBERS, WIDTHS, st.fractions(0, 1))
def test_digits_that_are_printed_are_certain(low: Fraction, width: Fraction, share: Fraction) -> None:
    """Whatever the interval holds differs from what is printed by at most a unit of the last digit."""
    enclosure = Enclosure(low, low + width)
    if not width or not enclosure.digits:
        return
    text = str(enclosure)
    mantissa, _, exponent = text.partition("e")
    unit = F(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    assert abs(F(text) - (low + share * width)) <= unit


@pytest.mark.parametrize(
    ("low", "high", "text", "digits"),
    [
        (F(1, 3), F(1, 3) + F(1, 10**6), "0.33333", 5),
        (F(-1), F(1), "[-1, 1]", 0),
        (F(2), F(2), "2.0000000000000000", math.inf),
        (F(0), F(0), "0", math.inf),
        (F(1, 10**30), F(1001, 10**33), "1.00e-30", 3),
        (F(99999, 10**5), F(100001, 10**5), "1.0000", 5),
    ],
)
def test_texts(low: Fraction, high: Fraction, text: str, digits: float) -> None:
    enclosure = Enclosure(low, high)
    assert enclosure.digits == digits
    assert str(enclosure) == text


def test_what_lies_inside() -> None:
    enclosure = Enclosure(F(1, 4), F(1, 2))
    assert 0.25 in enclosure
    assert Enclosure(F(1, 4), F(1, 3)) in enclosure
    assert F(51, 100) not in enclosure
    assert Enclosure(F(1, 3), F(2, 3)) not in enclosure
    assert enclosure.interval == (F(1, 4), F(1, 2))
    assert float(enclosure) == 0.375


def test_ends_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="swap them"):
        Enclosure(F(1), F(0))
