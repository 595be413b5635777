"""The exact second derivatives: by hand, by sympy, and as difference quotients of the exact gradient."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from tests.reference import draws, exact, laws, second
from tests.reference.draws import Case
from tests.reference.exact import Matrix

F = Fraction
RELU = ((0,), (0, 1))
STEP = F(1, 2**60)


def of(case: Case) -> Matrix:
    return second.hessian(laws.law_of(case), case.importance, case.pieces, case.weights, case.bias)


def test_a_line_by_hand() -> None:
    # L = E (x − w²x − b)² at p = 1, w = 1, b = 0: 8 w² E x², 4 w E x, 2
    found = second.hessian(exact.independent([1]), [1], ((), (1,)), [[F(1)]], [F(0)])
    assert found == [[F(8, 3), F(2)], [F(2), F(2)]]


def test_a_cut_by_hand() -> None:
    # z = x − 1/2, by b and a = w²: 2 E[1] − 2 E[x δ] = 1 − 1;  2 E[x 1] − 2 E[x² δ] = 3/4 − 1/2;
    # 2 E[x² 1] − 2 E[x³ δ] = 7/12 − 1/4; the slope by a is −3/8
    row = second.BentRow(0, [F(1)], F(-1, 2), RELU)
    slopes, bends = second.row_derivatives(row, exact.independent([1]))
    assert slopes == [F(-1, 2), F(-3, 8)]
    assert bends == [[F(0), F(1, 4)], [F(1, 4), F(1, 3)]]
    # by w: 4 w² / 3 − 2 · 3/8, and 2 w / 4
    found = second.hessian(exact.independent([1]), [1], RELU, [[F(1)]], [F(-1, 2)])
    assert found == [[F(7, 12), F(1, 2)], [F(1, 2), F(0)]]


def test_where_it_jumps_it_is_the_one_for_larger_biases() -> None:
    for bias in (F(0), F(-1)):  # the slice enters the cube at x = 0, leaves it at x = 1
        at, above, below = (second.BentRow(0, [F(1)], bias + s * STEP, RELU).bend((0,), ()) for s in (0, 1, -1))
        assert abs(at - above) <= 4 * STEP
    assert abs(at - below) > 1  # at b = −1: −2 E[x δ] = −2, or nothing


@pytest.mark.equation("curvature-row")
def test_two_features_by_sympy() -> None:
    x, y = sympy.symbols("x y", nonnegative=True)
    theta = b, a, c = sympy.symbols("b a c")  # z = b + a x + c y, cut at x = x0
    x0 = (-b - c * y) / a
    shut = sympy.integrate(x**2, (x, 0, x0))
    open_ = sympy.integrate(sympy.expand((x - (b + a * x + c * y)) ** 2), (x, x0, 1))
    loss = sympy.integrate(sympy.expand(shut + open_), (y, 0, 1))
    point = {a: sympy.Rational(3, 4), c: sympy.Rational(-1, 2), b: sympy.Rational(-1, 8)}
    row = second.BentRow(0, [F(3, 4), F(-1, 2)], F(-1, 8), RELU)
    places: list[tuple[int, ...]] = [(), (0,), (1,)]
    for left, p in zip(theta, places, strict=True):
        for right, q in zip(theta, places, strict=True):
            bend = sympy.diff(loss, left, right).subs(point)
            assert row.bend((0, 1), p + q) == F(str(bend))


@pytest.mark.equation("curvature-chain")
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_it_is_the_difference_quotient_of_the_gradient(activation: str, n: int) -> None:
    for case in (*draws.cases(5, 7, activation, n), *draws.grouped_cases(5, 7, activation, n)):
        if case.kind != "generic":  # elsewhere there are kinks
            continue
        law, m = laws.law_of(case), len(case.weights)
        point = [F(float(x)) for x in (*case.weights.ravel(), *case.bias)]

        def gradient(flat: list[F], case: Case = case, law: exact.Law = law, m: int = m) -> list[F]:
            rows = [flat[k * n : (k + 1) * n] for k in range(m)]
            _, by_weights, by_bias = exact.loss_and_grad(law, case.importance, case.pieces, rows, flat[m * n :])
            return [x for row in by_weights for x in row] + by_bias

        for q, column in enumerate(of(case)):
            up, down = (gradient([x + s * (i == q) for i, x in enumerate(point)]) for s in (STEP, -STEP))
            for x, y, bend in zip(up, down, column, strict=True):
                # third derivatives times the step, where no vertex crosses a hinge within it
                assert abs((x - y) / (2 * STEP) - bend) <= 1e3 * STEP


@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_it_is_symmetric_at_degenerate_points_too(activation: str) -> None:
    for case in draws.cases(6, 14, activation, 3):
        found = of(case)
        assert found == [list(column) for column in zip(*found, strict=True)]
