"""Tiles put together: one labelled data set, the same whoever computed what, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .grid import Grid
from .tile import Schema, Tile

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[Any]


def dimensions(grid: Grid, schema: Schema) -> dict[str, tuple[str, ...]]:
    """Name the dimensions of every variable: the grid's, then value_0, value_1, … of arrays called value.

    Raises
    ------
    ValueError
        If such a name is taken.
    """
    own = {name: tuple(f"{name}_{axis}" for axis in range(len(shape))) for name, (_, shape) in schema.items()}
    for name in schema:
        if name in grid.names:  # a mapping's names were checked before, with the cell
            raise ValueError(
                f"grid must name an axis other than {name!r}, which is the result; return a dict, or rename it"
            )
    taken = {*grid.names, *schema}
    for name, dims in own.items():
        for dim in dims:
            if dim in taken:
                raise ValueError(
                    f"{dim} must name the axis of {name}, got it as the name of another; rename one of them"
                )
    return {name: (*grid.names, *dims) for name, dims in own.items()}


def merged(grid: Grid, tiles: Iterable[Tile], attributes: Mapping[str, Any]) -> xr.Dataset:
    """Lay tiles that cover the grid out along its axes; failed cells hold NaN or an empty word.

    Raises
    ------
    RuntimeError
        If every cell failed.
    """
    import xarray as xr

    tiles = sorted(tiles, key=lambda tile: tile.cells[0])
    good = [tile for tile in tiles if tile.values]
    failures = {cell: failure for tile in tiles for cell, failure in tile.failures.items()}
    if not good:
        first = min(failures)
        error = RuntimeError(
            f"all {grid.size} cells failed, the first, at {grid.describe(first)}: {failures[first].error}"
        )
        error.add_note(failures[first].traceback)
        raise error
    dims = dimensions(grid, good[0].schema)
    variables = {name: (dims[name], _laid_out(grid, good, name, bool(failures))) for name in good[0].values}
    for what in ("error", "traceback"):
        words = np.full(grid.size, "", dtype=object)
        for cell, failure in failures.items():
            words[cell] = getattr(failure, what)
        variables[what] = (grid.names, words.reshape(grid.shape))
    return xr.Dataset(variables, dict(zip(grid.names, grid.values, strict=True)), dict(attributes))


def _laid_out(grid: Grid, tiles: list[Tile], name: str, gaps: bool) -> Array:
    """Fill one variable's array; whole numbers become floats where a cell is missing."""
    stacks = [tile.values[name] for tile in tiles]
    kind = np.result_type(*(stack.dtype for stack in stacks))
    if gaps and kind.kind in "bi":
        kind = np.dtype(float)
    laid_out = np.full((grid.size, *stacks[0].shape[1:]), "" if kind.kind == "U" else np.nan if gaps else 0, dtype=kind)
    for tile, stack in zip(tiles, stacks, strict=True):
        laid_out[list(tile.good)] = stack
    return laid_out.reshape(*grid.shape, *laid_out.shape[1:])
