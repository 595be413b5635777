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
