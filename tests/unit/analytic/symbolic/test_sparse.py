"""The limit of rare features, against exact fractions at a density of 1e-9."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
import toytoy as tt
from toytoy.analytic import symbolic
from toytoy.analytic.symbolic import sparse
from toytoy.analytic.symbolic.setting import rational
from toytoy.analytic.symbolic.sparse import LENGTH, RATIO, leading_loss

from tests.reference import exact

RELU = ((0,), (0, 1))
RARE = Fraction(1, 10**9)


@pytest.mark.equation("onset-rare-loss")
@pytest.mark.parametrize("length", [Fraction(0), Fraction(1, 3), Fraction(3, 5), Fraction(9, 10)])
@pytest.mark.parametrize("follow", [Fraction(0), Fraction(2)])
def test_the_leading_loss_is_the_limit(length: Fraction, follow: Fraction) -> None:
    """For any w_1 and b_2 that differ by terms of order p, and b_1 by one of order p²."""
    ratio = Fraction(2, 5)
    law = exact.independent([RARE, RARE])
    weights, bias = [[1 + follow * RARE, -length]], [follow * RARE**2, follow * RARE]
    loss = exact.loss(law, [Fraction(1), ratio * RARE], RELU, weights, bias)
    wanted = leading_loss().subs({LENGTH: rational(length), RATIO: rational(ratio)})
    assert abs(rational(loss / RARE**2) - wanted) <= 10 * rational(RARE)  # the next order in p, with factors below 10


@pytest.mark.equation("onset-rare-loss")
def test_a_bias_of_order_p_on_the_first_feature_costs_its_square() -> None:
    ratio, length = Fraction(2, 5), Fraction(3, 5)
    law = exact.independent([RARE, RARE])
    losses = [exact.loss(law, [1, ratio * RARE], RELU, [[1, -length]], [beta * RARE, 0]) for beta in (0, 3)]
    assert abs(float((losses[1] - losses[0]) / RARE**2) - 9) < 100 * float(RARE)


@pytest.mark.equation("onset-rare-limit")
def test_the_limit() -> None:
    found = symbolic.low_density_limit()
    assert sympy.expand(found.ratio - (2 + sympy.sqrt(2)) / 8) == 0
    assert sympy.expand(found.length - (2 - sympy.sqrt(2))) == 0


@pytest.mark.equation("onset-rare-limit")
def test_at_the_limit_no_length_is_better_than_none() -> None:
    ratio, length = symbolic.low_density_limit()
    loss = leading_loss().subs(RATIO, ratio)
    gain = sympy.factor(loss - loss.subs(LENGTH, 0))
    assert sympy.simplify(gain.subs(LENGTH, length)) == 0
    assert sympy.simplify(gain.diff(LENGTH).subs(LENGTH, length)) == 0
    assert all(gain.subs(LENGTH, sympy.Rational(k, 50)).evalf() >= 0 for k in range(51))


@pytest.mark.equation("onset-rare-loss")
@pytest.mark.parametrize("length", [Fraction(1, 100), Fraction(1, 2), Fraction(99, 100)])
@pytest.mark.parametrize("follow", [Fraction(1, 10), Fraction(3)])
def test_rare_features_lie_in_the_region_that_is_expanded(length: Fraction, follow: Fraction) -> None:
    problem = tt.Problem.toy(2, density=0.5)
    for omega in (-follow, 0, follow):
        model = [[1 + omega * RARE, -length]], [follow * RARE, follow * RARE]
        assert symbolic.region(problem, *model) == sparse.RARE
