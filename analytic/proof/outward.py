"""Arithmetic of intervals (low, high) in doubles, rounded outward, for kernels: :eq:`certificate-outward`.

An operation of doubles is off by half a unit in the last place at most, that is by 2⁻⁵³ of its result, or by less
than the smallest normal number. Each end is moved outward by three times that, which leaves room for the rounding of
the move itself.
"""

from __future__ import annotations

import numpy as np

from ..compiled import compiled

ROUNDING = 3 * 2.0**-53
TINY = 1e-300  # for results below the normal numbers


@compiled
def widen(low, high):
    """Move both ends outward, past any rounding of the operation that gave them."""
    return low - (abs(low) * ROUNDING + TINY), high + (abs(high) * ROUNDING + TINY)


@compiled
def add(a, b):
    """Enclose a + b."""
    return widen(a[0] + b[0], a[1] + b[1])


@compiled
def subtract(a, b):
    """Enclose a - b."""
    return widen(a[0] - b[1], a[1] - b[0])


@compiled
def multiply(a, b):
    """Enclose a b."""
    w, x, y, z = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    return widen(min(min(w, x), min(y, z)), max(max(w, x), max(y, z)))


@compiled
def times(factor, a):
    """Enclose a times a number that is exact in doubles."""
    return multiply((factor, factor), a)


@compiled
def plus(term, a):
    """Enclose a and a number, exact in doubles, together."""
    return widen(term + a[0], term + a[1])


@compiled
def square(a):
    """Enclose a²; never below 0."""
    low, high = abs(a[0]), abs(a[1])
    if low > high:
        low, high = high, low
    if a[0] <= 0.0 <= a[1]:
        low = 0.0
    least, most = widen(low * low, high * high)
    if least < 0.0:
        least = 0.0
    return least, most


@compiled
def divide(a, b):
    """Enclose a / b for b > 0; not a number, which no test passes, where b reaches 0."""
    if not b[0] > 0.0:
        return np.nan, np.nan
    return multiply(a, widen(1.0 / b[1], 1.0 / b[0]))
