"""Outward rounding: every result of exact numbers inside lies inside, and no end is moved far."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from toytoy.analytic.proof import outward

F = Fraction
UNIT = 2.0**-52
SIZES = (1e-160, 1e-9, 1.0, 3.0, 1e12)


def side(rng: np.random.Generator) -> tuple[float, float]:
    """Draw an interval: of any size and sign, some of them points."""
    low, high = sorted(rng.choice(SIZES) * rng.normal(size=2))
    return (low, low) if rng.random() < 0.3 else (low, high)


def inside(a: tuple[float, float], rng: np.random.Generator) -> Fraction:
    """Draw a number of an interval, exact, often an end."""
    t = F(int(rng.integers(0, 5)), 4)
    return F(a[0]) + t * (F(a[1]) - F(a[0]))


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}


@pytest.mark.equation("certificate-outward")
@pytest.mark.parametrize("name", OPERATIONS)
def test_two_operands(name: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(2000):
        a, b = side(rng), side(rng)
        if name == "divide":
            b = (abs(b[0]) + 1e-100, abs(b[0]) + abs(b[1]) + 2e-100)
        low, high = getattr(outward, name)(a, b)
        assert low < OPERATIONS[name](inside(a, rng), inside(b, rng)) < high


@pytest.mark.equation("certificate-outward")
def test_one_operand() -> None:
    rng = np.random.default_rng(1)
    for _ in range(2000):
        a, k = side(rng), float(rng.choice([-3.0, 0.1, 2.0, 1e-200]))
        x = inside(a, rng)
        low, high = outward.square(a)
        assert 0 <= low <= x * x < high
        low, high = outward.times(k, a)
        assert low < F(k) * x < high
        low, high = outward.plus(k, a)
        assert low < F(k) + x < high


@pytest.mark.equation("certificate-outward")
def test_without_the_widening_a_sum_escapes() -> None:
    assert F(0.1) + F(0.2) != F(0.1 + 0.2)  # so a point would not hold it
    low, high = outward.add((0.1, 0.1), (0.2, 0.2))
    assert low < F(0.1) + F(0.2) < high
    assert high - low <= 4 * UNIT * 0.3


def test_a_divisor_that_may_be_zero_gives_no_number() -> None:
    assert all(np.isnan(outward.divide((1.0, 1.0), (0.0, 1.0))))
    assert all(np.isnan(outward.multiply((0.0, 1.0), outward.divide((1.0, 1.0), (-1.0, 1.0)))))
    assert all(np.isnan(outward.square((np.nan, np.nan))))


@pytest.mark.equation("certificate-outward")
def test_an_end_moves_by_three_halves_of_a_unit_and_no_further() -> None:
    """Exactly, where the moved end is a double: below 1 units are half as large as above."""
    tiny = 1e-300
    one = (1 - 3 * 2.0**-53, 1 + 2 * UNIT)  # 1 + 3/2 units lies between doubles
    assert outward.widen(1.0, 1.0) == one
    assert outward.widen(-1.0, -1.0) == (-one[1], -one[0])
    assert outward.widen(0.0, 0.0) == (-tiny, tiny)
    assert outward.add((0.25, 0.5), (0.75, 0.5)) == one
    assert outward.subtract((1.25, 1.5), (0.25, 0.5)) == outward.widen(0.75, 1.25)
    assert outward.plus(0.5, (0.5, 0.5)) == one
    assert outward.times(4.0, (0.25, 0.25)) == one
    assert outward.square((0.5, 2.0)) == outward.widen(0.25, 4.0)
    assert outward.square((-2.0, 0.5)) == (0.0, outward.widen(0.0, 4.0)[1])
    assert outward.square((-2.0, -0.5)) == outward.widen(0.25, 4.0)
    assert outward.square((0.0, 2.0)) == (0.0, outward.widen(0.0, 4.0)[1])
    assert outward.square((-2.0, 0.0)) == (0.0, outward.widen(0.0, 4.0)[1])
    assert outward.multiply((-2.0, 3.0), (-5.0, 4.0)) == outward.widen(-15.0, 12.0)
    assert outward.multiply((2.0, 3.0), (4.0, 5.0)) == outward.widen(8.0, 15.0)
    assert outward.multiply((-3.0, -2.0), (4.0, 5.0)) == outward.widen(-15.0, -8.0)
    assert outward.multiply((-3.0, 2.0), (4.0, 5.0)) == outward.widen(-15.0, 10.0)
    assert outward.divide((1.0, 2.0), (4.0, 8.0)) == outward.multiply((1.0, 2.0), outward.widen(0.125, 0.25))
    assert not any(np.isnan(outward.divide((1.0, 1.0), (1e-300, 1.0))))
