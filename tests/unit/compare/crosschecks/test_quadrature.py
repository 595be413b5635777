"""Quadrature of the definition: known integrals, its own error, and no closed form in it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from scipy.integrate import quad
from toytoy.compare.crosschecks import quadrature as module
from toytoy.compare.crosschecks.drawn import Model, drawn_models, smooth_models
from toytoy.compare.crosschecks.quadrature import ASKED, loss_by_quadrature

EPS = float(np.finfo(float).eps)
RELU = tt.Problem.toy(2, density=0.5).sigma
CASES = [m for seed in range(3) for m in drawn_models(seed, 12) if m.problem.n_features < 4]


@pytest.mark.parametrize("model", CASES[:12], ids=lambda model: model.name)
def test_it_is_the_exact_fraction(model: Model) -> None:
    exact = tt.loss(model.problem, model.weights, model.bias, method="fraction")
    found = loss_by_quadrature(model.problem, model.weights, model.bias)
    assert abs(Fraction(found.value) - exact) <= found.error
    assert found.error < 1e3 * ASKED


@pytest.mark.parametrize("model", smooth_models(5), ids=lambda model: model.name)
def test_smooth_activations_too(model: Model) -> None:
    found = loss_by_quadrature(model.problem, model.weights, model.bias)
    assert found.agrees(tt.loss_estimate(model.problem, model.weights, model.bias))


def test_a_constant_output_costs_its_square_and_the_mean_of_squares() -> None:
    problem = tt.Problem.toy(2, density=1.0)
    assert loss_by_quadrature(problem, [[0.0, 0.0]], [0.5, 0.5]).value == pytest.approx(2 / 12, abs=1e-14)


def test_the_closed_form_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toytoy.analytic.loss.evaluate_batch", None)
    assert loss_by_quadrature(tt.Problem.toy(2, density=0.5), [[1.0, -1.0]], [0.0, 0.0]).value > 0


def test_more_than_three_features_are_refused() -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.5)
    with pytest.raises(ValueError, match="at most 3 features, got n_features=4"):
        loss_by_quadrature(problem, [[1.0] * 4] * 2, [0.0] * 4)


@pytest.mark.parametrize(
    ("z", "slopes", "cuts"),
    [
        (-0.6, [1.0, 0.4], [0.0, 0.2, 0.6, 1.0]),  # where z + u, and z + 0.4 + u, are 0
        (-0.6, [1.0, -0.4, 0.1], [0.0, 0.5, 0.6, 0.9, 1.0]),  # the corner of both is 1.0 - 0.1 = 0.9
        (0.5, [-1.0], [0.0, 0.5, 1.0]),
        (0.5, [1.0], [0.0, 1.0]),
        (-0.5, [0.0], [0.0, 1.0]),
    ],
)
def test_pieces_end_where_the_hinge_passes_a_corner(z: float, slopes: list[float], cuts: list[float]) -> None:
    assert module._cuts(z, slopes, RELU) == pytest.approx(cuts, abs=1e-15)


@pytest.mark.parametrize(("weights", "bias", "size"), [([[0.0, 0.0]], 3.0, 4.0), ([[2.0, -1.0]], 0.0, 7.0)])
def test_its_error_is_that_of_roundings_where_the_rules_are_exact(weights: Any, bias: float, size: float) -> None:
    """A hundred roundings of the largest square that an integrand may have, (1 + sum of a row + bias)²; two outputs."""
    found = loss_by_quadrature(tt.Problem.toy(2, density=0.5), weights, [bias, bias])
    assert found.error == pytest.approx(2 * 100 * EPS * size**2, rel=0.05)


def test_of_two_rules_the_better_one_is_taken() -> None:
    """What they differ by is the error of the worse one: the better one's is far smaller."""
    problem = tt.Problem.toy(2, density=1.0, activation="softplus")
    found = loss_by_quadrature(problem, [[0.0, 3.0]], [0.2, -4.0])
    flat, steep = np.logaddexp(0, 0.2), [quad(lambda u: (u - np.logaddexp(0, 9 * u - 4)) ** 2, 0, 1, epsabs=1e-13)[0]]
    exact = 1 / 3 - flat + flat**2 + steep[0]
    assert found.error > 1e-10
    assert abs(found.value - exact) < 0.05 * found.error


def test_nothing_active_costs_the_square_of_the_output() -> None:
    problem = tt.Problem.toy(2, density=1e-300)
    assert loss_by_quadrature(problem, [[0.0, 0.0]], [-0.5, 0.25]).value == 0.0625
