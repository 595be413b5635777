"""Global optima by search: the check values, every optimizer by name, seeds, and what must follow from symmetry."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.ansatz import CANDIDATES
from toytoy.analytic.linear import best_linear
from toytoy.numeric.polish import GRADIENT_TOLERANCE

EPS = float(np.finfo(float).eps)
LOSS_DEMAND, MODEL_DEMAND = 1e-13, 1e-9  # asked of the check values


def rounding(problem: tt.Problem) -> float:
    """Bound the difference between two searches that end in the same minimum, to the gradient's tolerance."""
    return 64 * EPS * problem.null_loss


def best(problem: tt.Problem, **fields: Any) -> tt.Solution:
    return tt.minimize(problem, tt.Multistart(**{"n_starts": 16, **fields}))


def test_check_value_of_the_pair() -> None:
    solution = best(tt.Problem.toy(2, importance=1.0, density=0.5))
    assert abs(solution.loss.value - 0.0762824469895635733818) <= LOSS_DEMAND
    assert np.abs(np.abs(solution.weights) - 0.96896999130512516).max() <= MODEL_DEMAND
    assert np.abs(solution.bias - 0.09768268141120346).max() <= MODEL_DEMAND
    assert solution.weights[0, 0] * solution.weights[0, 1] < 0


def test_check_value_of_the_triangle() -> None:
    solution = best(tt.Problem.toy(3, importance=1.0, density=0.7))
    assert abs(solution.loss.value - 0.1022010637277116226625) <= LOSS_DEMAND
    assert np.abs(np.linalg.norm(solution.weights, axis=0) - 0.87975877489817233).max() <= MODEL_DEMAND
    assert np.abs(solution.bias - 0.32253073108040660).max() <= MODEL_DEMAND
    cosines = solution.weights.T @ solution.weights / 0.87975877489817233**2
    assert np.abs(cosines[~np.eye(3, dtype=bool)] + 0.5).max() <= 10 * MODEL_DEMAND


def test_everything_it_reports() -> None:
    problem = tt.Problem.toy(3, importance=1.0, density=0.7)
    solution = best(problem, seed=4)
    assert (solution.kind, solution.status, solution.seed) == ("optimum", "converged", 4)
    assert solution.method == "Multistart(n_starts=16, seed=4, optimizer='bfgs')"
    assert solution.gradient_norm <= 1e-12
    assert str(solution.structure) == "triangle[0,1,2]"
    assert solution.kinks == ()
    assert solution.tolerance == 1e-8
    assert solution.n_evaluations > len(solution.runs)


def test_it_converges_to_the_gradient_asked_for_where_rounding_hides_the_descent() -> None:
    """Here losses near the minimum differ by less than their noise, long before the gradient has vanished."""
    for density, importance in ((0.03881101646005936, 2.0), (0.01, 0.7), (0.02, 5.0)):
        problem = tt.Problem.toy(2, importance=importance, density=density)
        solution = best(problem)
        assert solution.gradient_norm <= GRADIENT_TOLERANCE * problem.null_loss
        assert solution.status == "converged"


def test_hits_and_distinct_minima_follow_from_the_runs() -> None:
    solution = best(tt.Problem.toy(3, importance=1.0, density=0.7), n_starts=32)
    losses, tolerance = solution.runs.losses, solution.runs.tolerance
    assert losses.min() == solution.loss.value
    assert solution.runs.hits == sum(loss <= losses.min() + tolerance for loss in losses)
    levels, ordered = 1, sorted(losses)
    for lower, upper in itertools.pairwise(ordered):
        levels += upper - lower > tolerance
    assert solution.runs.n_distinct == levels
    assert 1 < solution.runs.n_distinct < len(solution.runs)
    assert 1 < solution.runs.hits < len(solution.runs)


@pytest.mark.parametrize("optimizer", ["L-BFGS-B", "BFGS", "SLSQP", "trust-constr", "CG", "TNC", "Nelder-Mead"])
def test_scipy_finds_the_same_optimum(optimizer: str) -> None:
    problem = tt.Problem.toy(2, importance=0.8, density=0.4)
    own, theirs = best(problem), best(problem, n_starts=1, optimizer=optimizer)
    assert abs(own.loss.value - theirs.loss.value) <= rounding(problem)
    assert optimizer in theirs.method
    assert theirs.status == "converged"


def test_a_misspelt_optimizer_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'L-BFGS-B'"):
        tt.Multistart(optimizer="LBFGS-B")
    with pytest.raises(TypeError, match="n_start"):
        tt.Multistart(n_start=3)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "fields", [{"n_starts": -1}, {"n_starts": 2.0}, {"seed": -1}, {"n_hops": -1}, {"seed": None}, {"warm_starts": (1,)}]
)
def test_bad_fields(fields: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError), match=next(iter(fields))):
        tt.Multistart(**fields)


def test_a_seed_is_repeatable_to_the_last_bit_and_another_seed_differs() -> None:
    problem = tt.Problem(n_features=4, n_hidden=2, density=0.3)
    one, same, other = best(problem, seed=1), best(problem, seed=1), best(problem, seed=2)
    assert np.array_equal(one.runs.losses, same.runs.losses)
    assert np.array_equal(one.runs.weights, same.runs.weights)
    assert not np.array_equal(one.runs.weights, other.runs.weights)
    assert abs(one.loss.value - other.loss.value) <= rounding(problem)


