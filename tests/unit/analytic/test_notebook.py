"""Cards of problems, solutions and decompositions: they say what the objects hold, stay small, and never raise."""

import dataclasses
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.markup import show
from toytoy.analytic.notebook import PARTS

from tests.unit.compare.test_page import faults

TOY = tt.Problem.toy(2, importance=1.0, density=0.5)
SOLUTION = tt.ansatz("antipodal", TOY)
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


def test_a_solution_says_what_judges_it() -> None:
    words = plain(SOLUTION._repr_html_())
    assert words.startswith("Ansatz : antipodal[0,1]")
    for part in (str(SOLUTION.loss), "superposed", SOLUTION.status, "labels at tolerance 1e-08", "WᵀW"):
        assert part in words
    for column in (np.linalg.norm(SOLUTION.weights, axis=0), tt.capacity(SOLUTION.weights), SOLUTION.bias):
        assert all(show(float(value)) in words for value in column)


def test_a_large_solution_is_cut() -> None:
    n = 300
    problem = tt.Problem(n_features=n, n_hidden=20, density=0.02)
    weights, bias = np.random.default_rng(0).normal(size=(20, n)), np.zeros(n)
    large = dataclasses.replace(
        SOLUTION,
        problem=problem,
        weights=weights,
        bias=bias,
        regimes=tt.regimes(weights),
        structure=tt.structure(weights),
    )
    html = large._repr_html_()
    assert "and 293 more" in plain(html)
    assert "<svg" not in str(html)
    assert len(str(html)) < 8000
    assert not faults(html)


def test_a_decomposition_adds_up() -> None:
    parts = tt.decompose(TOY, [[1.0, -0.5]], [0.0, 0.1])
    html = parts._repr_html_()
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in str(html).split("<tr>")]
    table = {row[0]: row[1:] for row in rows if row}
    assert table["output"] == [*PARTS.values(), "loss"]
    sums = [float(values.sum()) for values in parts.parts().values()]
    assert table["all"] == [show(value) for value in (*sums, float(parts.total))]
    assert table["1"][0] == show(float(parts.bias_cost[1]))
    assert table["share"][-1] == "100.0 %"
    assert not faults(html)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (0,)])
def test_decompositions_of_many_models_give_quantiles(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    parts = tt.decompose(TOY, rng.normal(size=(*shape, 1, 2)), rng.normal(size=(*shape, 2)))
    words = plain(parts._repr_html_())
    assert f"{' × '.join(map(str, shape))} models of 2 features" in words
    if parts.total.size:
        assert show(float(parts.total.max())) in words


def test_not_a_number_is_shown_not_raised() -> None:
    given: tuple[dict[str, Any], ...] = ({"weights": np.full((1, 2), np.nan)}, {"weights": None}, {"regimes": ()})
    for thing in (dataclasses.replace(SOLUTION, **fields) for fields in given):
        thing._repr_html_()  # a card or None, which leaves it to the text
    parts = dataclasses.replace(tt.decompose(TOY, [[1.0, -1.0]], [0.0, 0.0]), benefit=np.full(2, np.nan))
    assert "–" in plain(parts._repr_html_())


def test_the_text_is_as_it_was() -> None:
    assert repr(TOY).startswith("Problem(n_features=2, n_hidden=1, density=0.5, importance=(1.0, 1.0)")
    assert repr(SOLUTION).startswith("Solution(problem=Problem(")
