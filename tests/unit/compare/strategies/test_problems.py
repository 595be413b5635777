"""Problems: valid, of the sizes, numbers, activations and laws asked for, and simple when they shrink."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from hypothesis import find, given
from hypothesis import strategies as st
from toytoy.compare import strategies


@given(strategies.problems(max_features=3))
def test_problems_are_as_asked(problem: tt.Problem) -> None:
    assert 1 <= problem.n_hidden <= problem.n_features <= 3
    assert problem.activation in strategies.ACTIVATIONS
    assert problem.support == tt.Independent()
    assert problem == problem.replace()


@given(strategies.problems(max_features=2, min_features=2, activations=["abs"]))
def test_sizes_and_activations_can_be_fixed(problem: tt.Problem) -> None:
    assert (problem.n_features, problem.activation) == (2, "abs")


@given(strategies.problems(n_hidden=2, laws=strategies.LAWS))
def test_every_law_goes_with_a_density_that_it_allows(problem: tt.Problem) -> None:
    assert problem.n_hidden == 2
    assert abs(sum(float(chance) for _, chance in problem.active_sets()) - 1) < 1e-12


@given(strategies.problems(each=False, densities=strategies.densities(0.2, 0.4), importances=st.just(3.0)))
def test_numbers_can_be_chosen(problem: tt.Problem) -> None:
    assert isinstance(problem.density, float)
    assert 0.2 <= problem.density <= 0.4
    assert problem.importance == 3.0


@given(strategies.toy_problems())
def test_toys_are_those_of_the_diagrams(problem: tt.Problem) -> None:
    assert (problem.n_features, problem.n_hidden) in ((2, 1), (3, 2))
    assert 0.1 <= float(problem.importances[-1]) <= 10
    assert 0.01 <= float(problem.densities[0]) <= 1


@pytest.mark.parametrize("law", strategies.LAWS)
def test_groups_of_different_densities_are_drawn(law: Any) -> None:
    several = len(set(law((1, 2)).sizes)) if law in (tt.CorrelatedGroups, tt.AnticorrelatedGroups) else 1
    drawn = strategies.problems(3, min_features=3, laws=[law])
    assert several == 1 or find(drawn, lambda problem: len(set(problem.densities)) > 1)


def test_problems_shrink_to_few_features_and_round_numbers() -> None:
    problem = find(strategies.problems(), lambda problem: problem.n_features >= 2)
    assert problem == tt.Problem(n_features=2, n_hidden=1, density=1.0, importance=1.0)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"max_features": 0}, ValueError, "max_features"),
        ({"max_features": 2, "min_features": 3}, ValueError, "max_features must be at least 3"),
        ({"max_features": 2, "n_hidden": 3}, ValueError, "with that n_hidden"),
        ({"max_features": 2.5}, TypeError, "max_features"),
        ({"activations": "relu"}, TypeError, r"as \['relu'\]"),
        ({"activations": []}, ValueError, "activations"),
        ({"densities": 0.5}, TypeError, "densities must be a strategy"),
        ({"laws": ["one_hot"]}, TypeError, "support laws"),
    ],
)
def test_what_leaves_nothing_to_draw_is_refused(arguments: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        strategies.problems(**arguments)
