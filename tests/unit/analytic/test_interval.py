"""An enclosure's ends, digits, text and rounding to floats."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.analytic.interval import Enclosure, _decimal, _size

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
        (F(96, 100), F(104, 100), "1.0", 2),  # of a width below a tenth
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


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (F(123), 3, "123"),  # the last that needs no point
        (F(1234), 3, "1.23e+03"),
        (F(-1234), 4, "-1234"),
        (F(-12345, 10), 4, "-1234"),  # a half is rounded to even
        (F(1234, 100), 3, "12.3"),
        (F(123, 10**6), 3, "0.000123"),  # the last with zeros before it
        (F(123, 10**7), 3, "1.23e-05"),
        (F(-5, 10**5), 1, "-5e-05"),
        (F(5, 10**4), 1, "0.0005"),
        (F(5), 1, "5"),
        (F(50), 1, "5e+01"),
        (F(1), 4, "1.000"),
        (F(2, 3), 4, "0.6667"),
        (F(0), 5, "0"),
        (F(10**20), 3, "1.00e+20"),
    ],
)
def test_a_number_is_written_with_so_many_digits(value: Fraction, digits: int, text: str) -> None:
    assert _decimal(value, digits) == text
    if value:
        assert abs(F(text) - value) <= F(10) ** (_size(value) + 1 - digits) / 2


@pytest.mark.parametrize("power", range(-6, 7))
def test_the_size_of_a_number_is_the_floor_of_its_logarithm(power: int) -> None:
    ten = F(10) ** power
    for value, size in (
        (ten, power),
        (ten * F(999999, 10**6), power - 1),
        (ten * F(9, 1), power),
        (ten * 7 / 3, power),
    ):
        assert _size(value) == _size(-value) == size


def test_digits_are_none_where_not_even_the_sign_is_certain() -> None:
    assert Enclosure(F(-1, 3), F(1, 3)).digits == 0  # the middle is 0
    assert Enclosure(F(-1), F(9)).digits == 0  # 4 ± 5
    assert str(Enclosure(F(-1), F(9))) == "[-1, 9]"
    assert str(Enclosure(F(1, 3), F(2, 3))) == "[0.333, 0.667]"
    assert Enclosure(F(7), F(8)).digits == 0  # 7.5 ± 0.5: rounded to one digit it is 8, off by a unit where it is 7
    assert Enclosure(F(74, 10), F(76, 10)).digits == 1


def test_middle_and_radius_are_exact() -> None:
    found = Enclosure(F(-1, 3), F(1, 2))
    assert (found.middle, found.radius) == (F(1, 12), F(5, 12))
    assert found.interval == (F(-1, 3), F(1, 2))
    point = Enclosure(F(1, 3), F(1, 3))
    assert point.radius == 0
    assert F(1, 3) in point
    rounded = Enclosure(0.1, 0.5)  # type: ignore[arg-type]
    assert rounded.radius == (F(0.5) - F(0.1)) / 2  # which no float is
    assert 0.5 in Enclosure(0.25, 0.5)  # type: ignore[arg-type]  # both ends belong to it
    assert 0.25 in Enclosure(0.25, 0.5)  # type: ignore[arg-type]
    assert Enclosure(F(1, 4), F(1, 2)) in Enclosure(F(1, 4), F(1, 2))


@pytest.mark.parametrize(("low", "high"), [(F(1, 4), F(3, 4)), (F(-2), F(-1)), (F(5), F(5)), (F(0), F(0))])
def test_ends_that_are_floats_are_kept_exactly(low: Fraction, high: Fraction) -> None:
    found = Enclosure(low, high).estimate()
    assert (found.value, found.error) == (float(low + high) / 2, float(high - low) / 2)


@pytest.mark.parametrize("width", [F(0), F(1, 10**30), F(1, 10**12)])
def test_rounding_outward_costs_about_a_unit_of_the_value(width: Fraction) -> None:
    for k in range(1, 40):
        low = F(k, 7) - 3
        found = Enclosure(low, low + width).estimate()
        assert found.error - float(width) / 2 <= 2 * math.ulp(found.value)
    # a third, as a float, is off by a third of a unit: half a unit more and the sum is rounded outward
    third = Enclosure(F(1, 3), F(1, 3)).estimate()
    assert third.error == pytest.approx(5 / 6 * math.ulp(third.value), rel=1e-12)


def test_the_ends_cannot_be_changed() -> None:
    found = Enclosure(F(0), F(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.upper = F(2)  # type: ignore[misc]
    assert hash(found) == hash(Enclosure(F(0), F(1)))
