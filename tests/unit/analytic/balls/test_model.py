"""A model's loss, gradient and Hessian in balls; and the rotation gauge."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.balls.enclosed_loss import ball_law
from toytoy.analytic.balls.model import BallModel, fix_gauge
from toytoy.analytic.balls.numbers import ball, precision
from toytoy.analytic.balls.rows import ball_hinges

ROUNDING = 1e-13  # of loss, gradient and Hessian in floats, for entries of size one
EPS = 1e-14


@pytest.mark.parametrize("activation", ["relu", "abs", "linear", tt.LeakyReLU(0.1), tt.ClippedReLU(0.7)])
@pytest.mark.parametrize(("n", "m", "law"), [(2, 1, {}), (3, 2, {}), (4, 3, {}), (3, 1, {"support": tt.OneHot()})])
def test_it_is_the_library_in_floats(n: int, m: int, law: Any, activation: Any) -> None:
    """Also where two features are never active at once, so that no output curves by both."""
    rng = np.random.default_rng(n)
    importance = (*rng.uniform(0.5, 2, n - 1), 0.0)
    law = law or {"density": 0.3}
    problem = tt.Problem(n_features=n, n_hidden=m, importance=importance, activation=activation, **law)
    weights, bias = rng.normal(size=(m, n)), rng.uniform(-0.2, 0.4, n)
    with precision(40):
        model = BallModel([[ball(x) for x in row] for row in weights], [ball(x) for x in bias], ball_hinges(problem))
        jet = model.jet(ball_law(problem), [ball(i) for i in importance], 2)
        value = float(jet.value)
        gradient = np.array([float(x) for x in jet.gradient])
        hessian = np.array([[float(x) for x in row] for row in jet.hessian.tolist()])
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    assert abs(value - loss) < ROUNDING * max(1, loss)
    assert abs(gradient - np.r_[d_weights.ravel(), d_bias]).max() < ROUNDING * abs(gradient).max()
    assert abs(hessian - tt.hessian(problem, weights, bias)).max() < ROUNDING * abs(hessian).max()


@pytest.mark.equation("enclosure-gauge")
@pytest.mark.parametrize(("m", "n", "rank"), [(1, 2, 1), (2, 3, 2), (3, 4, 3), (3, 4, 1), (3, 5, 2)])
def test_the_gauge_keeps_the_gram_matrix_and_pins_zeros(m: int, n: int, rank: int) -> None:
    rng = np.random.default_rng(m)
    weights = rng.normal(size=(m, rank)) @ rng.normal(size=(rank, n))
    turned = fix_gauge(weights)
    assert turned.rank == rank
    assert abs(turned.weights.T @ turned.weights - weights.T @ weights).max() < EPS * n * abs(weights).max() ** 2 * 10
    pinned = sorted(set(range(m * n)) - set(turned.free))
    assert len(pinned) == sum(m - 1 - k for k in range(rank))  # the dimension of the orbit under rotations
    assert not turned.weights.flat[pinned].any()


def test_a_jet_ends_at_the_order_asked_for() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    model = BallModel([[ball(0.9), ball(-0.8)]], [ball(0.1), ball(0.2)], ball_hinges(problem))
    jets = [model.jet(ball_law(problem), [ball(1), ball(1)], order) for order in range(3)]
    loss = float(tt.loss(problem, [[0.9, -0.8]], [0.1, 0.2]))
    assert [float(jet.value) for jet in jets] == pytest.approx([loss] * 3, rel=ROUNDING)
    assert [len(jet.gradient) for jet in jets] == [0, 4, 4]
    assert [jet.hessian is None for jet in jets] == [True, True, False]


@pytest.mark.equation("enclosure-gauge")
def test_what_is_a_millionth_off_the_others_has_no_dimension_of_its_own() -> None:
    for off, rank in ((1e-6, 1), (1.01e-6, 2), (0.0, 1)):
        assert fix_gauge(np.array([[1.0, 0.5], [0.0, off]])).rank == rank
        assert fix_gauge(np.array([[8.0, 4.0], [0.0, 8 * off]])).rank == rank  # a share of the longest column
    for zeros in (np.zeros((1, 2)), np.zeros((3, 2))):
        turned = fix_gauge(zeros)
        assert (turned.rank, turned.free) == (0, list(range(zeros.size)))
        assert not turned.weights.any()
