"""The free ansatz: values known otherwise, stationarity, and a brute-force search that must not beat it."""

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.ansatz import CANDIDATES, frozen_model
from toytoy.analytic.free_scale import (
    FACTORS,
    LARGEST_FACTOR,
    Profile,
    _brackets,
    _nodes,
    _Search,
    _turning_points,
    free_minima,
)
from toytoy.analytic.loss import evaluate

EPS = np.finfo(float).eps
ACTIVATIONS = [
    "linear",
    "relu",
    "abs",
    tt.LeakyReLU(0.1),
    tt.LeakyReLU(-0.01),
    tt.LeakyReLU(-2.0),
    tt.ClippedReLU(1.0),
    tt.ClippedReLU(0.4),
    tt.ClippedReLU(0.05),
]


def rounding(problem):
    """Two evaluations at points that differ by a rounding: a few errors of the kernel, 1e-12 of its scale."""
    return 2e-12 * sum(problem.importances)


def test_turning_points_are_those_of_the_polynomial_through_the_nodes():
    assert _nodes(3) == pytest.approx([np.sin(k * np.pi / 16) ** 2 for k in (1, 3, 5, 7)], rel=1e-14)
    for turns in ([0.2, 0.5, 0.9], [0.1, 0.15, 0.8, 0.3], [0.6]):
        slope = np.poly1d(turns, r=True)
        for spare in (0, 1, 2):  # a leading coefficient of 0 adds a root far outside
            samples = -3.0 * np.polyint(slope)(_nodes(len(turns) + 1 + spare)) + 1.0
            found = np.sort(_turning_points(np.array([samples, samples]))[1])
            assert found[np.abs(found) < 2] == pytest.approx(sorted(turns), abs=1e-6)
            assert len(found) == len(turns) + spare


def test_a_bracket_is_where_a_slope_turns_from_falling_to_rising():
    pairs = {(-1, 1): 1, (1, -1): 0, (-1, 0): 1, (0, 1): 1, (0, 0): 0, (-2, -1): 0, (1, 2): 0, (0, -1): 0}
    assert {pair: int(_brackets(np.array(pair, float))[0]) for pair in pairs} == pairs
    assert _brackets(np.array([0.5, 0.75])).tolist() == _brackets(np.array([-0.75, -0.5])).tolist() == [False]


@pytest.mark.parametrize(
    ("slope", "last", "found"),
    [
        (lambda g: g - 0.5, 2, [0, 0.5]),
        (lambda g: g - 11.0, 16, [0, 11.0]),
        (lambda g: (g - 0.7) * (g - 1.1) * (g - 1.7), 2, [0, 0.7, 1.7]),
        (lambda g: 0 * g, 2, [0]),
        (lambda g: -1.0 - 0 * g, 64, [0, 64]),
        (lambda g: -1e-9 * (g > 1.9), 64, [0, 64]),
        (lambda g: np.where(g < 2, g - 64.0, 1.0), 2, [0, None]),
    ],
)
@pytest.mark.parametrize("activation", ["relu", tt.ClippedReLU(1.0)])
def test_factors_are_searched_while_the_loss_falls_or_may_fall_again(monkeypatch, slope, last, found, activation):
    asked = []

    def profile(_, factors):
        asked.append(factors)
        return Profile(np.stack([factors, 2 * factors], axis=1), slope(factors))

    monkeypatch.setattr(_Search, "profile", profile)
    minima = free_minima(tt.Problem.toy(2, density=0.5, activation=activation), np.array([[1.0, -1.0]]))
    grid = np.unique(np.concatenate([a for a in asked[:7] if len(a) in (8, len(FACTORS))]))
    assert (FACTORS[0], FACTORS[1], FACTORS[-1], len(FACTORS)) == (0.0, 2**-7, 2.0, 66)
    assert max(a[-1] for a in asked if len(a) in (8, 66)) == pytest.approx(last if activation == "relu" else 64)
    assert np.abs(np.log2(grid[2:] / grid[1:-1]) - 1 / 8).max() <= 10 * EPS
    assert len(minima.gram_factors) == len(found)
    for factor, wanted in zip(minima.gram_factors, found, strict=True):
        assert wanted is None or factor == pytest.approx(wanted, rel=1e-12)
    assert (minima.status == "converged") == (found[-1] != 64)
    assert (minima.biases == np.stack([minima.gram_factors, 2 * minima.gram_factors], axis=1)).all()


