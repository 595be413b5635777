"""A problem in a notebook."""

import re
from fractions import Fraction
from typing import Any

import pytest
import toytoy as tt

from tests.unit.compare.reporting.test_page import faults

TOY = tt.Problem.toy(2, importance=1.0, density=0.5)
PROBLEMS = {
    "toy": TOY,
    "one feature": tt.Problem(n_features=1, n_hidden=1, density=1),
    "huge": tt.Problem(n_features=100_000, n_hidden=7, density=0.1, importance=tuple(range(100_000))),
    "fractions": tt.Problem(n_features=2, n_hidden=1, density=Fraction(1, 3), importance=(Fraction(1, 7), 0)),
    "worthless": tt.Problem(n_features=2, n_hidden=1, density=0.5, importance=0),
    "one-hot": tt.Problem(n_features=3, n_hidden=2, support=tt.OneHot()),
    "leaky": tt.Problem(n_features=2, n_hidden=1, density=0.5, activation=tt.LeakyReLU(slope=0.1)),
}


def plain(html: Any) -> str:
    """Give the words of a card."""
    assert isinstance(html, str)
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_says_what_is_asked(name: str) -> None:
    problem = PROBLEMS[name]
    html = problem._repr_html_()
    words = plain(html)
    assert not faults(html)
    assert len(str(html)) < 3000
    assert f"{problem.n_features} feature" in words
    assert f"{problem.n_hidden} hidden dimension" in words
    assert str(getattr(problem.activation, "slope", problem.activation)) in words
    assert repr(problem.support) in words


def test_fractions_stay_fractions() -> None:
    assert "1/7, 0" in plain(PROBLEMS["fractions"]._repr_html_())
