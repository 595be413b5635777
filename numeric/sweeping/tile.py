"""A tile: what some cells of a sweep gave, stacked; joined with others, and written as bytes that check themselves."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .outcome import Failure, Values

MAGIC = b"toytoy sweep tile 1\n"
Schema = dict[str, tuple[bool, tuple[int, ...]]]  # name -> (whether words, shape)


class Disagree(ValueError):
    """Two cells returned different names, shapes or kinds."""


class Corrupted(ValueError):
    """Bytes that are no tile, or no longer the one that was written."""


@dataclass
class Tile:
    """Outcomes of some cells.

    Parameters
    ----------
    cells : tuple of int
        Indices, ascending.
    failures : dict, cell -> Failure
    values : dict, name -> array, shape (cells that did not fail, ...)
    """

    cells: tuple[int, ...]
    failures: dict[int, Failure] = field(default_factory=dict)
    values: Values = field(default_factory=dict)

    @property
    def good(self) -> tuple[int, ...]:
        """The cells that have values."""
        return tuple(cell for cell in self.cells if cell not in self.failures)

    @property
    def schema(self) -> Schema:
        """What each of its cells returned."""
        return {name: (stack.dtype.kind == "U", stack.shape[1:]) for name, stack in self.values.items()}


def tile_of(grid: Grid, outcomes: Sequence[tuple[int, Values | Failure]]) -> Tile:
    """Stack what cells gave, in ascending order.

    Raises
    ------
    Disagree
        If two of them do not agree in names, shapes or kinds.
    """
    failures = {cell: outcome for cell, outcome in outcomes if isinstance(outcome, Failure)}
    good = [(cell, outcome) for cell, outcome in outcomes if not isinstance(outcome, Failure)]
    for cell, values in good[1:]:
        check_alike(grid, (good[0][0], _schema(good[0][1])), (cell, _schema(values)))
    names = good[0][1] if good else {}
    stacks = {name: np.stack([values[name] for _, values in good]) for name in names}
    return Tile(tuple(cell for cell, _ in outcomes), failures, stacks)


def joined(grid: Grid, tiles: Iterable[Tile]) -> Tile:
    """Put tiles of different cells together.

    Raises
    ------
    Disagree
        If two of them do not agree in names, shapes or kinds.
    """
    outcomes: list[tuple[int, Values | Failure]] = []
    for tile in tiles:
        outcomes += tile.failures.items()
        outcomes += [(c, {name: stack[k] for name, stack in tile.values.items()}) for k, c in enumerate(tile.good)]
    return tile_of(grid, sorted(outcomes, key=lambda outcome: outcome[0]))


def without(tile: Tile, cells: Iterable[int]) -> Tile:
    """Leave out some of a tile's cells."""
    gone = set(cells)
    kept = [k for k, cell in enumerate(tile.good) if cell not in gone]
    return Tile(
        tuple(cell for cell in tile.cells if cell not in gone),
        {cell: failure for cell, failure in tile.failures.items() if cell not in gone},
        {name: stack[kept] for name, stack in tile.values.items()} if kept else {},
    )


def _schema(values: Values) -> Schema:
    return {name: (array.dtype.kind == "U", array.shape) for name, array in values.items()}


def check_alike(grid: Grid, one: tuple[int, Schema], other: tuple[int, Schema]) -> None:
    """Refuse cells, given with what they returned, that no array can hold together."""
    (a, first), (b, second) = sorted((one, other), key=lambda each: each[0])
    if set(first) != set(second):
        what = [f"the names {', '.join(sorted(names))}" for names in (first, second)]
    else:
        unlike = [name for name in sorted(first) if first[name] != second[name]]
        if not unlike:
            return
        name = unlike[0]
        what = [f"{name} as {_described(*schema[name])}" for schema in (first, second)]
    raise Disagree(
        f"cells must return the same names, shapes and kinds, got {what[0]} at {grid.describe(a)}, "
        f"and {what[1]} at {grid.describe(b)}; pad with NaN, or return what all have"
    )


def _described(words: bool, shape: tuple[int, ...]) -> str:
    kind = "strings" if words else "numbers"
    return f"{kind} of shape {shape}" if shape else f"one of {kind}"


def encode(tile: Tile, sweep: str) -> bytes:
    """Write a tile of a sweep, given by its fingerprint, as bytes that begin with their own checksum."""
    header = {
        "sweep": sweep,
        "cells": [tile.cells[0], tile.cells[-1] + 1],
        "failures": [[cell, *failure] for cell, failure in sorted(tile.failures.items())],
        "names": list(tile.values),
    }
    body = io.BytesIO()
    body.write(json.dumps(header).encode() + b"\n")
    for stack in tile.values.values():
        np.lib.format.write_array(body, np.ascontiguousarray(stack), allow_pickle=False)
    text = body.getvalue()
    return MAGIC + hashlib.sha256(text).hexdigest().encode() + b"\n" + text


def decode(written: bytes, sweep: str) -> Tile:
    """Read what `encode` wrote of the same sweep: a run of cells without gaps.

    Raises
    ------
    Corrupted
        If it is anything else.
    """
    checksum, _, text = written.removeprefix(MAGIC).partition(b"\n")
    if not written.startswith(MAGIC) or hashlib.sha256(text).hexdigest().encode() != checksum:
        raise Corrupted("its checksum does not fit")
    body = io.BytesIO(text)
    header: dict[str, Any] = json.loads(body.readline())
    if header["sweep"] != sweep:
        raise Corrupted("it belongs to another sweep")
    failures = {cell: Failure(*said) for cell, *said in header["failures"]}
    stacks: dict[str, NDArray[Any]] = {
        name: np.lib.format.read_array(body, allow_pickle=False) for name in header["names"]
    }
    return Tile(tuple(range(*header["cells"])), failures, stacks)
