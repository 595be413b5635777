"""The formulas of the cube's page as printed, against integrals by sympy, and the kernel's pieces that compute them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

import pytest
import sympy
from toytoy.analytic.cube import ALPHA, COEFFICIENTS, LADDER, box_polynomial, lay_powers, scratch
from toytoy.analytic.strip import BOTH, lay_differences

F = Fraction
EPS = 2.0**-52
TERMS = 16 * EPS  # relative, of a sum of up to six positive terms of a few factors each
y, x, c, alpha, h, u, a = sympy.symbols("y x c alpha h u a", positive=True)


def power(z: Any, q: int) -> Any:
    """G_q(z) where z > 0."""
    return z**q / sympy.factorial(q)


@pytest.mark.equation("cube-open-box")
@pytest.mark.parametrize("e", [0, 1, 2])
@pytest.mark.parametrize("q", [0, 1, 4])
def test_an_open_box_is_a_sum_of_positive_terms(q: int, e: int) -> None:
    integral = sympy.integrate(sympy.expand((1 - y) ** e * power(c + alpha * y, q)), (y, 0, 1))
    terms = [sympy.Rational(factorial(e), factorial(m + e + 1)) * alpha**m * power(c, q - m) for m in range(q + 1)]
    assert sympy.expand(integral - sum(terms)) == 0
    assert all(term.is_positive for term in terms)
    work, _ = scratch(1)
    work[ALPHA, 0] = 0.3
    lay_powers(0.7, q, work)
    box_polynomial(0, 1, q, 0 if e else -1, 0 if e == 2 else -1, work)
    wanted = float(integral.subs({c: sympy.Float("0.7", 30), alpha: sympy.Float("0.3", 30)}))
    assert abs(work[COEFFICIENTS, q] - wanted) <= TERMS * wanted


@pytest.mark.equation("cube-one-variable", "cube-by-parts")
@pytest.mark.parametrize("q", [0, 1, 3])
def test_one_variable_where_all_is_past_the_hinge(q: int) -> None:
    plain = (power(c + a, q + 1) - power(c, q + 1)) / a
    weighted = power(c + a, q + 1) / a - (power(c + a, q + 2) - power(c, q + 2)) / a**2
    assert sympy.simplify(sympy.integrate(power(c + a * x, q), (x, 0, 1)) - plain) == 0
    assert sympy.simplify(sympy.integrate(x * power(c + a * x, q), (x, 0, 1)) - weighted) == 0


def first(q: int) -> Any:
    """A_q past both hinges."""
    return power(h, q) - power(h - u, q)


def second(q: int) -> Any:
    """B_q past both hinges."""
    return first(q) - (u * power(h - u, q - 1) if q else 0)


@pytest.mark.equation("cube-strip", "cube-binomial")
@pytest.mark.parametrize(("difference", "order"), [(first, 1), (second, 2)])
@pytest.mark.parametrize("q", [0, 1, 2, 4])
def test_past_both_hinges_the_differences_are_positive(difference: Callable[[int], Any], order: int, q: int) -> None:
    wanted = difference(q)
    tail = sum((u**i / factorial(i) * power(h - u, q - i) for i in range(order, q + 1)), sympy.Integer(0))
    assert sympy.expand(wanted - tail) == 0
    if q:
        assert sympy.expand(sympy.diff(wanted, h) - difference(q - 1)) == 0
    past, rise = 0.7, 0.25
    work, _ = scratch(1)
    lay_differences(BOTH, order, past, rise, q, work)
    value = float(wanted.subs({h: sympy.Rational(19, 20), u: sympy.Rational(1, 4)})) / (rise if order == 2 else 1.0)
    assert abs(work[LADDER, q] - value) <= TERMS * value


@pytest.mark.equation("cube-strip")
@pytest.mark.parametrize("past", [F(-1, 7), F(1, 7), F(2, 7), F(5, 7)])
def test_the_differences_are_what_a_clipped_activation_asks_for(past: Fraction) -> None:
    rise, climbed = F(3, 7), min(max(past, F(0)), F(3, 7))
    between = F(int(0 < past < rise))

    def g(z: Fraction, q: int) -> Fraction:
        return max(z, F(0)) ** q / factorial(q) if q else F(int(z > 0))

    def a_(q: int) -> Fraction:
        return g(past, q) - g(past - rise, q)

    def b_(q: int) -> Fraction:
        return a_(q) - rise * g(past - rise, q - 1)

    assert (a_(0), a_(1)) == (between, climbed)
    assert (b_(1), b_(2)) == (climbed * between, climbed**2 / 2)
