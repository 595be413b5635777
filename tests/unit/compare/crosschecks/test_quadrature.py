"""Quadrature of the definition: known integrals, its own error, and no closed form in it."""

from __future__ import annotations

from fractions import Fraction

import pytest
import toytoy as tt
from toytoy.compare.crosschecks.drawn import Model, drawn_models, smooth_models
from toytoy.compare.crosschecks.quadrature import ASKED, loss_by_quadrature

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
