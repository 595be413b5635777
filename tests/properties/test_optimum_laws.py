"""Laws of optima, ansatz and capacity, on toys that hypothesis draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import toytoy as tt
from hypothesis import given, settings
from hypothesis import strategies as st
from toytoy.analytic.ansatz import CANDIDATES
from toytoy.analytic.linear import best_linear
from toytoy.compare import strategies
from toytoy.numeric.polish import GRADIENT_TOLERANCE

EPS = float(np.finfo(float).eps)
law = settings(max_examples=25, deadline=None)
MANY = 48  # starts, where both sides of a law must have found their optimum
ACTIVATIONS = ("relu", "abs", tt.LeakyReLU(0.1), tt.ClippedReLU(1.0))
toys = strategies.toy_problems(ACTIVATIONS)
relu_toys = strategies.toy_problems()
small = strategies.problems(max_features=3, activations=ACTIVATIONS)


def best(problem: tt.Problem, n_starts: int = 12, **fields: Any) -> tt.Solution:
    return tt.minimize(problem, tt.Multistart(n_starts=n_starts, **fields))


def rounding(problem: tt.Problem) -> float:
    """Bound the rounding of two losses, and what converging to the gradient's tolerance leaves."""
    return 1e-12 * problem.null_loss


@law
@given(toys)
def test_an_optimum_is_never_above_any_ansatz(problem: tt.Problem) -> None:
    loss = best(problem).loss.value
    assert loss >= -rounding(problem)
    for name in CANDIDATES[problem.n_features]:
        frozen, free = (tt.ansatz(name, problem, free=free).loss.value for free in (False, True))
        assert free <= frozen + rounding(problem)
        assert loss <= free + rounding(problem)


@law
@given(small, st.data())
def test_an_optimum_is_never_above_any_model(problem: tt.Problem, data: st.DataObject) -> None:
    model = data.draw(strategies.models(problem))
    assert best(problem).loss.value <= tt.loss(problem, *model) + rounding(problem)


@law
@given(small)
def test_another_hidden_dimension_never_hurts(problem: tt.Problem) -> None:
    losses = [best(problem.replace(n_hidden=m), MANY).loss.value for m in range(1, problem.n_features + 1)]
    assert (np.diff(losses) <= rounding(problem)).all()
    assert losses[-1] <= rounding(problem)


@law
@given(toys, st.sampled_from([1e-3, 0.5, 7.0, 1e3]))
def test_scaling_importance_scales_the_optimum(problem: tt.Problem, factor: float) -> None:
    larger = problem.replace(importance=tuple(factor * float(i) for i in problem.importances))
    assert abs(best(larger).loss.value - factor * best(problem).loss.value) <= rounding(larger)


@law
@given(small, st.randoms(use_true_random=False))
def test_permuting_features_permutes_the_optimum(problem: tt.Problem, random: Any) -> None:
    order = list(range(problem.n_features))
    random.shuffle(order)
    moved = problem.replace(
        density=tuple(problem.densities[i] for i in order), importance=tuple(problem.importances[i] for i in order)
    )
    assert abs(best(moved, MANY).loss.value - best(problem, MANY).loss.value) <= rounding(problem)


@law
@given(relu_toys)
def test_the_gradient_vanishes_at_an_optimum(problem: tt.Problem) -> None:
    """At kinks too: the loss is once differentiable there."""
    solution = best(problem)
    assert solution.gradient_norm <= 2 * GRADIENT_TOLERANCE * problem.null_loss  # what was asked for, and rounding
    assert solution.status == "converged"


@law
@given(relu_toys)
def test_capacity_of_an_optimum_is_at_most_the_dimensions(problem: tt.Problem) -> None:
    solution = best(problem)
    capacity = tt.capacity(solution.weights)
    assert ((capacity >= 0) & (capacity <= 1)).all()
    assert capacity.sum() <= problem.n_hidden + 16 * EPS
    for share, regime in zip(capacity, solution.regimes, strict=True):
        assert (share > 0) or regime == "not_represented"


@law
@given(relu_toys)
def test_more_importance_never_lowers_the_loss_and_never_more_than_in_proportion(problem: tt.Problem) -> None:
    """L*(r) is a minimum of functions a + r b with a, b >= 0: it rises, and is concave."""
    r = float(problem.importances[-1])
    lower, middle, upper = (
        best(problem.replace(importance=(*problem.importances[:-1], s * r))).loss.value for s in (0.8, 1.0, 1.2)
    )
    assert lower <= middle + rounding(problem)
    assert middle <= upper + rounding(problem)
    assert middle >= (lower + upper) / 2 - rounding(problem)


@law
@given(strategies.toy_problems(["linear"]))
def test_the_linear_optimum_is_the_closed_form(problem: tt.Problem) -> None:
    assert abs(best(problem, 4).loss.value - best_linear(problem).loss.value) <= rounding(problem)


@law
@given(relu_toys)
def test_relu_is_never_worse_than_the_line(problem: tt.Problem) -> None:
    """x̂ is to be non-negative: cutting a linear answer at 0 never moves it away."""
    assert best(problem).loss.value <= best_linear(problem.replace(activation="linear")).loss.value + rounding(problem)
