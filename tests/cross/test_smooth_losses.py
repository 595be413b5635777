"""Losses of smooth activations: what rules of lower orders change is their error, up to the reach of the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.loss import evaluate, quadrature_error
from toytoy.analytic.smooth import LOWER_ORDERS

SMOOTH = tt.Problem(n_features=2, n_hidden=1, density=0.5, activation="gelu")


@pytest.mark.equation("smooth-gauss")
def test_the_error_of_a_smooth_loss_is_what_lower_rules_change() -> None:
    weights, bias = [[2.5, -3.5]], [0.1, -0.2]
    value = evaluate(SMOOTH, weights, bias).loss
    change = float(quadrature_error(SMOOTH, weights, bias, value))
    assert change == abs(float(value) - float(evaluate(SMOOTH, weights, bias, LOWER_ORDERS).loss)) > 0
    estimate = tt.loss_estimate(SMOOTH, weights, bias)
    rounding = estimate.error - change
    assert 0 < rounding < 1e-12
    assert estimate.kind == "quadrature"


@pytest.mark.parametrize(
    ("weights", "claimed"),
    [
        ([[1.0, -0.5]], True),
        ([[4.0, -8.0, 0.0, 0.0], [4.0, 0.0, 0.0, 0.0]], False),  # 64
        ([[4.0, 0.0, 1.0, 0.0], [4.0, 0.0, 0.0, 0.0]], True),  # 16 + 16, the reach itself
        ([[4.0, 0.0, 1.0, 0.0], [4.0 + 1e-12, 0.0, 0.0, 0.0]], False),
        ([[-6.0, 5.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]], False),  # 36, and -33 off the diagonal
    ],
)
def test_beyond_the_reach_of_the_rules_no_error_is_claimed(weights: Any, claimed: bool) -> None:
    m, n = np.shape(weights)
    problem = SMOOTH.replace(n_features=n, n_hidden=m)
    bias = np.full(n, 0.1)
    assert np.isfinite(tt.loss_estimate(problem, weights, bias).error) == claimed
    assert np.isfinite(quadrature_error(problem, weights, bias, evaluate(problem, weights, bias).loss)) == claimed


@pytest.mark.parametrize("orders", [(4,) * 6, (20,) * 6])
def test_the_orders_given_are_the_ones_used(orders: tuple[int, ...]) -> None:
    """Four points see a bend of 25 badly, twenty see it well; a piecewise-linear loss has no rules."""
    weights, bias = [[5.0, 0.0]], [-0.3, 0.0]
    wanted, found = evaluate(SMOOTH, weights, bias).loss, evaluate(SMOOTH, weights, bias, orders).loss
    assert (abs(found - wanted) < 1e-7 * wanted) == (orders[0] == 20)
    relu = SMOOTH.replace(activation="relu")
    assert evaluate(relu, weights, bias, orders).loss == evaluate(relu, weights, bias).loss
