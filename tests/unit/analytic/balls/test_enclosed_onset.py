"""The threshold and the tricritical points: against sympy's derivation, and against each other."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from toytoy.analytic import symbolic
from toytoy.analytic.balls import enclosed_onset
from toytoy.analytic.balls.enclosed_onset import (
    _with_slope,
    enclose_threshold,
    enclose_tricritical,
    scaled_coefficient,
)
from toytoy.analytic.balls.flint_types import arb
from toytoy.analytic.balls.krawczyk import NotProvedError
from toytoy.analytic.balls.numbers import ball, enclosure, precision

F = Fraction
DENSITIES = [F(1, 10**6), F(1, 10), F(1, 2), F(7, 10), F(9, 10), F(1)]
DIGITS = 60
ALLOWED = F(1, 10**50)


def by_sympy(expression: Any, density: Fraction) -> Fraction:
    return F(str(sympy.N(expression.subs(symbolic.p, sympy.Rational(density)), DIGITS)))


@pytest.mark.equation("stability-threshold", "stability-cost", "stability-beta")
@pytest.mark.parametrize("density", DENSITIES)
def test_the_threshold_is_the_one_derived(density: Fraction) -> None:
    found = enclose_threshold(density)
    assert found.digits >= 50
    assert abs(found.middle - by_sympy(symbolic.stability_threshold(), density)) < ALLOWED


def test_the_threshold_at_one_is_one() -> None:
    assert 1 in enclose_threshold(1)


@pytest.mark.equation("enclosure-kappa", "onset-coefficient")
@pytest.mark.parametrize("density", DENSITIES)
def test_the_scaled_coefficient_is_the_one_derived(density: Fraction) -> None:
    with precision(DIGITS):
        found = enclosure(scaled_coefficient(ball(density)))
    expected = by_sympy(96 * symbolic.onset_coefficient() / symbolic.p**2, density)
    assert abs(found.middle - expected) < ALLOWED * 100  # sympy's own rounding, divided by p²


@pytest.mark.equation("enclosure-kappa")
def test_its_ends() -> None:
    assert -16 in enclosure(scaled_coefficient(arb(0)))
    assert -1 in enclosure(scaled_coefficient(arb(1)))


@pytest.mark.equation("enclosure-zeros", "onset-coefficient")
def test_both_tricritical_points_to_fifty_digits() -> None:
    kappa = sympy.lambdify(symbolic.p, symbolic.onset_coefficient(), "mpmath")
    threshold = sympy.lambdify(symbolic.p, symbolic.stability_threshold(), "mpmath")
    for found, start in zip(enclose_tricritical(), (0.52, 0.84), strict=True):
        with mpmath.workdps(DIGITS + 20):
            root = mpmath.findroot(kappa, start)
            expected = [F(str(mpmath.nstr(x, DIGITS + 10))) for x in (root, threshold(root))]
        assert min(found.density.digits, found.importance.digits) >= 50
        assert abs(found.density.middle - expected[0]) < ALLOWED
        assert abs(found.importance.middle - expected[1]) < ALLOWED


@pytest.mark.equation("enclosure-zeros")
def test_there_is_no_third_one() -> None:
    """Signs on a fine grid, in balls: κ changes its sign at the two points only."""
    first, second = enclose_tricritical(digits=12)
    for k in range(1, 1001):
        p = F(k, 1000)
        assert bool(scaled_coefficient(ball(p)) > 0) == (first.density.middle < p < second.density.middle)
        assert bool(scaled_coefficient(ball(p)) < 0) != (first.density.middle < p < second.density.middle)


def test_a_coefficient_of_the_wrong_sign_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosed_onset, "scaled_coefficient", lambda p: -scaled_coefficient(p))
    with pytest.raises(NotProvedError, match="twice"):
        enclose_tricritical()


@pytest.mark.parametrize("density", [0, 1.2, -0.1])
def test_a_density_out_of_range_is_refused(density: float) -> None:
    with pytest.raises(ValueError, match="density must lie"):
        enclose_threshold(density)


def test_fifty_digits_are_asked_for_where_nothing_is_said() -> None:
    half = F(1, 2)
    assert enclose_threshold(half, digits=49) != enclose_threshold(half) == enclose_threshold(half, digits=50)
    assert enclose_threshold(half, digits=51) != enclose_threshold(half)
    assert enclose_tricritical(digits=49) != enclose_tricritical() == enclose_tricritical(digits=50)
    assert enclose_tricritical(digits=51) != enclose_tricritical()


@pytest.mark.equation("enclosure-kappa")
@pytest.mark.parametrize("density", [0.125, 0.5, 0.875])
def test_its_slope_is_that_of_its_values(density: float) -> None:
    with precision(40):
        value, slope = _with_slope(arb(density))
        step = arb(2) ** -40
        up, down = (scaled_coefficient(arb(density) + sign * step) for sign in (1, -1))
        assert float(value) == float(scaled_coefficient(arb(density)))
        assert float(slope) == pytest.approx(float((up - down) / (2 * step)), rel=1e-15)
        assert not any(x.is_finite() for x in _with_slope(arb(0.5, 8)))  # as nothing is known there