@pytest.mark.parametrize("activation", ["relu", tt.LeakyReLU(-2.0), tt.ClippedReLU(0.4)])
def test_biases_are_searched_piece_by_piece_between_corners(activation):
    search = _Search(tt.Problem.toy(2, density=0.5, activation=activation), np.array([[1.0, -0.5]]))
    hinges = [0.0, 0.4] if isinstance(activation, tt.ClippedReLU) else [0.0]
    for g, edges in zip((0.5, 2.0), search.bias_edges(np.array([0.5, 2.0])), strict=True):
        for row, found in zip(g * np.array([[1.0, -0.5], [-0.5, 0.25]]), edges, strict=True):
            corners = [0.0, row[0], row[1], row.sum()]
            up, down = max(corners), -min(corners)
            ends = [-up, 1 + down, *([-0.5 - up] if isinstance(activation, tt.LeakyReLU) else [])]
            wanted = sorted([*ends, *(min(hinge - c, 1 + down) for hinge in hinges for c in corners)])
            assert found == pytest.approx(wanted, abs=1e-14)


def test_check_values_where_the_family_holds_the_global_optimum():
    solution = tt.ansatz("antipodal", tt.Problem.toy(2, importance=1.0, density=0.5), free=True)
    assert abs(float(solution.loss) - 0.0762824469895635733818) <= 1e-14
    assert np.abs(np.abs(solution.weights) - 0.96896999130512516).max() <= 10 * EPS
    assert np.abs(solution.bias - 0.09768268141120346).max() <= 10 * EPS
    solution = tt.ansatz("triangle", tt.Problem.toy(3, importance=1.0, density=0.7), free=True)
    assert abs(float(solution.loss) - 0.1022010637277116226625) <= 1e-14
    assert np.abs(np.linalg.norm(solution.weights, axis=0) - 0.87975877489817233).max() <= 10 * EPS
    assert np.abs(solution.bias - 0.32253073108040660).max() <= 10 * EPS


def test_the_linear_pair_has_a_closed_form():
    """L = (1 + r) v [(1 - g)² + g²]: g = 1/2 and biases at the mean of x_i - g (x_i - x_j)."""
    problem = tt.Problem.toy(2, importance=0.3, density=0.4, activation="linear")
    solution = tt.ansatz("antipodal", problem, free=True)
    variance = 0.4 / 3 - 0.4**2 / 4
    assert float(solution.loss) == pytest.approx(1.3 * variance / 2, rel=100 * EPS)
    assert np.abs(np.square(solution.weights) - 0.5).max() <= 100 * EPS
    assert np.abs(solution.bias - 0.2).max() <= 100 * EPS


