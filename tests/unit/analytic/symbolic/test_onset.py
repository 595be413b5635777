"""The expansion at the onset, against exact fractions at small lengths, and what it says about the optimum."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

import mpmath
import pytest
import sympy
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.symbolic import p, r
from toytoy.analytic.symbolic.onset import BETA, GAMMA, OMEGA, OPENING, VARIANCE, best_beta, cost, onset, response

from tests.reference import exact

F = Fraction
TOY = tt.Problem.toy(2, density=0.5)
RELU = ((0,), (0, 1))
DIGITS = 40  # of what is drawn from the fractions: rounding is far below every difference tested
DENSITIES = [Fraction(1, 10), Fraction(1, 2), Fraction(7, 10), Fraction(9, 10), Fraction(1)]


class Best(NamedTuple):
    loss: Fraction
    response: list[Fraction]  # w_1, b_1, b_2


def fraction(value: Any) -> Fraction:
    """Round a sympy number to a fraction of DIGITS digits."""
    return Fraction(str(sympy.N(value, DIGITS)))


def evaluate(density: Fraction, importance: Fraction, x: list[Fraction], eps: Fraction) -> tuple[Fraction, list[Any]]:
    w_1, b_1, b_2 = x
    law = exact.independent([density, density])
    loss, d_w, d_b = exact.loss_and_grad(law, [1, importance], RELU, [[w_1, -eps]], [b_1, b_2])
    return loss, [d_w[0][0], *d_b]


def best(density: Fraction, importance: Fraction, eps: Fraction) -> Best:
    """Minimize the exact loss with w_2 = -ε held, by Newton's method on its exact gradient, to DIGITS digits."""
    at = {p: sympy.Rational(density)}
    beta = fraction(best_beta().subs(at))
    x = [1 + eps * fraction(response().omega.subs(at | {BETA: sympy.Rational(beta)})), beta * eps, density / 2]
    step = Fraction(1, 10**25)  # of differences: their error, of this size, only slows Newton down
    for _ in range(8):
        _, gradient = evaluate(density, importance, x, eps)
        hessian = mpmath.matrix(3)
        for k in range(3):
            moved = [value + step * (i == k) for i, value in enumerate(x)]
            _, there = evaluate(density, importance, moved, eps)
            for i in range(3):
                hessian[i, k] = number((there[i] - gradient[i]) / step)
        change = mpmath.lu_solve(hessian, mpmath.matrix([number(value) for value in gradient]))
        x = [value - Fraction(str(dx)) for value, dx in zip(x, change, strict=True)]
    loss, gradient = evaluate(density, importance, x, eps)
    assert max(map(abs, gradient)) < Fraction(1, 10**30)
    return Best(loss, x)


