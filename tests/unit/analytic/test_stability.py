"""The threshold and the cubic coefficient as numbers, against their derivation to forty digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from toytoy.analytic import symbolic
from toytoy.analytic.stability import kappa, onset_window, threshold

DENSITIES = [Fraction(1, 1000), Fraction(1, 10), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10), Fraction(1)]
ULP = 2.0**-52
# threshold and coefficient of the derivation, to 25 digits; and where the coefficient vanishes
TRUTHS = {
    0.001: ("0.001000187593738175637596958", "-1.661669896093886911762502e-7"),
    0.1: ("0.1019663408588447957646292", "-0.001199233941277027077059706"),
    0.5: ("0.5504446796632413360022129", "-0.0006557030528913059631598819"),
    0.7: ("0.7725795304824426322029527", "0.003851117538992001162461135"),
    0.9: ("0.9418717002573965159059443", "-0.003750444906271955154760508"),
    1.0: ("1", "-0.01041666666666666666666667"),
}
ZEROS = (Fraction("0.5202477367993984841440556"), Fraction("0.8373195801350339433811352"))


def exact(expression: sympy.Expr, density: Fraction) -> sympy.Expr:
    return sympy.N(expression.subs(symbolic.p, sympy.Rational(density.numerator, density.denominator)), 40)


@pytest.mark.equation("stability-threshold")
@pytest.mark.equation("stability-beta")
@pytest.mark.equation("stability-cost")
@pytest.mark.parametrize("density", DENSITIES)
def test_the_threshold_is_good_to_rounding(density: Fraction) -> None:
    density = Fraction(float(density))
    truth = exact(symbolic.stability_threshold(), density)
    assert abs(threshold(float(density)) / truth - 1) < 2 * ULP


@pytest.mark.equation("onset-coefficient")
@pytest.mark.parametrize("density", DENSITIES)
def test_the_coefficient_is_good_to_rounding(density: Fraction) -> None:
    density = Fraction(float(density))
    truth = exact(symbolic.onset_coefficient(), density)
    assert abs(kappa(float(density)) - truth) < ULP * float(density) ** 2 / 96 * 50  # its largest terms are 48 p³


@pytest.mark.parametrize(("index", "start"), [(0, 0.52), (1, 0.84)])
def test_the_window_ends_at_the_zeros_of_the_coefficient(index: int, start: float) -> None:
    truth: Any = sympy.nsolve(symbolic.onset_coefficient(), symbolic.p, start, prec=30)
    assert abs(onset_window()[index] - truth) < 5 * ULP  # κ, good to 1e-17, has slopes above 0.02 there
    assert kappa(onset_window()[0] + 1e-9) > 0 > kappa(onset_window()[0] - 1e-9)


@pytest.mark.parametrize("density", TRUTHS)
def test_both_numbers_to_rounding_against_digits_of_the_derivation(density: float) -> None:
    """The tests above in no time: they take the derivation as found."""
    first, second = map(Fraction, TRUTHS[density])
    assert abs(Fraction(threshold(density)) / first - 1) < 2 * ULP
    assert abs(Fraction(kappa(density)) - second) < ULP * density**2 / 96 * 50


def test_the_digits_are_those_of_the_derivation() -> None:
    both = (symbolic.stability_threshold(), symbolic.onset_coefficient())
    for density, truths in TRUTHS.items():
        for expression, digits in zip(both, truths, strict=True):
            assert abs(exact(expression, Fraction(density)) / sympy.Rational(digits) - 1) < 1e-24


def test_the_window_to_rounding_against_digits_of_the_derivation() -> None:
    for found, zero in zip(onset_window(), ZEROS, strict=True):
        assert abs(Fraction(found) - zero) < 5 * ULP