@pytest.mark.parametrize("name", ["not_represented", "dedicated"])
def test_models_without_superposition_are_at_their_best_already(name):
    problem = tt.Problem.toy(2, importance=0.3, density=0.4)
    frozen, free = tt.ansatz(name, problem), tt.ansatz(name, problem, free=True)
    assert abs(float(free.loss) - float(frozen.loss)) <= frozen.loss.error + free.loss.error
    assert np.abs(free.weights - frozen.weights).max() <= 100 * EPS


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(("n", "name"), [(2, "antipodal"), (3, "antipodal"), (3, "triangle"), (3, "dedicated")])
def test_nothing_in_the_family_is_better(activation, n, name):
    problem = tt.Problem.toy(n, importance=0.6, density=0.45, activation=activation)
    solution = tt.ansatz(name, problem, free=True)
    weights, _ = frozen_model(name, problem)
    rng = np.random.default_rng(1)
    factors = np.concatenate([rng.uniform(0, 1.5, 4000), rng.uniform(1, 6, 2000)])
    biases = rng.uniform(-1.0, 1.0, (6000, n))
    wide = tt.loss(problem, factors[:, None, None] * weights, biases)
    near = tt.loss(
        problem,
        (1 + 0.02 * rng.normal(size=(500, 1, 1))) * solution.weights,
        solution.bias + 0.02 * rng.normal(size=(500, n)),
    )
    assert float(solution.loss) <= min(wide.min(), near.min()) + rounding(problem)
    assert float(solution.loss) <= float(tt.ansatz(name, problem).loss)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_descent_from_random_starts_finds_nothing_better(activation, seed):
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    problem = tt.Problem(
        n_features=2,
        n_hidden=1,
        density=tuple(rng.uniform(0.05, 1.0, 2)),
        importance=tuple(rng.uniform(0.1, 2.0, 2)),
        activation=activation,
    )
    solution = tt.ansatz("antipodal", problem, free=True)
    frozen = np.array([[1.0, -1.0]])

    def objective(z):
        value, d_weights, d_bias = tt.loss_and_grad(problem, z[0] * frozen, z[1:])
        return value, np.array([np.sum(d_weights * frozen), *d_bias])

    starts = np.column_stack([rng.uniform(0.1, 3.0, 10), rng.uniform(-0.5, 0.8, (10, 2))])
    bounds = [(0.0, np.sqrt(LARGEST_FACTOR)), (None, None), (None, None)]
    reached = [minimize(objective, start, jac=True, bounds=bounds).fun for start in starts]
    assert (solution.status == "converged") or solution.weights[0, 0] == np.sqrt(LARGEST_FACTOR)
    assert float(solution.loss) <= min(reached) + rounding(problem)


@pytest.mark.parametrize("activation", ACTIVATIONS[:6], ids=str)
@pytest.mark.parametrize(("n", "name"), [(2, "antipodal"), (3, "triangle"), (3, "antipodal_others")])
def test_derivatives_along_the_family_vanish(activation, n, name):
    problem = tt.Problem.toy(n, importance=0.6, density=0.45, activation=activation)
    solution = tt.ansatz(name, problem, free=True)
    _, d_weights, d_bias = tt.loss_and_grad(problem, solution.weights, solution.bias)
    flat = 1e-13 * sum(problem.importances)  # roots are as good as the spacing of numbers, curvatures are of order 1
    assert abs(np.sum(d_weights * solution.weights)) <= flat
    assert np.abs(d_bias).max() <= flat


def test_the_density_of_each_feature_counts():
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.1, 0.9), importance=(1.0, 1.0))
    bias = tt.ansatz("antipodal", problem, free=True).bias
    swapped = tt.ansatz("antipodal", problem.replace(density=(0.9, 0.1)), free=True).bias
    assert np.abs(bias - swapped[::-1]).max() <= 100 * EPS
    assert abs(bias[0] - bias[1]) > 0.01


def test_a_feature_of_importance_zero_is_no_obstacle():
    problem = tt.Problem.toy(2, importance=0.0, density=0.5)
    solution = tt.ansatz("antipodal", problem, free=True)
    assert 0 < float(solution.loss) < float(tt.ansatz("antipodal", problem).loss)
    assert (
        abs(solution.bias[0] - solution.bias[1]) <= 100 * EPS
    )  # by symmetry: importances do not enter an output's own
    nothing = tt.Problem.toy(2, importance=0.0, density=0.5).replace(importance=0.0)
    assert float(tt.ansatz("antipodal", nothing, free=True).loss) == 0.0


def test_runs_hold_the_frozen_model_first_and_the_answer_is_repeatable():
    problem = tt.Problem.toy(3, importance=0.8, density=0.6)
    once, twice = (tt.ansatz("triangle", problem, free=True) for _ in range(2))
    assert once.runs[0].loss == float(tt.ansatz("triangle", problem).loss)
    assert np.array_equal(once.weights, twice.weights)
    assert np.array_equal(once.bias, twice.bias)
    assert (once.status, once.method) == ("converged", "ansatz('triangle', free=True)")
    assert once.n_evaluations > len(once.runs) >= 3


