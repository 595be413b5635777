"""The linear model's optimum: nothing beats it, it is PCA, and it has no superposition."""

from fractions import Fraction

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.linear import best_bias, best_linear, least_loss, linear_loss, principal_components
from toytoy.analytic.regime import Regime

EPS = np.finfo(float).eps
LINEAR = tt.Problem(
    n_features=4, n_hidden=2, density=(0.9, 0.3, 0.05, 0.5), importance=(0.2, 1.0, 3.0, 0.7), activation="linear"
)


def random_models(problem, size, seed):
    rng = np.random.default_rng(seed)
    m, n = problem.n_hidden, problem.n_features
    return 0.7 * rng.normal(size=(size, m, n)), rng.uniform(-0.3, 0.6, size=(size, n))


def input_covariance(problem):
    """Exact, from the law of active sets: x_i is uniform where it is active."""
    n = problem.n_features
    mean, square = np.zeros(n), np.zeros((n, n))
    for active, probability in problem.active_sets():
        on = np.isin(np.arange(n), active)
        mean += probability * on / 2
        square += probability * np.where(np.eye(n, dtype=bool), on / 3, np.outer(on, on) / 4)
    return square - np.outer(mean, mean)


def test_best_linear_keeps_the_features_of_largest_importance_times_variance():
    solution = best_linear(LINEAR)
    p, importance = np.array(LINEAR.densities), np.array(LINEAR.importances)
    ranked = np.argsort(importance * (p / 3 - p**2 / 4))
    kept = set(ranked[2:].tolist())
    assert kept == {1, 3}  # neither the most important pair (1, 2) nor the densest (0, 3)
    assert {i for i in range(4) if solution.weights[:, i].any()} == kept
    assert solution.bias.tolist() == [0.45, 0.0, 0.025, 0.0]
    assert (solution.kind, solution.method, solution.status) == ("optimum", "best_linear", "converged")


@pytest.mark.equation("linear-least-loss")
@pytest.mark.parametrize("seed", range(20))
def test_nothing_beats_the_best_linear_model(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    problem = tt.Problem(
        n_features=n,
        n_hidden=int(rng.integers(1, n + 1)),
        density=tuple(rng.uniform(0.01, 1.0, n)),
        importance=tuple(rng.uniform(0.0, 2.0, n)),
        activation="linear",
    )
    solution, least = best_linear(problem), least_loss(problem)
    scale = sum(problem.importances)
    kernel, *gradient = tt.loss_and_grad(problem, solution.weights, solution.bias)
    assert abs(kernel - least) <= 20 * EPS * scale  # two sums of a few rounded terms
    assert float(solution.loss) == least
    assert max(np.abs(part).max() for part in gradient) <= solution.gradient_norm + 20 * EPS * scale
    near = (solution.weights + 0.1 * rng.normal(size=(500, *solution.weights.shape)), solution.bias)
    for weights, bias in (random_models(problem, 500, seed), near):
        assert linear_loss(problem, weights, bias).min() >= least - 20 * EPS * scale


@pytest.mark.equation("linear-least-loss")
@pytest.mark.parametrize("n", [2, 30, 300])
def test_the_error_of_the_least_loss_bounds_its_distance_from_exact_fractions(n):
    rng = np.random.default_rng(n)
    density, importance = rng.uniform(0.01, 1.0, n), rng.uniform(0.0, 2.0, n)
    exact = [Fraction(i) * (Fraction(p) / 3 - Fraction(p) ** 2 / 4) for i, p in zip(importance, density, strict=True)]
    problem = tt.Problem(
        n_features=n, n_hidden=1, density=tuple(density), importance=tuple(importance), activation="linear"
    )
    loss = best_linear(problem).loss
    assert abs(Fraction(loss.value) - sum(sorted(exact)[:-1])) <= Fraction(loss.error)


@pytest.mark.parametrize("seed", range(6))
def test_descent_on_the_linear_model_ends_at_the_closed_form_without_superposition(seed):
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    # importances well apart: at a tie every rotation of the tied features is as good
    problem = LINEAR.replace(importance=tuple(rng.permutation([0.2, 1.0, 4.0, 20.0])), density=0.3)
    weights, bias = random_models(problem, 1, seed)

    def objective(z):
        value, d_weights, d_bias = tt.loss_and_grad(problem, z[:8].reshape(2, 4), z[8:])
        return value, np.concatenate([d_weights.ravel(), d_bias])

    found = minimize(objective, np.concatenate([weights.ravel(), bias.ravel()]), jac=True, options={"gtol": 1e-10})
    assert found.fun == pytest.approx(least_loss(problem), rel=1e-9)  # quadratic at the minimum: gtol² over curvature
    assert Regime.SUPERPOSED not in tt.regimes(found.x[:8].reshape(2, 4), tolerance=1e-6)


def test_the_best_linear_model_is_never_superposed():
    rng = np.random.default_rng(0)
    for _ in range(50):
        importance = tuple(rng.choice([0.0, 0.5, 1.0, 2.0], 5))  # ties included
        problem = tt.Problem(n_features=5, n_hidden=3, density=0.4, importance=importance, activation="linear")
        assert Regime.SUPERPOSED not in best_linear(problem).regimes


def test_with_equal_importances_the_best_linear_model_is_pca():
    problem = LINEAR.replace(importance=2.0)
    values, vectors = np.linalg.eigh(input_covariance(problem))
    leading = np.abs(vectors[:, np.argsort(-values)[:2]].T)
    assert np.abs(principal_components(problem) - leading).max() <= 10 * EPS
    assert np.array_equal(best_linear(problem).weights, principal_components(problem))


def test_principal_components_of_a_sample_point_the_same_way():
    problem = LINEAR.replace(importance=1.0)
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(200_000, 4)) * (rng.uniform(size=(200_000, 4)) < np.array(problem.densities))
    values, vectors = np.linalg.eigh(np.cov(x.T))
    leading = np.abs(vectors[:, np.argsort(-values)[:2]].T)
    # first-order perturbation: sampling error of a covariance (0.1 / √N) over the least gap of the variances (0.03)
    sampling_error = 5 * 0.1 / np.sqrt(200_000) / 0.03
    assert np.abs(principal_components(problem) - leading).max() <= sampling_error


