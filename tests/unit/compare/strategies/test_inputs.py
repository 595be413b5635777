"""Inputs: possible under the law, corners among them, readable; samples have zeros at the right rate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from hypothesis import find, given, settings
from hypothesis import strategies as st
from toytoy.compare import strategies

TOY = tt.Problem.toy(3, density=0.5)
SIGMAS = 5  # standard errors


@given(st.data(), st.sampled_from(strategies.LAWS))
def test_only_active_sets_of_the_law_are_on(data: st.DataObject, law: Any) -> None:
    problem = data.draw(strategies.problems(3, laws=[law]))
    x = data.draw(strategies.inputs(problem, max_size=2))
    assert x.shape[1:] == (problem.n_features,)
    assert 1 <= len(x) <= 2
    assert ((x >= 0) & (x <= 1)).all()
    active = [set(members) for members, _ in problem.active_sets()]
    for row in x:
        assert any(set(np.flatnonzero(row)) <= members for members in active)


@pytest.mark.parametrize("corner", [(0, 0, 0), (1, 0, 0), (0, 1, 1), (1, 1, 1)])
def test_every_corner_is_drawn(corner: tuple[int, ...]) -> None:
    found = find(strategies.inputs(TOY), lambda x: bool((x == corner).all(axis=1).any()))
    assert found.tolist() == [list(corner)]


@settings(deadline=None, max_examples=20)
@given(strategies.samples(TOY, 10_000))
def test_samples_have_the_law_of_the_problem(x: Any) -> None:
    assert abs((x == 0).mean() - 0.5) <= SIGMAS * 0.5 / 30_000**0.5


def test_samples_are_those_of_a_seed() -> None:
    assert np.array_equal(find(strategies.samples(TOY, 5), lambda x: True), tt.sample(TOY, 5, seed=0))
    assert find(strategies.seeds(), lambda seed: True) == 0


@pytest.mark.parametrize("size", [0, 1.5, None])
def test_other_sizes_are_refused(size: Any) -> None:
    for draw in (strategies.inputs, strategies.samples):
        with pytest.raises((TypeError, ValueError), match="size"):
            draw(TOY, size)
