"""Bounds of a row: roundings, the lone bias and shut outputs."""

from __future__ import annotations

from fractions import Fraction

import pytest
from toytoy.analytic.proof import row_bounds as module
from toytoy.analytic.proof.row_bounds import ROUNDING, lone_bias, row_loss, row_moments

from tests.unit.analytic.proof.test_row_bounds import draws, exact_loss


def test_a_number_is_rounded_to_the_nearest_multiple() -> None:
    assert [module.snapped(x, 0.25) for x in (0.3, 0.4, -0.3, -0.4, 0.5)] == [0.25, 0.5, -0.25, -0.5, 0.5]


@pytest.mark.parametrize("p", [1.0, 0.25])
def test_the_lone_bias_is_its_formula(p: float) -> None:
    assert [lone_bias(p, a) for a in (0.0, 0.5, 1.0)] == [p / 2, p / 4, 0.0]
    assert [lone_bias(p, a) for a in (1.5, 3.0)] == pytest.approx([-0.3, -1.5], rel=1e-15)


@pytest.mark.parametrize("g", [0.0, 0.5])
def test_a_shut_output_has_no_moments(g: float) -> None:
    for b in (-0.75, -1.0, -0.75 - 2.0**-40):
        assert row_moments(0.5, 0.25, 0.75, g, b) == (0.0,) * 7
        assert row_loss(0.5, 0.25, 0.75, g, b) == pytest.approx(0.5 / 3, rel=1e-15)
    assert min(row_moments(0.5, 0.25, 0.75, g, -0.75 + 2.0**-10)[:6]) >= 0.0 < row_moments(0.5, 0.25, 0.75, g, -0.7)[0]


def test_a_few_losses_are_relatively_exact() -> None:
    """As thousands are, above, in a time that mutants can afford."""
    for case in draws(80, seed=11):
        wanted = exact_loss(*case)
        assert abs(Fraction(row_loss(*case)) - wanted) <= ROUNDING * wanted
