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
