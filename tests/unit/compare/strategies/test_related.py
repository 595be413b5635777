"""Pairs of every relation: the exact loss obeys them, planted mistakes do not, and counterexamples are short."""

from __future__ import annotations

from typing import Any

import pytest
import toytoy as tt
from hypothesis import Phase, find, given, settings
from toytoy.compare import strategies
from toytoy.compare.strategies import Related

shrunk = settings(max_examples=1000, deadline=None, derandomize=True, phases=(Phase.generate, Phase.shrink))
law = settings(deadline=None, max_examples=40, phases=(Phase.generate, Phase.shrink))


def fails(pair: Related, loss: Any) -> bool:
    try:
        pair.check(loss)
    except AssertionError:
        return True
    return False


@law
@given(strategies.related(laws=strategies.LAWS))
def test_the_exact_loss_obeys_every_relation(pair: Related) -> None:
    pair.check(tt.loss)


@settings(law, max_examples=15)
@given(strategies.related(activations=["gelu", "softplus"], max_features=3))
def test_smooth_activations_obey_them_within_their_errors(pair: Related) -> None:
    pair.check(tt.loss_estimate)


@law
@given(strategies.related(max_features=3, min_features=2, activations=["abs"], each=False, laws=[tt.Independent]))
def test_both_cases_are_as_asked(pair: Related) -> None:
    for case in (pair.first, pair.second):
        assert 2 <= case.problem.n_features <= 3
        assert case.problem.activation == "abs"
        assert len(set(case.problem.densities)) == len(set(case.problem.importances)) == 1


def mean_for_sum(problem: tt.Problem, *model: Any) -> Any:
    return tt.loss(problem, *model) / problem.n_features


def importance_forgotten(problem: tt.Problem, *model: Any) -> Any:
    return tt.loss(problem.replace(importance=1.0), *model)


def first_weight(problem: tt.Problem, weights: Any, bias: Any) -> Any:
    return weights[0, 0]


@pytest.mark.parametrize("bug", [mean_for_sum, importance_forgotten, first_weight])
def test_mistakes_shrink_to_one_or_two_features(bug: Any) -> None:
    pair = find(strategies.related(), lambda pair: fails(pair, bug), settings=shrunk)
    assert pair.first.problem.n_features <= 2
    assert len(repr(pair)) <= 400


def test_which_relation_finds_which_mistake() -> None:
    """The page on testing says so."""
    one = settings(law, phases=(Phase.generate,))
    find(strategies.related(["unused feature"]), lambda pair: fails(pair, mean_for_sum), settings=one)
    find(strategies.related(["scaled importance"]), lambda pair: fails(pair, importance_forgotten), settings=one)
    law(given(strategies.related(["relabeled", "rotated", "scaled importance"]))(_obeyed(mean_for_sum)))()
    law(given(strategies.related(["rotated"]))(_obeyed(importance_forgotten)))()


def _obeyed(loss: Any) -> Any:
    def test(pair: Related) -> None:
        pair.check(loss)

    return test


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"relations": ["rotate"]}, ValueError, "did you mean 'rotated'"),
        ({"relations": "rotated"}, TypeError, "sequence of names"),
        ({"relations": []}, TypeError, "sequence of names"),
        ({"relations": ["rotated"], "max_features": 1}, ValueError, "needs max_features of 2"),
        ({"relations": ["unused feature"], "laws": [tt.OneHot]}, ValueError, "needs"),
        ({"relations": ["renamed activation"], "activations": ["relu"]}, ValueError, "left out"),
        ({"max_features": 0}, ValueError, "max_features"),
    ],
)
def test_what_is_impossible_is_refused(arguments: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        strategies.related(**arguments)
