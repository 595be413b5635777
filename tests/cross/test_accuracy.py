"""The kernel's promise of accuracy, held on hundreds of awkward draws, and on ten thousand in the slow run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt

from tests.cross.accuracy import Evaluate, describe, exact_answer, loss_miss, miss, problem_of, worst
from tests.reference import draws
from tests.reference.draws import Case

FAST = {1: 28, 2: 28, 3: 21, 4: 7, 5: 4}  # draws for each number of features and activation: 440 in all
SLOW = {1: 400, 2: 600, 3: 600, 4: 300, 5: 100}  # 10 000 in all


def kept(cases: list[Case]) -> None:
    """Assert that no case misses the promise; name the worst."""
    for bad in worst(cases):
        assert bad.loss <= 1.0, describe(bad)
        assert bad.gradient <= 1.0, describe(bad)


@pytest.mark.parametrize("n", FAST)
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_loss_and_gradient_keep_the_promise(activation: str, n: int) -> None:
    kept(list(draws.cases(0, FAST[n], activation, n)))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("n", SLOW)
@pytest.mark.parametrize("activation", draws.ACTIVATIONS)
def test_ten_thousand_draws_keep_the_promise(activation: str, n: int) -> None:
    cases = list(draws.cases(1, SLOW[n], activation, n))
    loss, gradient = worst(cases)
    shares = f"loss {loss.loss:.2e} gradient {gradient.gradient:.2e}"
    print(f"\n{activation:8} n={n} {len(cases):4} draws, worst share of the allowed error: {shares}")
    kept(cases)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("n", [6, 7, 8, 10])
@pytest.mark.parametrize("activation", ["relu", "clipped"])
def test_many_features_keep_the_promise(activation: str, n: int) -> None:
    for case in draws.cases(2, 7 if n < 10 else 3, activation, n):
        assert loss_miss(case) <= 1.0, case


@pytest.mark.parametrize("n", [2, 3])
def test_clipped_models_of_large_weights_keep_the_promise(n: int) -> None:
    """Where z spans far more than the clipped range, the two hinges must be taken together."""
    cases = [case for case in draws.cases(0, 140, "clipped", n) if case.kind == "large"]
    assert max(np.abs(case.weights.T @ case.weights).max() / case.parameter for case in cases) > 1e5
    kept(cases)


@pytest.mark.parametrize("n", [2, 3])
def test_losses_down_to_1e_minus_20(n: int) -> None:
    cases = [case for case in draws.cases(3, 200, "relu", n) if case.kind == "near_orthonormal"]
    losses = [float(exact_answer(case)[0]) for case in cases]
    assert min(losses) < 1e-20
    kept(cases)


def test_the_estimate_covers_the_exact_loss() -> None:
    for activation in draws.ACTIVATIONS:
        for case in draws.cases(4, 42, activation, 2):
            estimate = tt.loss_estimate(problem_of(case), case.weights, case.bias)
            assert abs(estimate.value - float(exact_answer(case)[0])) <= estimate.error, case


def sign_flip(problem: tt.Problem, weights: Any, bias: Any) -> Any:
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    return loss, -d_weights, d_bias


def mean_for_sum(problem: tt.Problem, weights: Any, bias: Any) -> Any:
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    return loss / problem.n_features, d_weights, d_bias


def not_a_number(problem: tt.Problem, weights: Any, bias: Any) -> Any:
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    return np.nan * loss, d_weights, d_bias


def slightly_off(problem: tt.Problem, weights: Any, bias: Any) -> Any:
    loss, d_weights, d_bias = tt.loss_and_grad(problem, weights, bias)
    return loss * (1 + 2e-12), d_weights * (1 + 2e-10), d_bias * (1 + 2e-10)


@pytest.mark.parametrize("fault", [sign_flip, mean_for_sum, not_a_number, slightly_off])
def test_a_planted_fault_is_rejected(fault: Evaluate) -> None:
    case = next(draws.cases(0, 1, "relu", 2))
    assert max(miss(case)[:2]) <= 1.0
    assert max(miss(case, fault)[:2]) > 1.0
