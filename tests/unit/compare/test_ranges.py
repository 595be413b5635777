"""Strategies for one number: inside, on the edge, outside."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from toytoy.analytic.domain import DENSITY, IMPORTANCE, SEED, SLOPE, TOLERANCE, Domain
from toytoy.compare.proportions import LEVEL
from toytoy.compare.ranges import LARGEST, SMALLEST, edge, inside, outside, readable

BELOW = Domain("below", -math.inf, 0.25)
SOME = [DENSITY, IMPORTANCE, SEED, SLOPE, TOLERANCE, LEVEL, BELOW]


@pytest.mark.parametrize("domain", SOME, ids=lambda d: d.name)
@given(data=st.data())
def test_what_is_inside_is_accepted_and_readable(domain: Domain, data: st.DataObject) -> None:
    value = data.draw(inside(domain))
    assert domain.contains(value)
    assert abs(value) <= max(LARGEST, 1)
    assert value == 0 or not domain.low_open or value >= SMALLEST


@pytest.mark.parametrize("domain", SOME, ids=lambda d: d.name)
@given(data=st.data())
def test_nothing_is_accepted_beyond_an_edge(domain: Domain, data: st.DataObject) -> None:
    value = data.draw(edge(domain))
    assert domain.contains(value)
    if not domain.integer:
        assert not all(domain.contains(math.nextafter(value, end)) for end in (-math.inf, math.inf))


@pytest.mark.parametrize("domain", SOME, ids=lambda d: d.name)
@given(data=st.data())
def test_what_is_outside_is_refused(domain: Domain, data: st.DataObject) -> None:
    value = data.draw(outside(domain))
    with pytest.raises((TypeError, ValueError), match=domain.name):
        domain.check(value)


@pytest.mark.parametrize(
    "fault",
    [
        lambda value: value is None,
        lambda value: isinstance(value, str),
        lambda value: isinstance(value, float) and math.isnan(value),
        lambda value: value == math.inf,
        lambda value: value == -math.inf,
        lambda value: value == 1j,
        lambda value: isinstance(value, float) and value > 1,
        lambda value: isinstance(value, float) and value < 0,
        lambda value: value is True,
        lambda value: isinstance(value, complex),
        lambda value: value == 0 and not isinstance(value, bool),
    ],
)
def test_every_kind_of_fault_is_drawn(fault: Any) -> None:
    find(outside(DENSITY), fault)


def test_the_simplest_failing_number_is_a_round_one() -> None:
    assert find(inside(DENSITY), lambda value: value < 0.7) == 0.5
    assert find(inside(IMPORTANCE), lambda value: True) == 1.0


def test_what_stands_for_open_and_infinite_ends() -> None:
    """As `inside` says: 0.001 for an open end at 0, and 10 for an infinite one."""
    assert (SMALLEST, LARGEST) == (0.001, 10.0)


ALONE = [(one - 0.037, one + 0.041, one) for one in (1.0, 0.5, 2.0, 0.25, 0.1, -1.0)]


@pytest.mark.parametrize(("low", "high", "one"), [*ALONE, (-1.03, 0.04, 0.0), (-2.3, -0.8, -1.0), (0.2, 2.3, 1.0)])
def test_what_a_person_would_write_down_is_drawn_whole(low: float, high: float, one: float) -> None:
    """Other numbers are rounded to tens here, so that they are one of these by no chance."""
    assert find(readable(low, high, digits=(-1,)), lambda value: True) == one


@pytest.mark.parametrize(("low", "high", "digits"), [(0.62, 0.88, 1), (0.612, 0.689, 2), (0.61305, 0.61395, 4)])
def test_other_numbers_shrink_to_the_fewest_of_one_two_or_four_decimals(low: float, high: float, digits: int) -> None:
    found = find(readable(low, high), lambda value: value not in (low, high))
    assert round(found, digits) == found
    assert digits == 1 or round(found, digits - 1) != found


def test_ends_are_among_the_round_ones_where_they_are_asked_for() -> None:
    assert find(readable(0.62, 0.88), lambda value: True) == 0.8
    assert find(readable(0.62, 0.88, ends=True), lambda value: True) == 0.62
    assert find(readable(0.1, 0.17, digits=(4,)), lambda value: True) == 0.1  # an end, and round
    assert find(readable(0.06, 0.1, digits=(4,)), lambda value: True) == 0.1


def test_full_is_not_rounded() -> None:
    """Nine decimals of a number below 1e-18 are beyond seventeen."""
    low, high = 1e-20, 1e-18
    assert low < find(readable(low, high), lambda value: value not in (low, high)) < high


@given(readable(-0.04, 0.04, digits=(1,)))
def test_zero_has_no_sign(value: float) -> None:
    assert math.copysign(1.0, value) == 1.0


def test_an_open_end_of_whole_numbers_is_left_out() -> None:
    between = Domain("k", 0, 3, low_open=True, high_open=True, integer=True)
    drawn = {find(inside(between), lambda value, k=k: value == k) for k in (1, 2)}  # type: ignore[misc]
    assert drawn == {1, 2}
    for k in (0, 3):
        with pytest.raises(NoSuchExample):
            find(inside(between), lambda value, k=k: value == k)  # type: ignore[misc]


@pytest.mark.parametrize("fault", [1.5, 2.0, -1])
def test_whole_numbers_are_refused_halfway_as_floats_and_below(fault: float) -> None:
    find(outside(SEED), lambda value: type(value) is type(fault) and value == fault)


@pytest.mark.parametrize("number", [math.inf, -math.inf])
def test_infinity_is_refused_where_nothing_else_is_beyond_that_end(number: float) -> None:
    find(outside(Domain("any", -math.inf)), lambda value: value == number)
