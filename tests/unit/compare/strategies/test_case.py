"""A case: unpacks, prints as code that makes it again, refuses what does not fit, and bounds its own rounding."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import given, settings
from hypothesis import strategies as st
from toytoy.compare import strategies
from toytoy.compare.strategies import Case

NAMES = {name: getattr(tt, name) for name in tt.__all__ if name[0].isupper()} | {"Case": Case, "Fraction": Fraction}
TWO = tt.Problem(n_features=2, n_hidden=1, density=0.5)


def plain(case: Case) -> list[Any]:
    return [case.problem, case.weights.tolist(), case.bias.tolist()]


@given(strategies.cases(strategies.problems(laws=strategies.LAWS, activations=strategies.activations(smooth=True))))
def test_what_it_prints_makes_it_again(case: Case) -> None:
    again = eval(repr(case), NAMES)
    assert plain(again) == plain(case)


def test_it_prints_nothing_that_is_left_at_its_default() -> None:
    told = "Case(Problem(n_features=2, n_hidden=1, density=0.5), weights=[[1.0, -1.0]], bias=[0.0, 0.0])"
    assert repr(Case(TWO, [[1, -1]], [0, 0])) == told  # type: ignore[arg-type]
    assert "importance=2.0" in repr(Case(TWO.replace(importance=2.0), [[1, -1]], [0, 0]))  # type: ignore[arg-type]


def test_what_it_unpacks_to_can_be_changed() -> None:
    case = Case(TWO, [[1.0, -1.0]], [0.0, 0.0])  # type: ignore[arg-type]
    _, weights, bias = case
    weights += 1
    bias += 1
    assert plain(case)[1:] == [[[1.0, -1.0]], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("weights", "bias"), [([[1.0]], [0.0]), ([[1.0, np.nan]], [0.0, 0.0]), ([[1.0, 2.0]], [[0.0, 0.0]]), (None, [0.0])]
)
def test_what_does_not_fit_is_refused(weights: Any, bias: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"weights|bias"):
        Case(TWO, weights, bias)


@settings(deadline=None)
@given(strategies.cases(), st.integers(0, 2**16))
def test_roundings_of_the_weights_stay_far_within_the_bound(case: Case, seed: int) -> None:
    """Every weight and bias is moved by a rounding; the loss by a fiftieth of the bound at most: two roundings."""
    problem, weights, bias = case
    rng = np.random.default_rng(seed)
    weights *= 1 + np.finfo(float).eps * rng.choice([-1, 1], weights.shape)
    bias *= 1 + np.finfo(float).eps * rng.choice([-1, 1], bias.shape)
    assert abs(tt.loss(problem, weights, bias) - tt.loss(*case)) <= 0.02 * case.rounding()


def test_the_bound_is_small() -> None:
    """A bound that allows everything would test nothing."""
    widest = Case(tt.Problem(n_features=4, n_hidden=4, density=1.0, importance=10.0), np.full((4, 4), 2.0), np.ones(4))
    assert widest.rounding() < 1e-8
    assert Case(TWO, np.ones((1, 2)), np.zeros(2)).rounding() < 1e-12
