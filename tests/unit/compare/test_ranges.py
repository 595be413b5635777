"""Strategies for one number: inside, on the edge, outside."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from toytoy.analytic.domain import DENSITY, IMPORTANCE, SEED, SLOPE, TOLERANCE, Domain
from toytoy.compare.ranges import LARGEST, SMALLEST, edge, inside, outside

SOME = [DENSITY, IMPORTANCE, SEED, SLOPE, TOLERANCE]


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
