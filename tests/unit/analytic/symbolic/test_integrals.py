"""Closed forms of integrals against sympy's own integration, variable by variable, and against each other."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy
import toytoy as tt
from toytoy.analytic.symbolic import G, b, slope, upper
from toytoy.analytic.symbolic.integrals import cube_error, height, hinge_power, line_error, mean_square, weighted_hinge
from toytoy.analytic.symbolic.patterns import patterns
from toytoy.analytic.symbolic.setting import Pieces, pieces, rational

from tests.reference import exact

ACTIVATIONS: list[Any] = ["linear", "relu", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0)]
X, Y = sympy.symbols("x y", real=True)


def pieces_of(activation: Any) -> Pieces:
    return pieces(tt.Problem.toy(2, density=0.5, activation=activation))


RELU = pieces_of("relu")


def crossing(integrand: Any, z: Any, x: Any, start: bool, end: bool) -> Any:
    """∫ over the part of [0, 1] where z > 0, z linear in x, given on which side the two ends lie."""
    if not start and not end:
        return sympy.Integer(0)
    zero = sympy.solve(z, x)[0] if start != end else None
    limits = (0, 1) if zero is None else ((0, zero) if start else (zero, 1))
    return sympy.integrate(sympy.expand(integrand), (x, *limits))


@pytest.mark.equation("parts-vertices", "parts-weighted")
@pytest.mark.parametrize("row", patterns(2, 1, 1))
@pytest.mark.parametrize("order", [1, 2])
def test_one_variable_is_integrated(row: tuple[int, ...], order: int) -> None:
    z = b[1] + G[1, 1] * X
    plain = crossing(z**order / sympy.factorial(order), z, X, bool(row[0]), bool(row[1]))
    assert sympy.simplify(hinge_power(RELU, row, 1, 0, (1,), order) - plain) == 0
    if order == 1:
        weighted = crossing(X * z, z, X, bool(row[0]), bool(row[1]))
        assert sympy.simplify(weighted_hinge(RELU, row, 1, 0, (1,)) - weighted) == 0


@pytest.mark.equation("parts-vertices", "parts-weighted")
@pytest.mark.parametrize("row", patterns(2, 1, 1))
def test_two_variables_are_integrated_one_after_the_other(row: tuple[int, ...]) -> None:
    """Over x_1 by the closed form, whose antiderivative is checked; over x_2 by sympy, corner by corner of x_1."""
    a = G[1, 1]
    total = weighted = sympy.Integer(0)
    for corner, sign in ((0, -1), (1, 1)):
        z = b[1] + corner * a + G[1, 2] * Y  # an end of the integral over x_1, which is cut as it moves with x_2
        sides = bool(row[corner]), bool(row[corner + 2])
        total += sign * crossing(z**3 / 6 / a, z, Y, *sides)
        weighted += crossing(corner * z**2 / 2 / a, z, Y, *sides) - sign * crossing(z**3 / 6 / a**2, z, Y, *sides)
    u, v = b[1] + G[1, 2] * Y, sympy.Symbol("v", positive=True)
    inner = sympy.integrate((u + a * X) ** 2 / 2, X)
    assert sympy.expand(inner.diff(X) - (u + a * X) ** 2 / 2) == 0
    by_parts = v**2 * X / 2 / a - v**3 / 6 / a**2  # ∫ x (u + a x) dx, v = u + a x
    whole = by_parts.subs(v, u + a * X)
    assert sympy.expand(whole.diff(X) - X * (u + a * X)) == 0
    assert sympy.simplify(hinge_power(RELU, row, 1, 0, (1, 2), 2) - total) == 0
    assert sympy.simplify(weighted_hinge(RELU, row, 1, 0, (1, 2)) - weighted) == 0


@pytest.mark.equation("parts-line", "parts-hinges")
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("feature", [1, 2])
def test_a_line_is_a_cube_of_one_feature(activation: Any, feature: int) -> None:
    """Benefit and interference, integrated piece by piece by sympy, equal the sum over corners."""
    sigma = pieces_of(activation)
    ends = {(row[0], row[feature]) for row in patterns(2, 1, len(sigma.hinges))}
    for first, last in ends:
        row = (first, last if feature == 1 else 9, last if feature == 2 else 9, 9)  # 9: never read
        line, cube = line_error(sigma, row, 1, feature), cube_error(sigma, row, 1, (feature,))
        assert sympy.simplify(line - cube) == 0


@pytest.mark.equation("parts-benefit", "parts-interference")
def test_printed_forms() -> None:
    """The two cases that the paper's L_1 is made of: b_j ≤ 0, the feature writes on itself and on another output."""
    g, a = G[1, 1], G[1, 2]
    shut_then_open = (0, 1, 1, 1)
    benefit = mean_square(RELU, shut_then_open, 1, (1,))
    zero = -b[1] / g  # where the output opens
    residual = sympy.integrate((X - g * X - b[1]) ** 2, (X, zero, 1)) + zero**3 / 3
    assert sympy.simplify(benefit - residual) == 0
    printed = (1 - g) ** 2 / 3 - (1 - g) * b[1] + b[1] ** 2 + b[1] ** 3 / (3 * g) + b[1] ** 3 / (3 * g**2)
    assert sympy.simplify(benefit - printed) == 0
    assert sympy.simplify(mean_square(RELU, shut_then_open, 1, (2,)) - (a + b[1]) ** 3 / (3 * a)) == 0
    assert mean_square(RELU, (0, 1, 0, 0), 1, (2,)) == 0  # negative interference is free