def test_more_starts_keep_the_earlier_ones() -> None:
    problem = tt.Problem.toy(3, importance=0.6, density=0.5)
    few, many = best(problem, n_starts=4), best(problem, n_starts=12)
    assert np.array_equal(many.runs.losses[: len(few.runs)], few.runs.losses)


def test_warm_starts_are_used() -> None:
    """From a solution of a neighbor the search gets to where its own starts did not: with none drawn, and no hops."""
    problem = tt.Problem(n_features=6, n_hidden=2, density=0.1, importance=tuple(0.8**i for i in range(6)))
    thorough = best(problem, n_starts=60, seed=3)
    alone = best(problem, n_starts=0, n_hops=0)
    warm = best(problem, n_starts=0, n_hops=0, warm_starts=(thorough,))
    assert thorough.loss.value < alone.loss.value - 1e-6
    assert abs(warm.loss.value - thorough.loss.value) <= rounding(problem)
    assert len(warm.runs) == len(alone.runs) + 1
    assert "warm_starts=<1>" in warm.method
    with pytest.raises(ValueError, match="warm starts must have weights of shape"):
        best(tt.Problem.toy(2, density=0.5), warm_starts=(thorough,))


def test_scaling_importance_scales_the_loss() -> None:
    problem = tt.Problem.toy(3, importance=0.7, density=0.45)
    for factor in (1e-3, 250.0):
        larger = problem.replace(importance=tuple(factor * i for i in map(float, problem.importances)))
        assert abs(best(larger).loss.value - factor * best(problem).loss.value) <= rounding(larger)
        assert best(larger).structure.signature == best(problem).structure.signature  # features 0 and 1 are alike


@pytest.mark.parametrize("order", [(1, 2, 0), (2, 1, 0), (0, 2, 1)])
def test_relabeling_features_relabels_the_answer(order: tuple[int, ...]) -> None:
    problem = tt.Problem(n_features=3, n_hidden=2, density=(0.3, 0.4, 0.5), importance=(1.0, 0.9, 0.5))
    relabeled = tt.Problem(
        n_features=3,
        n_hidden=2,
        density=tuple(problem.densities[i] for i in order),
        importance=tuple(problem.importances[i] for i in order),
    )
    one, other = best(problem, n_starts=32), best(relabeled, n_starts=32)
    assert abs(one.loss.value - other.loss.value) <= rounding(problem)
    gram, moved = (solution.weights.T @ solution.weights for solution in (one, other))
    assert np.abs(gram[np.ix_(order, order)] - moved).max() <= 1e-6  # flat directions aside, √(rounding / curvature)
    assert np.abs(one.bias[list(order)] - other.bias).max() <= 1e-6


@pytest.mark.parametrize(("n", "density"), [(3, 0.2), (4, 0.1), (4, 0.6)])
def test_another_hidden_dimension_never_hurts(n: int, density: float) -> None:
    problem = tt.Problem(n_features=n, n_hidden=1, density=density, importance=tuple(1 / (1 + i) for i in range(n)))
    losses = [best(problem.replace(n_hidden=m), n_starts=24).loss.value for m in range(1, n + 1)]
    assert (np.diff(losses) <= rounding(problem)).all()
    assert losses[0] > losses[-1] + 1e-3
    assert abs(losses[-1]) <= rounding(problem)  # n dimensions are enough: W = 1, b = 0


@pytest.mark.parametrize("density", [1.0, 0.7, 0.5, 0.1, 0.01])
@pytest.mark.parametrize("importance", [0.1, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("n", [2, 3])
def test_never_above_any_ansatz(n: int, importance: float, density: float) -> None:
    problem = tt.Problem.toy(n, importance=importance, density=density)
    solution = best(problem, n_starts=4)
    for name in CANDIDATES[n]:
        for free in (False, True):
            assert solution.loss.value <= tt.ansatz(name, problem, free=free).loss.value + rounding(problem)


@pytest.mark.parametrize("activation", ["linear", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0)], ids=str)
def test_other_activations(activation: Any) -> None:
    problem = tt.Problem.toy(3, importance=0.5, density=0.3, activation=activation)
    solution = best(problem)
    assert solution.status == "converged"
    if activation == "linear":
        assert abs(solution.loss.value - best_linear(problem).loss.value) <= rounding(problem)
    assert solution.loss.value < problem.null_loss / 2


def test_warm_starts_are_a_tuple_of_solutions() -> None:
    solution = tt.ansatz("antipodal", tt.Problem.toy(2, density=0.5))
    assert hash(tt.Multistart(warm_starts=[solution])) == hash(tt.Multistart(warm_starts=(solution,)))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="warm_starts must be a tuple of Solutions, got a Solution"):
        tt.Multistart(warm_starts=solution)  # type: ignore[arg-type]


def test_training_reaches_no_lower_loss_at_six_features() -> None:
    pytest.importorskip("torch")
    problem = tt.Problem(n_features=6, n_hidden=3, density=0.1)
    best = tt.minimize(problem, tt.Multistart(n_starts=8))
    trained = tt.minimize(problem, tt.Trained(steps=800, batch=256, lr=1e-2, n_instances=4, schedule="cosine"))
    assert best.loss.value <= trained.loss.value + best.loss.error + trained.loss.error
    assert trained.loss.value < 1.5 * best.loss.value
