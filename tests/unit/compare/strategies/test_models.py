"""Biases, models and cases: fitting, touching hinges, and small when they shrink."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from toytoy.analytic.kinks import kinks
from toytoy.compare import strategies
from toytoy.compare.strategies import Case

EPS = float(np.finfo(float).eps)
TOY = tt.Problem.toy(3, density=0.5)
WEIGHTS = np.array([[0.7, -0.4, 0.3], [0.1, 0.9, -0.2]])
GRAM = WEIGHTS.T @ WEIGHTS
quick = settings(max_examples=5000, deadline=None, database=None, phases=(Phase.generate,))  # rare: no shrinking
shrunk = settings(max_examples=2000, deadline=None, derandomize=True, phases=(Phase.generate, Phase.shrink))


@given(st.data())
def test_models_fit_their_problem(data: st.DataObject) -> None:
    problem = data.draw(strategies.problems())
    weights, bias = data.draw(strategies.models(problem))
    assert weights.shape == (problem.n_hidden, problem.n_features)
    assert bias.shape == (problem.n_features,)
    assert np.isfinite(tt.loss(problem, weights, bias))


def test_biases_vanish_or_touch_a_hinge() -> None:
    find(strategies.biases(TOY), lambda b: bool((b == 0).all()))
    touching = strategies.biases(TOY, WEIGHTS)
    find(touching, lambda b: abs(b[0] + GRAM[0, 1] + GRAM[0, 2]) < 4 * EPS, settings=quick)
    clipped = strategies.biases(TOY.replace(activation=tt.ClippedReLU(0.7)), WEIGHTS)
    find(clipped, lambda b: abs(b[1] + GRAM[1, 1] - 0.7) < 4 * EPS, settings=quick)


def test_biases_nearly_touch_a_hinge() -> None:
    near = strategies.biases(TOY, WEIGHTS)
    find(near, lambda b: abs(b[0] + GRAM[0, 0] - 1e-9) < 4 * EPS, settings=quick)


def test_kinks_are_met() -> None:
    find(strategies.models(TOY), lambda model: len(kinks(TOY, *model)) >= 2, settings=quick)


def test_biases_refuse_weights_of_another_problem() -> None:
    with pytest.raises(ValueError, match="shape"):
        strategies.biases(TOY, np.ones((1, 2)))


def test_cases_refuse_what_is_no_strategy() -> None:
    with pytest.raises(TypeError, match="problems must be a strategy"):
        strategies.cases(TOY)  # type: ignore[arg-type]


def mean_for_sum(case: Case) -> Any:
    return tt.loss(*case) / case.problem.n_features


def importance_forgotten(case: Case) -> Any:
    return tt.loss(case.problem.replace(importance=1.0), *list(case)[1:])


def importance_reversed(case: Case) -> Any:
    return tt.loss(case.problem.replace(importance=case.problem.importances[::-1]), *list(case)[1:])


def signs_lost(case: Case) -> Any:
    return tt.loss(case.problem, np.abs(case.weights), case.bias)


def bias_forgotten(case: Case) -> Any:
    return tt.loss(case.problem, case.weights, 0 * case.bias)


@pytest.mark.parametrize(
    ("bug", "features", "nonzero"),
    [
        (mean_for_sum, 2, 0),
        (importance_forgotten, 1, 0),
        (importance_reversed, 2, 1),
        (signs_lost, 2, 2),
        (bias_forgotten, 1, 2),  # at density 1 an answer of 1 is as good as none
    ],
)
def test_planted_bugs_shrink_to_what_can_be_read(bug: Any, features: int, nonzero: int) -> None:
    """As few features as show it, as few numbers that are not 0, all of them round."""
    case = find(strategies.cases(), lambda case: abs(bug(case) - tt.loss(*case)) > 1e-6, settings=shrunk)
    numbers = np.concatenate([case.weights.ravel(), case.bias])
    assert case.problem.n_features == features
    assert np.count_nonzero(numbers) <= nonzero
    assert set(np.abs(numbers)) <= {0.0, 0.5, 1.0}
    assert set(case.problem.densities) <= {1.0, 0.5}
    assert len(repr(case)) <= 140


def test_an_antipodal_pair_is_the_least_model_with_interference_at_half_density() -> None:
    def interferes(case: Case) -> bool:
        return case.problem.density == 0.5 and bool((case.gram < 0).any())

    case = find(strategies.cases(), interferes, settings=shrunk)
    assert case.problem.n_features <= 3  # 2 would do; 4 may be drawn
    assert sorted(case.weights[case.weights != 0]) == [-1.0, 1.0]
    assert not case.bias.any()


def test_the_simplest_model_is_zero() -> None:
    weights, bias = find(strategies.models(TOY), lambda model: True)
    assert not weights.any()
    assert not bias.any()
