"""Streams belong to seed, problem, instance and use, and to nothing else."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.streams import DATA, INITIAL, streams

PROBLEM = tt.Problem.toy(2, importance=0.5, density=0.25)


def first(problem: tt.Problem, seed: int = 0, n_instances: int = 1, use: int = DATA) -> Any:
    return np.array([generator.random(4) for generator in streams(problem, seed, n_instances, use)])


def test_an_instance_does_not_depend_on_how_many_there_are() -> None:
    np.testing.assert_array_equal(first(PROBLEM, n_instances=2), first(PROBLEM, n_instances=5)[:2])


def test_equal_problems_share_a_stream_however_their_numbers_are_written() -> None:
    same = tt.Problem(n_features=2, n_hidden=1, density=Fraction(1, 4), importance=(1, Fraction(1, 2)))
    np.testing.assert_array_equal(first(PROBLEM), first(same))


@pytest.mark.parametrize(
    "other",
    [
        first(PROBLEM, seed=1),
        first(PROBLEM, use=INITIAL),
        first(PROBLEM, n_instances=2)[1:],
        first(PROBLEM.replace(density=0.5)),
        first(PROBLEM.replace(importance=(0.5, 1.0))),
        first(PROBLEM.replace(activation="abs")),
        first(PROBLEM.replace(activation=tt.LeakyReLU(slope=0.1))),
    ],
)
def test_everything_else_has_another_stream(other: Any) -> None:
    assert (first(PROBLEM) != other).all()
