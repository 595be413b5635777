"""From raw runs to a `Solution`."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.answer import SAME_MINIMUM, answer
from toytoy.analytic.solution import Kind, Solution

EPS = float(np.finfo(float).eps)
PROBLEM = tt.Problem.toy(2, importance=0.4, density=0.5)
WEIGHTS = np.array([[[0.0, 1.0]], [[1.0, 0.0]], [[0.3, 0.3]]])
BIAS = np.array([[0.25, 0.0], [0.0, 0.25], [0.0, 0.0]])


def described(weights: np.ndarray = WEIGHTS, bias: np.ndarray = BIAS) -> Solution:
    return answer(
        PROBLEM,
        weights,
        bias,
        kind=Kind.OPTIMUM,
        method="test",
        tolerance=1e-8,
        status="converged",
        n_evaluations=7,
        seed=3,
    )


def test_the_solution_is_its_run_of_least_exact_loss() -> None:
    solution = described()
    assert solution.runs.best == 1
    assert np.array_equal(solution.weights, WEIGHTS[1])
    assert np.array_equal(solution.bias, BIAS[1])
    assert solution.loss == tt.loss_estimate(PROBLEM, WEIGHTS[1], BIAS[1])
    assert solution.runs.losses.tolist() == [float(tt.loss(PROBLEM, w, b)) for w, b in zip(WEIGHTS, BIAS, strict=True)]
    variance = 0.5 / 3 - 0.5**2 / 4
    assert solution.loss.value == pytest.approx(0.4 * variance, rel=10 * EPS)


def test_everything_said_of_it_is_said_of_that_run() -> None:
    solution = described()
    assert [str(regime) for regime in solution.regimes] == ["dedicated", "not_represented"]
    assert str(solution.structure) == "dedicated[0] + not_represented[1]"
    assert {kink.feature for kink in solution.kinks} == {0}
    assert (solution.kind, solution.seed, solution.n_evaluations, solution.status) == ("optimum", 3, 7, "converged")
    assert solution.gradient_norm <= 4 * EPS  # stationary, though a kink


def test_the_gradient_norm_is_the_largest_entry() -> None:
    solution = described(WEIGHTS[2:], BIAS[2:])
    _, d_weights, d_bias = tt.loss_and_grad(PROBLEM, WEIGHTS[2], BIAS[2])
    assert solution.gradient_norm == max(np.abs(d_weights).max(), np.abs(d_bias).max())


def test_losses_within_rounding_are_one_minimum() -> None:
    twins = described(np.array([[[1.0, 0.0]], [[-1.0, 0.0]]]), np.array([[0.0, 0.25]] * 2))
    assert (twins.runs.hits, twins.runs.n_distinct) == (2, 1)
    assert twins.runs.tolerance == SAME_MINIMUM * PROBLEM.null_loss


def test_a_bad_model_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        described(np.full((1, 1, 2), np.nan), np.zeros((1, 2)))


def test_losses_a_little_further_apart_are_two_minima() -> None:
    """A ten thousand millionth of the null loss: by a bias that costs p = 1, b² and half that b²."""
    problem = tt.Problem(n_features=1, n_hidden=1, density=1.0, activation="linear")
    assert tt.loss(problem, [[1.0]], [1e-6]) == pytest.approx(1e-12)
    for share, distinct in ((0.9, 1), (1.1, 2)):
        biases = np.array([[0.0], [np.sqrt(share * 1e-10 * problem.null_loss)]])
        runs = answer(
            problem,
            np.ones((2, 1, 1)),
            biases,
            kind=Kind.OPTIMUM,
            method="test",
            tolerance=1e-8,
            status="converged",
            n_evaluations=1,
        ).runs
        assert (runs.best, runs.n_distinct) == (0, distinct)