def test_a_steep_step_is_found_where_the_output_saturates():
    """A clipped output of height 0.4 wants a Gram matrix nine times the frozen one: a step, not a line."""
    problem = tt.Problem.toy(2, importance=0.5, density=0.5, activation=tt.ClippedReLU(0.4))
    assert np.square(tt.ansatz("antipodal", problem, free=True).weights).min() > 5


def test_a_minimum_beyond_a_rise_is_found_where_the_output_saturates():
    """At twice the frozen Gram matrix the loss rises, and yet falls lower further out."""
    problem = tt.Problem(
        n_features=3,
        n_hidden=2,
        density=(0.8820116590400795, 0.04765545396307523, 0.8774767185820396),
        importance=(0.2361136795077787, 1.7113452896001304, 0.38143096034224244),
        activation=tt.ClippedReLU(0.10846572842599507),
    )  # found among 700 drawn at random
    assert _Search(problem, frozen_model("triangle", problem)[0]).profile(np.array([2.0])).slope[0] > 0
    assert np.square(tt.ansatz("triangle", problem, free=True).weights).sum(0).min() > 2


def test_a_loss_that_falls_for_ever_is_said_to_do_so():
    """A clipped output far below the mean input: the higher the step, the better, without end."""
    problem = tt.Problem(
        n_features=2, n_hidden=1, density=(0.3, 0.33), importance=(1.6, 0.27), activation=tt.ClippedReLU(0.05)
    )
    solution = tt.ansatz("antipodal", problem, free=True)
    assert solution.status == "the factor reached its bound, 64, and the loss still falls"
    further = 2 * solution.weights
    assert tt.loss(problem, further, solution.bias) < float(solution.loss)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_the_loss_at_the_best_biases_is_continuous_in_the_factor(activation):
    """A minimum over the biases that is missed at some factors shows as a jump there."""
    problem = tt.Problem(n_features=2, n_hidden=1, density=(0.3, 0.33), importance=(1.6, 0.27), activation=activation)
    search = _Search(problem, np.array([[1.0, -1.0]]))
    factors = np.geomspace(1e-3, 64, 2000)
    profile = search.profile(factors)
    losses = tt.loss(problem, np.sqrt(factors)[:, None, None] * search.weights, profile.biases)
    slope = np.abs(profile.slope) / (2 * np.sqrt(factors))
    allowed = 2 * np.diff(factors) * np.maximum(slope[1:], slope[:-1])  # twice: the slope changes within a step
    allowed += np.diff(factors) ** 2  # where it crosses zero: curvatures are of order 1
    assert (np.abs(np.diff(losses)) <= allowed + rounding(problem)).all()


@pytest.mark.parametrize("n", [2, 3])
def test_freedom_never_hurts(n):
    for density in (0.05, 0.6, 1.0):
        for importance in (0.1, 1.0, 5.0):
            problem = tt.Problem.toy(n, importance=importance, density=density)
            for name in CANDIDATES[n]:
                free = tt.ansatz(name, problem, free=True)
                assert float(free.loss) <= float(tt.ansatz(name, problem).loss)


def test_minima_are_where_the_loss_stops_falling():
    problem = tt.Problem(
        n_features=2, n_hidden=1, density=(0.3, 0.33), importance=(1.6, 0.27), activation=tt.ClippedReLU(0.05)
    )
    minima = free_minima(problem, frozen_model("antipodal", problem)[0])
    assert minima.gram_factors[[0, -1]].tolist() == [0.0, LARGEST_FACTOR]
    inner, search = minima.gram_factors[1:-1], _Search(problem, frozen_model("antipodal", problem)[0])
    assert (search.profile(inner * (1 - 1e-6)).slope < 0).all()
    assert (search.profile(inner * (1 + 1e-6)).slope > 0).all()


def test_every_evaluation_is_counted(monkeypatch):
    """A batch of k models counts k, whoever asks for it."""
    counted = []

    def counting(problem, weights, bias):
        result = evaluate(problem, weights, bias)
        counted.append(result.loss.size)
        return result

    monkeypatch.setattr("toytoy.analytic.free_scale.evaluate", counting)
    problem = tt.Problem.toy(2, importance=0.7, density=0.4)
    assert free_minima(problem, np.array([[1.0, -1.0]])).n_evaluations == sum(counted)