def test_open_and_shut_cubes_are_polynomials() -> None:
    for activation, row in product(["relu", "abs"], [(0, 0, 0, 0), (1, 1, 1, 1)]):
        for active in ((1,), (2,), (1, 2)):
            assert sympy.denom(sympy.together(mean_square(pieces_of(activation), row, 1, active))).is_number


def test_a_feature_that_no_hinge_parts_stays_out_of_the_denominator() -> None:
    row = (0, 1, 0, 1)  # the second feature does not matter
    assert not sympy.denom(sympy.together(mean_square(RELU, row, 1, (1, 2)))).has(G[1, 2])


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_errors_are_continuous_across_a_hinge(activation: Any) -> None:
    """Two patterns that differ in one corner agree where that corner lies on the hinge between."""
    sigma = pieces_of(activation)
    rows = patterns(2, 1, len(sigma.hinges))
    seen = 0
    for one, other in product(rows, rows):
        differ = [c for c in range(4) if one[c] != other[c]]
        if len(differ) != 1 or other[differ[0]] != one[differ[0]] + 1:
            continue
        corner = tuple(i for i in (1, 2) if differ[0] >> (i - 1) & 1)
        on_hinge = sympy.solve(height(1, corner) - sigma.hinges[one[differ[0]]], b[1])[0]
        gap = mean_square(sigma, one, 1, (1, 2)) - mean_square(sigma, other, 1, (1, 2))
        point = {G[1, 1]: sympy.Rational(2, 7), G[1, 2]: sympy.Rational(-3, 5), slope: sympy.Rational(1, 9), upper: 2}
        assert gap.subs(b[1], on_hinge).subs(point) == 0
        seen += 1
    assert seen >= 8 * len(sigma.hinges)


def test_heights_are_sums() -> None:
    assert [height(2, corner) for corner in ((), (1,), (1, 2))] == [b[2], b[2] + G[1, 2], b[2] + G[1, 2] + G[2, 2]]


F = Fraction
HINGES: dict[str, tuple[Any, exact.Activation]] = {
    "linear": ("linear", ((), (1,))),
    "relu": ("relu", ((0,), (0, 1))),
    "abs": ("abs", ((0,), (-1, 1))),
    "leaky": (tt.LeakyReLU(F(1, 8)), ((0,), (F(1, 8), 1))),
    "clipped": (tt.ClippedReLU(F(3, 4)), ((0, F(3, 4)), (0, 1, 0))),
}


@pytest.mark.equation("parts-line", "parts-hinges", "parts-vertices", "parts-weighted")
@pytest.mark.parametrize("name", HINGES)
@pytest.mark.parametrize("output", [1, 2, 3])
def test_errors_of_up_to_three_features_are_exact_fractions(name: str, output: int) -> None:
    """In the region that a drawn row lies in the formula, evaluated, is the defining integral: every active set."""
    activation, known = HINGES[name]
    sigma, rng = pieces_of(activation), np.random.default_rng(output)
    a = [F(int(x), 16) for x in rng.choice([-19, -13, -7, -3, 4, 9, 14, 21], size=3, replace=False)]
    a[output - 1] = abs(a[output - 1])
    b_j = F(int(rng.integers(-12, 13)), 7)
    heights = [b_j + sum((x for i, x in enumerate(a) if corner >> i & 1), F(0)) for corner in range(8)]
    row = tuple(sum(z > t for t in known[0]) for z in heights)
    values = {G[output, i + 1]: rational(x) for i, x in enumerate(a)} | {b[output]: rational(b_j)}
    values |= {slope: sympy.Rational(1, 8), upper: sympy.Rational(3, 4)}
    reference = exact.Row(output - 1, a, b_j, known)
    for active in ((), (1,), (2,), (3,), (1, 2), (1, 3), (2, 3), (1, 2, 3)):
        wanted = reference.error(tuple(i - 1 for i in active), gradient=False).value
        assert mean_square(sigma, row, output, active).subs(values) == rational(wanted)
