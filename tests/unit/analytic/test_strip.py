"""Two hinges close together: their ladders against exact differences, and clipped models around the seam."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from toytoy.analytic.cube import LADDER, scratch
from toytoy.analytic.many import WIDE
from toytoy.analytic.strip import BOTH, FAR, NEAR, lay_differences

from tests.cross.accuracy import describe, miss
from tests.reference.draws import Case

EPS = float(np.finfo(float).eps)
DEGREE = 5
LADDER_ROUNDING = 16 * EPS  # relative: up to five positive terms of a few factors each


@pytest.mark.parametrize("u", [0.9, 1e-2, 1e-9])
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("kind", [NEAR, FAR, BOTH])
def test_ladders_keep_their_digits(kind: int, order: int, u: float) -> None:
    c, rise = Fraction(0.7), Fraction(u)

    def power(h: Fraction, q: int) -> Fraction:
        return h**q / factorial(q) if q >= 0 else Fraction(0)

    def far(h: Fraction, q: int) -> Fraction:
        return power(h, q) + (rise * power(h, q - 1) if order == 2 else 0)

    work, _ = scratch(DEGREE)
    lay_differences(kind, order, 0.7, u, DEGREE, work)
    unit = 1 if order == 1 else 1 / rise
    for q in range(DEGREE + 1):
        wanted = unit * {NEAR: power(c, q), FAR: -far(c, q), BOTH: power(c + rise, q) - far(c, q)}[kind]
        assert abs(work[LADDER, q] - float(wanted)) <= LADDER_ROUNDING * abs(float(wanted)), q


def clipped(weights: list[list[float]], bias: list[float], upper: float = 1.0) -> Case:
    n = len(bias)
    return Case("", (0.5,) * n, (1.0,) * n, "clipped", upper, np.array(weights), np.array(bias))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("times", [0.25, 1 - EPS, 1 + EPS, 10.0, 1e4, 1e8])
def test_the_promise_holds_on_both_sides_of_the_seam(times: float, mirrored: bool) -> None:
    """Row j of G is ±(1, -0.3) · range / 1.3: `mirrored` biases put the middle of z's range above the rise."""
    size = WIDE * times / 1.3
    weights = [[size**0.5, -0.3 * size**0.5]]
    case = clipped(weights, [-0.1 * size + mirrored * 0.2 * size + 0.4] * 2)
    assert max(miss(case)[:2]) <= 1.0, describe(miss(case))


def test_squares_that_underflow_beside_the_entries_are_kept() -> None:
    """Entries of 1e200: c² is 1e-400 of an entry squared, and half of the loss all the same."""
    case = clipped([[1e100, -1e100]], [0.2, 0.7])
    assert miss(case).loss <= 1.0, describe(miss(case))
