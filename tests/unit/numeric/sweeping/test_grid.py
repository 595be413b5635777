"""The grid: cells in C order, plain values, seeds of cells, and clear refusals."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.numeric.sweeping.grid import cell_seed, grid_of


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_cells_run_in_c_order(shape: list[int]) -> None:
    axes = {f"axis{k}": np.arange(count) * 0.5 for k, count in enumerate(shape)}
    grid = grid_of(axes)
    wanted = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    assert [grid.cell(i) for i in range(grid.size)] == wanted
    assert (grid.shape, grid.size) == (tuple(shape), len(wanted))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], int),
        (np.array([1, 2], np.uint8), int),
        ([1, 2.5], float),
        (np.array([0.5, 1], np.float32), float),
        (["a", "b"], str),
        ([True, False], bool),
        (range(3), int),
        ((0.1, np.inf), float),
        (np.array(["a", "b"], dtype=object), str),  # as pandas holds words
        (np.ma.array([1.0, 2.0]), float),
    ],
)
def test_functions_get_plain_values(values: Any, kind: type) -> None:
    grid = grid_of({"x": values})
    assert {type(grid.cell(i)["x"]) for i in range(grid.size)} == {kind}
    assert [grid.cell(i)["x"] for i in range(grid.size)] == list(values)


def test_the_callers_array_may_change_afterwards() -> None:
    values = np.array([1.0, 2.0])
    grid = grid_of({"x": values})
    values[0] = 7
    assert grid.cell(0) == {"x": 1.0}


@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (None, TypeError, "must map names"),
        ([("x", [1])], TypeError, "must map names"),
        ({}, ValueError, "at least one axis"),
        ({1: [1]}, TypeError, "the name 1"),
        ({"": [1]}, TypeError, "the name ''"),
        ({"a/b": [1]}, TypeError, "the name 'a/b'"),
        ({".": [1]}, TypeError, "the name '.'"),
        ({"a\0": [1]}, TypeError, "the name 'a"),
        ({"\ud800": [1]}, TypeError, "the name '"),
        ({"error": [1]}, ValueError, "'error'"),
        ({"x": []}, ValueError, r"got \[\] of shape \(0,\)"),
        ({"x": 3}, ValueError, r"got 3 of shape \(\)"),
        ({"x": "abc"}, ValueError, r"got 'abc' of shape \(\)"),
        ({"x": {1, 2}}, ValueError, "one-dimensional"),
        ({"x": [[1, 2]]}, ValueError, r"shape \(1, 2\)"),
        ({"x": [[1], [1, 2]]}, ValueError, "one-dimensional"),
        ({"x": [1, "a"]}, TypeError, "all numbers"),
        ({"x": ["a\0"]}, ValueError, "a file can hold"),
        ({"x": ["\ud800"]}, ValueError, "a file can hold"),
        ({"x": [1, None]}, TypeError, "all numbers"),
        ({"x": [True, 2]}, TypeError, "all numbers"),
        ({"x": (0.5, np.True_)}, TypeError, "all numbers"),
        ({"x": np.array(["a", 1], dtype=object)}, TypeError, "all numbers"),
        ({"x": np.ma.array([1, 2], mask=[True, False])}, ValueError, "masked"),
        ({"x": [1j]}, TypeError, "all numbers"),
        ({"x": [Fraction(1, 2)]}, TypeError, "all numbers"),
        ({"x": [10**30]}, TypeError, "all numbers"),
        ({"x": [2**63]}, ValueError, r"below 2\*\*63"),
        ({"x": np.array(["2020-01-01"], "M8[D]")}, TypeError, "all numbers"),
        ({"x": [1, np.nan]}, ValueError, "NaN"),
        ({"x": [1, 2, 1]}, ValueError, "repeat"),
    ],
)
def test_bad_grids_are_refused_in_a_sentence(bad: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as refused:
        grid_of(bad)
    assert "\n" not in str(refused.value)


def test_a_seed_belongs_to_the_values_of_a_cell() -> None:
    cell = {"density": 0.1, "importance": 2.0}
    assert cell_seed(0, cell) == cell_seed(0, dict(reversed(cell.items())))
    assert cell_seed(0, cell) == cell_seed(0, {"density": 0.1, "importance": 2})
    others = [
        cell_seed(1, cell),
        cell_seed(0, cell | {"density": 0.2}),
        cell_seed(0, {"density": 2.0, "importance": 0.1}),
    ]
    assert len({cell_seed(0, cell), *others}) == 4


def test_seeds_fill_their_range() -> None:
    seeds = np.array([cell_seed(0, {"k": k}) for k in range(1000)], dtype=float) / 2.0**63
    assert len(set(seeds)) == 1000
    spread = 1 / np.sqrt(12 * 1000)  # standard error of a mean of uniform numbers
    assert abs(seeds.mean() - 0.5) < 5 * spread
    assert 0 <= seeds.min() < 0.01
    assert 0.99 < seeds.max() < 1
