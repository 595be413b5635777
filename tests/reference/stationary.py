"""Stationary models of the toys with one coordinate held, to thirty digits: Newton's method in exact fractions.

Imports nothing of the library. A model is a list: the weights row by row, then the biases; the last column of three
features has no second entry, which a rotation takes away. One coordinate is held, and the importance of the last
feature is found with the others, so that all derivatives of the loss vanish.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import mpmath

from tests.reference import exact

DIGITS = 40
STEP = Fraction(1, 10**25)  # of differences: their error, of this size, only slows Newton's method down
RELU = ((0,), (0, 1))


def number(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


def rounded(value: Any) -> Fraction:
    return Fraction(str(mpmath.nstr(value, DIGITS)))


def gradient(x: Sequence[Fraction], importance: Fraction, density: Fraction) -> list[Fraction]:
    """Differentiate the loss by the entries of the list."""
    if len(x) == 4:
        n, weights = 2, [[x[0], x[1]]]
    else:
        n, weights = 3, [[x[0], x[1], x[2]], [x[3], x[4], Fraction(0)]]
    law = exact.independent([density] * n)
    importances = [Fraction(1)] * (n - 1) + [importance]
    _, d_weights, d_bias = exact.loss_and_grad(law, importances, RELU, weights, list(x[-n:]))
    flat = [entry for row in d_weights for entry in row] + list(d_bias)
    return flat if n == 2 else flat[:5] + flat[6:]


def importance_at(model: Sequence[float], held: int, u: Fraction, importance: float, density: Fraction) -> Any:
    """Importance at which a model with x[held] = u is stationary, near the one given; an mpmath number.

    Call it with `mpmath.workdps(DIGITS)`.
    """
    x, r = [Fraction(float(value)) for value in model], Fraction(importance)
    x[held] = u
    rest = [i for i in range(len(x)) if i != held]
    for _ in range(6):
        slopes = gradient(x, r, density)
        if max(map(abs, slopes)) < Fraction(1, 10**34):
            return number(r)
        jacobian = mpmath.matrix(len(x))
        for column, i in enumerate([*rest, -1]):
            there = [value + STEP * (k == i) for k, value in enumerate(x)]
            moved = gradient(there, r + STEP * (i < 0), density)
            for k, (new, old) in enumerate(zip(moved, slopes, strict=True)):
                jacobian[k, column] = number((new - old) / STEP)
        change = mpmath.lu_solve(jacobian, mpmath.matrix([number(value) for value in slopes]))
        for i, step in zip(rest, change, strict=False):
            x[i] = rounded(number(x[i]) - step)
        r = rounded(number(r) - change[len(rest)])
    raise ArithmeticError(f"no stationary model with x[{held}] = {float(u)}")


def extremum(model: Sequence[float], held: int, importance: float, density: Fraction) -> Any:
    """Extremum of that importance over the coordinate held, near the model's: the importance of a fold.

    The middle of a parabola through three values 1e-7 apart, which errs by the fourth power of that.
    """
    near, delta = Fraction(float(model[held])), Fraction(1, 10**7)
    low, middle, high = (importance_at(model, held, near + k * delta, importance, density) for k in (-1, 0, 1))
    return middle - (high - low) ** 2 / (8 * (high - 2 * middle + low))
