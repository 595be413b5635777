"""Calling: which functions are asked to take what, and which get a seed."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.numeric.sweeping.calling import takes_seed
from toytoy.numeric.sweeping.grid import grid_of

GRID = grid_of({"x": [1, 2], "y": [1, 2]})


class Callable:
    def __call__(self, x: int, y: int, seed: int) -> int:
        return x


def any_names(**given: Any) -> None: ...


@pytest.mark.parametrize(
    ("function", "asks"),
    [
        (lambda x, y: 0, False),
        (lambda y, x: 0, False),
        (lambda x, y, z=1: 0, False),
        (lambda x, y, seed: 0, True),
        (lambda x, y, *, seed: 0, True),
        (lambda x, y, seed=None: 0, True),
        (lambda x, y, seed=0: 0, False),
        (functools.partial(lambda x, y, seed: 0, seed=3), False),
        (functools.partial(lambda x, y, z, seed: 0, z=3), True),
        (lambda x, y, *seed: 0, False),
        (lambda x, y, **seed: 0, False),
        (any_names, False),
        (Callable(), True),
        (dict, False),
    ],
)
def test_who_asks_for_a_seed(function: Any, asks: bool) -> None:
    assert takes_seed(function, GRID) is asks


def test_an_axis_of_seeds_is_no_request() -> None:
    assert takes_seed(lambda x, seed: 0, grid_of({"x": [1], "seed": [1, 2]})) is False


@pytest.mark.parametrize(
    "function",
    [lambda: 0, lambda x: 0, lambda x, y, z: 0, lambda x, y, /: 0, functools.partial(lambda x, y: 0, 1), tt.loss],
)
def test_who_can_not_be_called_is_refused(function: Any) -> None:
    with pytest.raises(TypeError, match=r"must take the grid's names, x, y, as keywords, got .*functools.partial"):
        takes_seed(function, GRID)


@pytest.mark.parametrize("function", [None, 3, "f", np.zeros(2)])
def test_what_is_no_function_is_refused(function: Any) -> None:
    with pytest.raises(TypeError, match="function must be callable, got"):
        takes_seed(function, GRID)
