"""The linear model's loss in closed form against the exact kernel and fractions, its parts and its best bias."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.linear_parts import best_bias, linear_loss, linear_parts, moments

EPS = np.finfo(float).eps
LINEAR = tt.Problem(
    n_features=4, n_hidden=2, density=(0.9, 0.3, 0.05, 0.5), importance=(0.2, 1.0, 3.0, 0.7), activation="linear"
)
SIZE = 50


def models(seed):
    """Draw weights and biases of order 1; sums of their terms are rounded by less than ROUNDED."""
    rng = np.random.default_rng(seed)
    return 0.7 * rng.normal(size=(SIZE, 2, 4)), rng.uniform(-0.3, 0.6, size=(SIZE, 4))


ROUNDED = 1e-12  # what the kernel promises, and far above n eps times the largest loss here, about 100


@pytest.mark.equation("linear-loss")
def test_closed_loss_equals_the_exact_kernel_for_every_model_of_a_batch():
    weights, bias = models(0)
    kernel = tt.loss(LINEAR, weights, bias)
    assert (np.abs(linear_loss(LINEAR, weights, bias) - kernel) <= ROUNDED * np.maximum(kernel, 1.0)).all()


@pytest.mark.equation("linear-loss")
def test_closed_loss_in_exact_fractions():
    """E (x_i - Σ G_ij x_j - b_i)² expanded in first and second moments, nothing completed to a square."""
    densities, importances = [Fraction(1, 2), Fraction(1, 8)], [Fraction(1), Fraction(3, 8)]
    weights, bias = [Fraction(5, 8), Fraction(-3, 4)], [Fraction(1, 4), Fraction(-1, 8)]
    expected = Fraction(0)
    for i in range(2):
        row = [(i == j) - weights[i] * weights[j] for j in range(2)]
        second = sum(row[j] ** 2 * densities[j] / 3 for j in range(2))
        second += 2 * row[0] * row[1] * densities[0] * densities[1] / 4
        first = sum(row[j] * densities[j] / 2 for j in range(2))
        expected += importances[i] * (second - 2 * bias[i] * first + bias[i] ** 2)
    problem = tt.Problem(
        n_features=2, n_hidden=1, density=tuple(densities), importance=tuple(importances), activation="linear"
    )
    value = linear_loss(problem, [[float(w) for w in weights]], [float(b) for b in bias])
    assert value == pytest.approx(float(expected), rel=10 * EPS)


@pytest.mark.equation("linear-moments")
@pytest.mark.parametrize("density", [Fraction(1), Fraction(2, 3), Fraction(1, 2), Fraction(1, 1000)])
def test_moments_in_exact_fractions(density):
    """E x and E x² are p times those of a uniform variable, 1/2 and 1/3."""
    _, mean, variance = moments(LINEAR.replace(density=density))
    exact = density / 3 - (density / 2) ** 2
    assert mean == pytest.approx(np.full(4, float(density / 2)), rel=2 * EPS)
    assert variance == pytest.approx(np.full(4, float(exact)), rel=8 * EPS)


def test_parts_have_their_meaning_and_add_up():
    weights, bias = models(1)
    parts = linear_parts(LINEAR, weights, bias)
    assert all(part.shape == (SIZE, 4) for part in parts)
    assert (parts.total == linear_loss(LINEAR, weights, bias)).all()
    orthogonal = linear_parts(LINEAR, np.eye(4)[:2], np.zeros(4))
    assert (orthogonal.interference == 0).all()
    assert (orthogonal.benefit[:2] == 0).all()
    assert (orthogonal.bias_misfit[2:] > 0).all()


@pytest.mark.equation("linear-best-bias")
def test_at_the_best_bias_the_kernels_gradient_vanishes_and_no_misfit_is_left():
    weights, _ = models(2)
    bias = best_bias(LINEAR, weights)
    assert np.abs(tt.loss_and_grad(LINEAR, weights, bias)[2]).max() <= ROUNDED
    assert linear_parts(LINEAR, weights, bias).bias_misfit.max() <= ROUNDED**2
    worse = linear_loss(LINEAR, weights, bias + 0.01) - linear_loss(LINEAR, weights, bias)
    assert worse == pytest.approx(np.full(SIZE, 1e-4 * sum(LINEAR.importances)), abs=ROUNDED)


@pytest.mark.equation("linear-matrix-loss")
def test_at_the_best_bias_the_loss_is_a_weighed_distance_of_the_gram_matrix_from_one():
    weights, _ = models(3)
    importance, _, variance = moments(LINEAR)
    missing = np.eye(4) - np.swapaxes(weights, 1, 2) @ weights
    norm = np.linalg.norm(np.sqrt(importance)[:, None] * missing * np.sqrt(variance), axis=(1, 2))
    kernel = tt.loss(LINEAR, weights, best_bias(LINEAR, weights))
    assert (np.abs(norm**2 - kernel) <= ROUNDED * np.maximum(kernel, 1.0)).all()


def test_the_best_bias_is_checked_and_takes_one_model_or_a_batch():
    weights, _ = models(4)
    assert np.array_equal(best_bias(LINEAR, weights[0]), best_bias(LINEAR, weights)[0])
    with pytest.raises(ValueError, match="transpose it"):
        best_bias(LINEAR, weights[0].T)


@pytest.mark.parametrize("function", [linear_loss, linear_parts, lambda *given: best_bias(*given[:2])])
def test_other_activations_are_refused_with_the_way_out(function):
    with pytest.raises(ValueError, match=r'problem.replace\(activation="linear"\)'):
        function(tt.Problem.toy(2, density=0.5), [[1.0, 0.0]], [0.0, 0.0])


def test_dependent_features_and_what_is_no_problem_are_refused():
    problem: Any = LINEAR.replace(density=0.25, support=tt.CorrelatedGroups((2, 2)))
    with pytest.raises(ValueError, match="features must be independent here"):
        moments(problem)
    problem = "linear"
    with pytest.raises(TypeError, match="problem must be a Problem"):
        moments(problem)
