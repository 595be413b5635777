"""Merging: tiles in any order give one data set, with gaps where cells failed."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.merge import dimensions, merged
from toytoy.numeric.sweeping.outcome import Failure, Values
from toytoy.numeric.sweeping.tile import tile_of

GRID = grid_of({"x": [0.5, 1.5, 2.5, 3.5], "y": ["a", "b", "c"]})


def outcome(cell: int, failed: bool) -> Values | Failure:
    if failed:
        return Failure(f"error {cell}", f"trace {cell}")
    number: Any = cell if cell % 2 else cell / 7
    return {"n": np.array(number), "whole": np.array(cell), "w": np.array("w" * cell), "a": np.full((2, 1), cell)}


@given(st.lists(st.booleans(), min_size=12, max_size=12), st.sets(st.integers(1, 11)), st.randoms())
def test_the_parting_into_tiles_does_not_matter(failed: list[bool], cuts: set[int], chance: Any) -> None:
    if all(failed):
        failed[3] = False
    outcomes = [(cell, outcome(cell, fails)) for cell, fails in enumerate(failed)]
    ends = [0, *sorted(cuts), 12]
    tiles = [tile_of(GRID, outcomes[a:b]) for a, b in itertools.pairwise(ends)]
    chance.shuffle(tiles)
    whole, parts = merged(GRID, [tile_of(GRID, outcomes)], {}), merged(GRID, tiles, {})
    xr.testing.assert_identical(whole, parts)
    assert [whole[name].dtype for name in whole] == [parts[name].dtype for name in parts]
    assert list(whole) == list(parts) == ["n", "whole", "w", "a", "error", "traceback"]
    for cell, (_, result) in enumerate(outcomes):
        here = parts.isel(x=cell // 3, y=cell % 3)
        if isinstance(result, Failure):
            assert (str(here.error.values), str(here.traceback.values)) == result
            assert np.isnan([here.n, here.whole, *here.a.values.ravel()]).all()
            assert str(here.w.values) == ""
        else:
            assert here.error == here.traceback == ""
            assert (float(here.n), int(here.whole), str(here.w.values)) == (float(result["n"]), cell, "w" * cell)
            assert here.a.values.tolist() == [[cell], [cell]]


def test_coordinates_attributes_and_names() -> None:
    found = merged(GRID, [tile_of(GRID, [(cell, outcome(cell, False)) for cell in range(12)])], {"seed": 3})
    assert found.x.values.tolist() == [0.5, 1.5, 2.5, 3.5]
    assert found.y.values.tolist() == ["a", "b", "c"]
    assert found.attrs == {"seed": 3}
    assert found.a.dims == ("x", "y", "a_0", "a_1")
    assert found.whole.dtype == np.int64


def test_all_failing_is_an_error_with_the_first_trace() -> None:
    with pytest.raises(RuntimeError, match=r"all 12 cells failed, the first, at x=0.5, y='a': error 0") as refused:
        merged(GRID, [tile_of(GRID, [(cell, outcome(cell, True)) for cell in range(12)])], {})
    assert refused.value.__notes__ == ["trace 0"]


@pytest.mark.parametrize("schema", [{"a": (2,), "a_0": ()}, {"x": (2,)}])
def test_names_that_are_taken_are_refused(schema: dict[str, tuple[int, ...]]) -> None:
    grid = grid_of({"x_0": [1]})
    with pytest.raises(ValueError, match="must name the axis of"):
        dimensions(grid, {name: (False, shape) for name, shape in schema.items()})


def test_what_has_no_name_of_its_own_leaves_value_to_no_axis() -> None:
    with pytest.raises(ValueError, match=r"axis other than 'value'.*return a dict"):
        dimensions(grid_of({"value": [1]}), {"value": (False, ())})
