"""Tiles: stacked and joined in the order of cells; read as written, and refused after any change of their bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.outcome import Failure, Values
from toytoy.numeric.sweeping.tile import Corrupted, Disagree, Tile, decode, encode, joined, tile_of

GRID = grid_of({"x": np.arange(12)})


def outcome(cell: int, failed: bool) -> Values | Failure:
    """Make the outcome of a cell."""
    if failed:
        return Failure(f"error {cell}", f"trace\nof {cell}")
    return {"value": np.array(cell / 3), "pair": np.array([cell, -cell]), "word": np.array("w" * cell)}


def same(one: Tile, other: Tile) -> bool:
    """Compare all that tiles hold."""
    stacks = [(name, stack.dtype.kind, stack.tolist()) for name, stack in one.values.items()]
    others = [(name, stack.dtype.kind, stack.tolist()) for name, stack in other.values.items()]
    return (one.cells, one.failures, stacks) == (other.cells, other.failures, others)


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(1, 12))
def test_tiles_are_read_as_written_and_joined_as_if_never_parted(failed: list[bool], size: int) -> None:
    outcomes = [(cell, outcome(cell, fails)) for cell, fails in enumerate(failed)]
    whole = tile_of(GRID, outcomes)
    assert whole.good == tuple(cell for cell, fails in enumerate(failed) if not fails)
    assert same(decode(encode(whole, "s"), "s"), whole)
    parts = [tile_of(GRID, outcomes[i : i + size]) for i in range(0, len(failed), size)]
    assert same(joined(GRID, reversed(parts)), whole)


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        (
            {"a": np.zeros(2)},
            {"a": np.zeros(3)},
            r"of shape \(2,\) at x=0, and a as numbers of shape \(3,\)",
        ),
        ({"a": np.array(1)}, {"a": np.array("w")}, "a as one of numbers at x=0, and a as one of strings at x=1"),
        ({"a": np.array(1)}, {"b": np.array(1)}, "the names a at x=0, and the names b at x=1"),
        ({"a": np.array(1)}, {"a": np.array(1), "b": np.array(1)}, "the names a at x=0, and the names a, b"),
    ],
)
def test_cells_that_do_not_fit_are_named(one: Any, other: Any, says: str) -> None:
    with pytest.raises(Disagree, match=says):
        tile_of(GRID, [(0, one), (1, other)])
    with pytest.raises(Disagree, match=says):
        joined(GRID, [tile_of(GRID, [(1, other)]), tile_of(GRID, [(0, one)])])


def test_integers_and_floats_fit() -> None:
    found = tile_of(GRID, [(0, {"a": np.array(1)}), (1, {"a": np.array(0.5)}), (2, {"a": np.array(True)})])
    assert found.values["a"].tolist() == [1, 0.5, 1]


WRITTEN = encode(tile_of(GRID, [(cell, outcome(cell, cell == 1)) for cell in range(3)]), "s")


@given(st.integers(0, len(WRITTEN) - 1), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, change: int) -> None:
    torn = bytearray(WRITTEN)
    torn[place] ^= change
    with pytest.raises(Corrupted):
        decode(bytes(torn), "s")


@given(st.integers(0, len(WRITTEN) - 1))
def test_any_missing_end_is_noticed(length: int) -> None:
    with pytest.raises(Corrupted):
        decode(WRITTEN[:length], "s")


def test_another_sweeps_tile_is_refused() -> None:
    with pytest.raises(Corrupted, match="another sweep"):
        decode(WRITTEN, "t")
