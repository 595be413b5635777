"""What was asked of two cases, passed on to the strategies for problems."""

from __future__ import annotations

import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from toytoy.compare.strategies.asked import Asked, model

ASKED = Asked(1, 4, ["abs"], st.just(0.5), None, False, (tt.Independent, tt.OneHot))


@given(ASKED.problems(least=2, most=3, laws=(tt.Independent,)))
def test_problems_are_as_asked_and_narrower(problem: tt.Problem) -> None:
    assert 2 <= problem.n_features <= 3
    assert (problem.activation, problem.density, problem.support) == ("abs", 0.5, tt.Independent())


def test_it_knows_its_laws() -> None:
    assert ASKED.has(tt.OneHot, tt.CorrelatedGroups)
    assert not ASKED.has(tt.CorrelatedGroups)


@given(st.data())
def test_a_model_is_of_its_problem(data: st.DataObject) -> None:
    problem = tt.Problem.toy(2, density=0.5)
    assert model(data.draw, problem).problem is problem
