"""What was asked of two cases, passed on to the strategies for problems."""

from __future__ import annotations

import toytoy as tt
from hypothesis import given
from hypothesis import strategies as st
from toytoy.compare.strategies import Case
from toytoy.compare.strategies.asked import Asked, model

TOY = tt.Problem.toy(2, density=0.5)
ASKED = Asked(1, 4, ["abs"], st.just(0.5), None, False, (tt.Independent, tt.OneHot))


@given(ASKED.problems(least=2, most=3, laws=(tt.Independent,)))
def test_problems_are_as_asked_and_narrower(problem: tt.Problem) -> None:
    assert 2 <= problem.n_features <= 3
    assert (problem.activation, problem.density, problem.support) == ("abs", 0.5, tt.Independent())


def test_it_knows_its_laws() -> None:
    assert ASKED.has(tt.OneHot, tt.CorrelatedGroups)
    assert not ASKED.has(tt.CorrelatedGroups)


@st.composite
def drawn(draw: st.DrawFn, problem: tt.Problem) -> Case:
    return model(draw, problem)


@given(drawn(TOY))
def test_a_model_is_of_its_problem(case: Case) -> None:
    assert case.problem is TOY