def number(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


@pytest.fixture(autouse=True)
def _precision() -> Any:
    with mpmath.workdps(DIGITS):
        yield


@pytest.mark.equation("onset-expansion")
@pytest.mark.parametrize("density", DENSITIES)
def test_the_expansion_leaves_the_fourth_order(density: Fraction) -> None:
    """At any response, not only the best."""
    importance, rest = Fraction(1, 3), []
    omega, beta, gamma = Fraction(-1, 4), Fraction(2, 7), Fraction(1, 5)
    at = {p: density, r: importance, OMEGA: omega, BETA: beta, GAMMA: gamma}
    orders = [onset().second, onset().third]
    second, third = (fraction(order.subs({k: sympy.Rational(x) for k, x in at.items()})) for order in orders)
    for eps in (Fraction(1, 2**12), Fraction(1, 2**13)):
        x = [1 + omega * eps, beta * eps, density / 2 + gamma * eps]
        loss, _ = evaluate(density, importance, x, eps)
        start = importance * (density / 3 - density**2 / 4)
        rest.append((loss - start - second * eps**2 - third * eps**3) / eps**4)
    assert abs(rest[0] - rest[1]) <= Fraction(1, 100) * max(abs(rest[1]), Fraction(1, 10))  # a limit, not a divergence


@pytest.mark.equation("stability-cost", "stability-response", "stability-beta")
def test_the_cost_by_hand() -> None:
    """c as the mean over the four active sets, integrated here, with b_1 = β ε, G_11 = 1 + δ ε and 0 < β < 1."""
    delta, x, y = sympy.symbols("delta x y")
    alone = sympy.integrate((delta * x + BETA) ** 2, (x, 0, 1))
    both = sympy.integrate((delta * x + BETA - y) ** 2, (x, 0, 1), (y, 0, 1))
    other = sympy.integrate((BETA - y) ** 2, (y, 0, BETA))
    by_hand = p * ((1 - p) * alone + p * both) + (1 - p) * ((1 - p) * BETA**2 + p * other)
    followed = onset().second.subs(GAMMA, response().gamma) + r * VARIANCE
    assert sympy.expand(by_hand.subs(delta, 2 * OMEGA) - followed) == 0
    (best_delta,) = sympy.solve(by_hand.diff(delta), delta)
    assert sympy.expand(best_delta + sympy.Rational(3, 2) * (BETA - p / 2)) == 0
    printed = p * VARIANCE + p * (BETA - p / 2) ** 2 / 4 + (1 - p) ** 2 * BETA**2 + p * (1 - p) * BETA**3 / 3
    assert sympy.expand(cost() - printed) == 0
    assert response().gamma == p / 2


@pytest.mark.equation("stability-beta")
def test_beta_is_the_only_stationary_point_and_a_minimum() -> None:
    assert sympy.simplify(response().balance.subs(BETA, best_beta())) == 0
    for density in DENSITIES:
        at = {p: sympy.Rational(density)}
        balance = response().balance.subs(at)
        inside = [root for root in sympy.solve(balance, BETA) if root.is_real and root > 0]
        assert len(inside) == 1
        assert abs(sympy.N(inside[0] - best_beta().subs(at), 30)) < 1e-25  # two forms of one number, at 30 digits
        assert 0 < inside[0] < 1
        assert balance.diff(BETA).subs(BETA, inside[0]) > 0


@pytest.mark.equation("stability-threshold")
def test_the_threshold_at_its_ends() -> None:
    threshold = symbolic.stability_threshold()
    assert threshold.free_symbols == {p}
    assert threshold.subs(p, 1) == 1
    assert sympy.limit(threshold / p, p, 0) == 1
    assert sympy.simplify(threshold - cost().subs(BETA, best_beta()) / VARIANCE).equals(0)


@pytest.mark.equation("stability-threshold", "onset-coefficient")
@pytest.mark.parametrize("density", DENSITIES)
def test_threshold_and_coefficient_are_those_of_the_exact_loss(density: Fraction) -> None:
    """At r = r_s the best loss at length ε is r v + κ ε³ + O(ε⁴): no second order, and the third is κ."""
    at = {p: sympy.Rational(density)}
    importance = fraction(symbolic.stability_threshold().subs(at))
    kappa = fraction(symbolic.onset_coefficient().subs(at))
    start, off = importance * (density / 3 - density**2 / 4), []
    for eps in (Fraction(1, 2**11), Fraction(1, 2**12), Fraction(1, 2**13)):
        off.append((best(density, importance, eps).loss - start) / eps**3 - kappa)
    assert abs(off[2]) <= Fraction(1, 2**13)  # a fourth order of size 1 at most; κ itself is of size 1e-3
    slopes = [(off[k] - off[k + 1]) / off[k + 1] for k in range(2)]  # halves with ε: 1
    assert all(abs(slope - 1) < Fraction(1, 100) for slope in slopes)  # the fifth order over the fourth, ε times 10


@pytest.mark.equation("onset-coefficient")
def test_the_tricritical_points() -> None:
    kappa = sympy.lambdify(p, symbolic.onset_coefficient(), "mpmath")
    low, high = mpmath.findroot(kappa, 0.52), mpmath.findroot(kappa, 0.84)
    assert (round(float(low), 6), round(float(high), 6)) == (0.520248, 0.837320)
    signs = [kappa(mpmath.mpf(k) / 100) > 0 for k in range(1, 101)]
    assert signs == [low < mpmath.mpf(k) / 100 < high for k in range(1, 101)]
    assert symbolic.onset_coefficient().subs(p, 1) == -sympy.Rational(1, 96)


@pytest.mark.equation("stability-threshold", "onset-linear")
def test_the_optimum_grows_from_nothing_inside_the_window() -> None:
    """At p = 0.7 the extra feature is dropped just below r_s, and has the length that κ tells just above."""
    density, step = 0.7, 2e-4
    threshold = float(symbolic.stability_threshold().subs(p, density))
    slope = 2 * float(VARIANCE.subs(p, density)) / (3 * float(symbolic.onset_coefficient().subs(p, density)))
    lengths = []
    for importance in (threshold - step, threshold + step):
        problem = tt.Problem.toy(2, importance=importance, density=density)
        solution = tt.minimize(problem, tt.Multistart(n_starts=8, seed=0))
        lengths.append(abs(float(solution.weights[0, 1])))
    assert lengths[0] < 1e-6  # of a minimum found to 1e-12 in the loss, whose curvature there is 2 v step
    assert abs(lengths[1] / (slope * step) - 1) < 0.1  # the next order, (r - r_s)², is that small


@pytest.mark.equation("onset-coefficient")
def test_outside_the_window_the_feature_has_jumped_before() -> None:
    problem = tt.Problem.toy(2, importance=float(symbolic.stability_threshold().subs(p, 0.4)) - 1e-3, density=0.4)
    assert abs(float(tt.minimize(problem, tt.Multistart(n_starts=8, seed=0)).weights[0, 1])) > 0.1


@pytest.mark.equation("onset-expansion")
def test_small_second_features_lie_in_the_region_that_is_expanded() -> None:
    """For any 0 < β < 1, any ω and γ, and any density: and with β outside they do not."""
    eps = Fraction(1, 1000)
    for density, omega, beta, gamma in product(DENSITIES, (-2, 0, 3), (F(1, 100), F(1, 2), F(99, 100)), (-3, 0, 2)):
        bias = [beta * eps, density / 2 + gamma * eps]
        assert symbolic.region(TOY, [[1 + omega * eps, -eps]], bias) == OPENING
    for beta in (F(-1, 100), F(101, 100)):
        assert symbolic.region(TOY, [[1, -eps]], [beta * eps, F(1, 4)]) != OPENING
