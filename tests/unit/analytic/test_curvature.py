"""Curvature at known optima: rotations apart from true flat directions."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.curvature import off_gauge
from toytoy.analytic.linear import best_linear
from toytoy.analytic.solution import Kink

EPS = float(np.finfo(float).eps)
ANGLES = 2 * np.pi * np.arange(3) / 3
PAIR: tuple[Any, Any] = ([[0.96896999130512516, -0.96896999130512516]], [0.09768268141120346] * 2)
TRIANGLE: tuple[Any, Any] = (
    0.87975877489817233 * np.array([np.cos(ANGLES), np.sin(ANGLES)]),
    [0.32253073108040660] * 3,
)


def linear(*importance: float, m: int = 2) -> tt.Problem:
    return tt.Problem(n_features=3, n_hidden=m, density=0.5, importance=importance, activation="linear")


def test_the_antipodal_optimum_is_a_strict_minimum() -> None:
    found = tt.curvature(tt.Problem.toy(2, density=0.5), *PAIR)
    assert (found.n_gauge, found.n_flat, found.kinks, found.bends_up) == (0, 0, (), True)
    assert len(found.eigenvalues) == 4
    assert (np.diff(found.eigenvalues) >= 0).all()


@pytest.mark.equation("curvature-gauge")
def test_the_triangle_is_one_but_for_its_rotation() -> None:
    problem = tt.Problem.toy(3, density=0.7)
    found = tt.curvature(problem, *TRIANGLE)
    assert (found.n_gauge, found.n_flat, found.bends_up) == (1, 0, True)
    second = tt.hessian(problem, *TRIANGLE)
    turn = np.concatenate([TRIANGLE[0][1], -TRIANGLE[0][0], np.zeros(3)])
    assert np.abs(second @ turn).max() <= found.tolerance  # a null direction, as the gradient vanishes
    assert np.sort([*found.eigenvalues, 0.0]) == pytest.approx(np.linalg.eigvalsh(second), abs=found.tolerance)


@pytest.mark.equation("curvature-gauge")
def test_away_from_stationary_points_rotations_are_projected_out() -> None:
    problem, rng = tt.Problem.toy(3, density=0.7), np.random.default_rng(0)
    weights, bias = rng.normal(size=(2, 3)), rng.normal(size=3) / 3
    rotation = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    turned, found = tt.curvature(problem, rotation @ weights, bias), tt.curvature(problem, weights, bias)
    assert found.n_gauge == 1
    assert turned.eigenvalues == pytest.approx(found.eigenvalues, abs=found.tolerance)
    turn = np.concatenate([weights[1], -weights[0], np.zeros(3)])
    _, slope, _ = tt.loss_and_grad(problem, weights, bias)
    turned_slope = np.concatenate([slope[1], -slope[0], np.zeros(3)])
    assert tt.hessian(problem, weights, bias) @ turn == pytest.approx(turned_slope, abs=found.tolerance)
    assert np.abs(turned_slope).max() > 0.1


def test_a_dedicated_optimum_sits_on_a_kink() -> None:
    found = tt.curvature(tt.Problem.toy(2, importance=0.1, density=0.5), [[1.0, 0.0]], [0.0, 0.25])
    assert found.kinks == (Kink(0, (), 0.0),)
    assert not found.bends_up


@pytest.mark.parametrize(
    ("importance", "n_flat"),
    [
        ((1.0, 0.7, 0.4), 0),
        ((1.0, 0.7, 0.7), 1),  # feature 1 rotates into the dropped 2
        ((1.0, 1.0, 0.4), 0),  # among kept features a rotation is a rotation of the hidden space
        ((1.0, 1.0, 1.0), 2),  # both kept ones rotate into the dropped one
        ((1.0, 0.7, 0.0), 1),  # the dropped one's bias; its column would still write on the others
    ],
)
def test_linear_optima(importance: tuple[float, ...], n_flat: int) -> None:
    problem = linear(*importance)
    best = best_linear(problem)
    found = tt.curvature(problem, best.weights, best.bias)
    assert (found.n_gauge, found.n_flat) == (1, n_flat)
    assert (found.eigenvalues >= -found.tolerance).all()
    assert found.bends_up == (n_flat == 0)


def test_an_output_that_never_opens_is_flat() -> None:
    """A zero column and a negative bias: neither moves the loss, to second order or at all."""
    found = tt.curvature(tt.Problem.toy(2, density=0.5), [[0.9, 0.0]], [0.05, -0.5])
    assert found.n_flat >= 1
    assert found.kinks == ()


def test_what_a_search_finds_is_judged_alike() -> None:
    problem = linear(1.0, 0.7, 0.7)
    solution = tt.minimize(problem, tt.Multistart(n_starts=4, seed=0))
    found = tt.curvature(problem, solution.weights, solution.bias)
    assert (found.n_gauge, found.n_flat) == (1, 1)


@pytest.mark.parametrize(
    ("m", "rank", "n_gauge"), [(1, 1, 0), (2, 1, 1), (3, 1, 2), (3, 2, 3), (3, 3, 3), (4, 2, 5), (3, 0, 0)]
)
def test_the_gauge_has_fewer_dimensions_where_the_rank_is_low(m: int, rank: int, n_gauge: int) -> None:
    """m (m − 1) / 2 less the rotations that leave the column space alone, (m − r)(m − r − 1) / 2."""
    rng = np.random.default_rng(m + rank)
    weights = rng.normal(size=(m, rank)) @ rng.normal(size=(rank, 5))
    others, found = off_gauge(weights)
    assert found == n_gauge
    assert off_gauge(1e-12 * weights)[1] == off_gauge(1e12 * weights)[1] == n_gauge
    assert np.abs(others @ others.T - np.eye(m * 5 + 5 - n_gauge)).max() <= 1e2 * EPS
    for i in range(m):
        for k in range(i):
            turn = np.zeros((m, 5))
            turn[i], turn[k] = weights[k], -weights[i]
            assert (
                np.abs(others @ np.concatenate([turn.ravel(), np.zeros(5)])).max() <= 1e2 * EPS * np.abs(weights).sum()
            )


def test_several_models_are_refused() -> None:
    with pytest.raises(ValueError, match=r"curvature takes one model, got leading axes \(3,\); loop over them"):
        tt.curvature(tt.Problem.toy(2, density=0.5), np.zeros((3, 1, 2)), [0.0, 0.0])


def test_a_loss_of_nothing_is_flat_in_all_directions() -> None:
    """No importance: the Hessian and the tolerance are 0, and what is 0 is flat and bends nowhere."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=0.0, activation="linear")
    found = tt.curvature(problem, [[1.0, -0.5]], [0.1, 0.2])
    assert (found.tolerance, found.n_flat, found.bends_up) == (0.0, 4, False)


def test_the_tolerance_bounds_roundings_and_little_more() -> None:
    """Exactly known eigenvalues: of one linear feature alone, at its optimum, in closed form."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=1.0, activation="linear")
    found = tt.curvature(problem, [[1.0]], [0.0])
    # L = E ((1 - w²) x - b)²: second derivatives 8 E x², 4 E x, 2 at w = 1, b = 0
    exact = np.linalg.eigvalsh([[8 / 3, 2.0], [2.0, 2.0]])
    assert np.abs(found.eigenvalues - exact).max() <= found.tolerance
    norm = np.sqrt((8 / 3) ** 2 + 2 * 4.0 + 4.0)
    assert 2 * EPS * norm < found.tolerance < 1e3 * EPS * norm
    assert found.bends_up


def test_what_was_found_stays_as_it_is() -> None:
    """Its arrays are compared by whoever asks: two of them are equal only if they are one."""
    one, other = (tt.curvature(tt.Problem.toy(2, density=0.5), *PAIR) for _ in range(2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.n_flat = None  # type: ignore[misc, assignment]
    assert one != other
    assert len({one, other, one}) == 2
