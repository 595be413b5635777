"""Cards of problems, solutions and decompositions: they say what the objects hold, stay small, and never raise."""

import dataclasses
import re
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.markup import show
from toytoy.analytic.notebook import PARTS

from tests.unit.analytic.test_problem_card import TOY, plain
from tests.unit.compare.reporting.test_page import faults

SOLUTION = tt.ansatz("antipodal", TOY)


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


def test_no_models_have_no_quantiles() -> None:
    """Three dashes a part, under the names of the columns, and no cell more."""
    html = str(tt.decompose(TOY, np.zeros((0, 1, 2)), np.zeros((0, 2)))._repr_html_())
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in html.split("<tr>")]
    assert [row for row in rows if row and row[0] in PARTS.values()] == [[name, *"–––"] for name in PARTS.values()]
    one = str(tt.decompose(TOY, np.zeros((3, 1, 2)), [[0.0, 0.0], [0.1, 0.0], [0.3, 0.0]])._repr_html_())
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in one.split("<tr>")]
    silent = tt.decompose(TOY, np.zeros((3, 1, 2)), [[0.0, 0.0], [0.1, 0.0], [0.3, 0.0]]).bias_cost.sum(-1)
    assert next(row for row in rows if row and row[0] == "bias cost")[1:] == [show(float(x)) for x in silent]
