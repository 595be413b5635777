"""Weights: every degeneracy among them, at it and beside it; simple when they shrink."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from toytoy.compare import strategies
from toytoy.compare.strategies.degenerate import DEGENERACIES, TINY

from tests.unit.compare.strategies.test_degenerate import THERE

TOY = tt.Problem.toy(3, density=0.5)
quick = settings(max_examples=5000, deadline=None, database=None, phases=(Phase.generate,))  # rare: no shrinking


@given(st.data())
def test_they_fit_their_problem(data: st.DataObject) -> None:
    problem = data.draw(strategies.problems())
    weights = data.draw(strategies.weights(problem))
    assert weights.shape == (problem.n_hidden, problem.n_features)
    assert np.isfinite(weights).all()


@pytest.mark.parametrize("kind", DEGENERACIES)
def test_every_degeneracy_is_drawn(kind: str) -> None:
    find(strategies.weights(TOY), THERE[kind], settings=quick)


def test_weights_without_any_are_drawn() -> None:
    find(strategies.weights(TOY), lambda w: not any(there(w) for there in THERE.values()), settings=quick)


@pytest.mark.parametrize("size", [1e-9, 1e-6, 1e-3])
def test_they_are_displaced_by_little(size: float) -> None:
    def beside(weights: Any) -> bool:
        gaps = np.abs(weights[:, 0] - weights[:, 1]).max(), np.abs(weights[:, 0] - weights[:, 2]).max()
        return any(abs(gap - size) <= 1e-6 * size for gap in gaps)

    find(strategies.degenerate_weights(TOY, ["equal columns"]), beside, settings=quick)


def test_regimes_change_across_a_boundary() -> None:
    drawn = strategies.degenerate_weights(TOY, ["length on a boundary"])
    for regime in ("not_represented", "superposed", "dedicated"):
        find(drawn.map(lambda w: tt.regimes(w, tolerance=0.01)[0]), regime.__eq__, settings=quick)


def test_failures_shrink_to_what_can_be_read() -> None:
    weights = find(strategies.weights(TOY), lambda w: bool((w[0] > 0).all()))
    assert set(weights.ravel()) <= {0.0, 0.5, 1.0, TINY}  # never a number of many digits
    pair = find(strategies.weights(TOY), lambda w: bool((w.T @ w)[0, 1] < 0))
    assert np.count_nonzero(pair) == 2
    assert set(np.abs(pair).ravel()) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("kinds", "said"),
    [(["equal colums"], "did you mean 'equal columns'"), (["rank deficient"], "theirs are"), ([], "theirs")],
)
def test_impossible_kinds_are_refused(kinds: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        strategies.degenerate_weights(tt.Problem.toy(2, density=0.5), kinds)


def test_another_thing_than_a_problem_is_refused() -> None:
    with pytest.raises(TypeError, match="problem must be a Problem"):
        strategies.weights(3)  # type: ignore[arg-type]
