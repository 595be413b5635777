"""Kinks: the hinges that a model sits on, in cases known by hand."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.kinks import TOUCHING, kinks
from toytoy.analytic.solution import Kink

TOY = tt.Problem.toy(2, importance=0.4, density=0.5)


def test_a_zero_bias_touches_with_nothing_active() -> None:
    assert Kink(0, (), 0.0) in kinks(TOY, np.array([[0.9, -0.8]]), np.array([0.0, 0.1]))
    assert not kinks(TOY, np.array([[0.9, -0.8]]), np.array([0.01, 0.1]))


def test_a_bias_that_takes_back_its_own_norm_touches_with_that_feature() -> None:
    weights = np.array([[0.9, 0.5]])
    gram = weights.T @ weights
    assert kinks(TOY, weights, np.array([-gram[0, 0], 0.3])) == (Kink(0, (0,), 0.0),)
    assert kinks(TOY, weights, np.array([0.3, -gram[1, 0]])) == (Kink(1, (0,), 0.0),)


def test_the_dedicated_ansatz_sits_on_its_bias_and_the_zero_entry_beside_it() -> None:
    found = kinks(TOY, np.array([[1.0, 0.0]]), np.array([0.0, 0.25]))
    assert found == (Kink(0, (), 0.0), Kink(0, (1,), 0.0))


def test_the_optimum_at_equal_importance_sits_on_none() -> None:
    problem = TOY.replace(importance=(1.0, 1.0))
    assert tt.minimize(problem, tt.Multistart(n_starts=4)).kinks == ()


@pytest.mark.parametrize(("offset", "count"), [(0.5 * TOUCHING, 1), (2 * TOUCHING, 0), (-2 * TOUCHING, 0)])
def test_the_tolerance(offset: float, count: int) -> None:
    assert len(kinks(TOY, np.array([[0.9, -0.8]]), np.array([offset, 0.1]))) == count


def test_every_hinge_counts_and_a_line_has_none() -> None:
    weights, bias = np.array([[0.9, -0.8]]), np.array([0.7, 0.1])
    assert kinks(TOY.replace(activation=tt.ClippedReLU(0.7)), weights, bias) == (Kink(0, (), 0.7),)
    assert kinks(TOY.replace(activation="linear"), np.zeros((1, 2)), np.zeros(2)) == ()


def test_sets_that_never_occur_do_not_count() -> None:
    """At density 1 nothing is ever silent: b = 0 is no kink."""
    assert kinks(TOY.replace(density=1.0), np.array([[0.9, -0.8]]), np.zeros(2)) == ()


def test_the_slope_of_the_gradient_jumps_at_a_kink_and_only_there() -> None:
    """Second derivative along b_0 just above and just below b_0: apart at 0, equal at 0.2."""
    weights, step = np.array([[0.9, -0.8]]), 1e-6
    jumps = []
    for at in (0.0, 0.2):
        slopes = [tt.loss_and_grad(TOY, weights, [at + k * step, 0.1])[2][0] for k in (-1, 0, 1)]
        jumps.append(abs((slopes[2] - slopes[1]) - (slopes[1] - slopes[0])) / step)
    assert jumps[0] > 0.1  # (1 - p)² E 2·1{…}: of order one
    assert jumps[1] < 1e-2  # a third derivative of order one, times the step, and rounding / step