def test_unequal_importances_weigh_the_components():
    scaled = np.sqrt(np.array(LINEAR.importances))
    values, vectors = np.linalg.eigh(input_covariance(LINEAR) * np.outer(scaled, scaled))
    leading = np.abs(vectors[:, np.argsort(-values)[:2]].T)
    assert np.abs(principal_components(LINEAR) - leading).max() <= 10 * EPS


@pytest.mark.equation("linear-least-loss")
def test_rotated_optima_of_tied_features_are_as_good():
    problem = tt.Problem(n_features=2, n_hidden=1, density=0.5, activation="linear")
    weights = [[0.6, 0.8]]
    assert linear_loss(problem, weights, best_bias(problem, weights)) == pytest.approx(
        least_loss(problem), rel=10 * EPS
    )


def test_features_tied_in_the_product_alone_are_not_rotated_for_free():
    """I v is equal, I is not: every mixture costs more than either axis."""
    importance = (48 / 5, 300 / 17)  # one over the variances at densities 0.5 and 0.2
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.5, 0.2), importance=importance, activation="linear")
    for angle in np.linspace(0.1, 1.4, 14):
        scale = np.linspace(0.5, 1.5, 101)
        weights = scale[:, None, None] * np.array([[np.cos(angle), np.sin(angle)]])
        losses = linear_loss(problem, weights, best_bias(problem, weights))
        assert losses.min() > 1.001 * least_loss(problem)


def test_the_best_of_many_features_by_the_demonstration_of_the_paper():
    """80 features in 20 dimensions with importances 0.9^i: a geometric series is left over."""
    problem = tt.Problem(
        n_features=80, n_hidden=20, density=0.1, importance=tuple(0.9**i for i in range(80)), activation="linear"
    )
    solution = best_linear(problem)
    left_over = 0.9**20 * (1 - 0.9**60) / (1 - 0.9)
    assert float(solution.loss) == pytest.approx(left_over * (0.1 / 3 - 0.01 / 4), rel=100 * EPS)
    assert np.array_equal(solution.weights, np.eye(80)[:20])
    assert linear_loss(problem, solution.weights, solution.bias) == pytest.approx(
        float(solution.loss), abs=2 * solution.loss.error
    )


def test_the_closed_forms_hold_for_many_features():
    problem = tt.Problem(n_features=200, n_hidden=50, density=0.1, importance=0.5, activation="linear")
    weights = np.eye(200)[:50]
    bias = np.where(weights.any(0), 0.0, 0.05)
    assert least_loss(problem) == pytest.approx(150 * 0.5 * (0.1 / 3 - 0.01 / 4), rel=200 * EPS)
    assert linear_loss(problem, weights, bias) == pytest.approx(least_loss(problem), rel=200 * EPS)


@pytest.mark.parametrize("function", [best_linear, least_loss, principal_components])
def test_other_activations_are_refused_with_the_way_out(function):
    with pytest.raises(ValueError, match=r'problem.replace\(activation="linear"\)'):
        function(tt.Problem.toy(2, density=0.5))


@pytest.mark.parametrize("function", [best_linear, least_loss, principal_components])
def test_dependent_features_are_refused(function):
    problem = tt.Problem.toy(2, density=0.5, activation="linear").replace(support=tt.CorrelatedGroups((2,)))
    with pytest.raises(ValueError, match="features must be independent here"):
        function(problem)


def test_every_field_of_the_best_linear_model():
    """One evaluation of a formula: no seed, no search, one run which is the model itself."""
    solution = best_linear(LINEAR)
    assert (solution.n_evaluations, solution.seed, solution.status, solution.kinks) == (1, None, "converged", ())
    assert (solution.gradient_norm, solution.tolerance, solution.method) == (0.0, 1e-8, "best_linear")
    assert str(solution.kind) == "optimum"
    (run,) = solution.runs
    assert run.loss == solution.loss.value == least_loss(LINEAR)
    assert (run.weights == solution.weights).all()
    assert (run.bias == solution.bias).all()
    assert solution.loss.kind == "rounding"
    assert solution.loss.error == solution.runs.tolerance == 12 * EPS * solution.loss.value
    assert (solution.runs.hits, solution.runs.n_distinct) == (1, 1)
    assert solution.regimes == tuple(Regime.DEDICATED if i in (1, 3) else Regime.NOT_REPRESENTED for i in range(4))
