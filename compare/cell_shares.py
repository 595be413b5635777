"""Shares of a map's cells, with three intervals: of sampling, of resolution, and of correlated cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from .effective import effective_number
from .proportions import score_interval, wilson

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def cell_shares(names: xr.DataArray, over: Sequence[str]) -> xr.Dataset:
    """Give the share of cells of each name, and how far to trust it.

    Two deterministic maps have an exact share of cells; an interval is about something else that it stands for.

    - `low`, `high`: Wilson's 95 % interval. Of the part of the window that the name holds, as if cells had been
      drawn from it at random. A regular grid does better than that; models trained on samples, one draw a cell, do
      about as well.
    - `inner`, `outer`: the share of cells of that name all of whose neighbors have it too, and of those that have it or
      a neighbor that does. The part of the window lies between them, if nothing hides between cells.
    - `effective`: the number of independent cells that these correlated ones are worth, and `effective_low`,
      `effective_high` the interval from that number: of what such maps show elsewhere, if this one is typical. NaN
      where all cells are alike.

    Parameters
    ----------
    names : DataArray of str, dims (density, importance)
    over : sequence of str
        The names to count; a cell of none of them counts in the total alone.

    Returns
    -------
    xarray.Dataset
        Dim status; variables cells, share, and those above.

    Raises
    ------
    ValueError
        If there is no cell.

    Examples
    --------
    >>> import numpy as np, xarray as xr
    >>> from toytoy.compare.cell_shares import cell_shares
    >>> names = xr.DataArray(np.where(np.tri(8), "agrees", "not_reached"), dims=("density", "importance"))
    >>> found = cell_shares(names, ["agrees"]).sel(status="agrees").round(2)
    >>> [float(found[name]) for name in ("share", "low", "high", "inner", "outer", "effective", "effective_low")]
    [0.56, 0.44, 0.68, 0.44, 0.67, 3.53, 0.17]
    """
    if not names.size:
        raise ValueError(f"names must have cells to be counted, got dims {dict(names.sizes)}; compare larger grids")
    rows = [_row(np.asarray(names.values == name)) for name in over]
    columns = {key: ("status", [row[key] for row in rows]) for key in rows[0]}
    return xr.Dataset(columns, {"status": [str(name) for name in over]})


def _row(held: Flags) -> dict[str, float]:
    count, total = int(held.sum()), held.size
    low, high = wilson(count, total)
    number = effective_number(held)
    fewer = score_interval(count / total * number, number) if np.isfinite(number) else np.array([np.nan, np.nan])
    return {
        "cells": count,
        "share": count / total,
        "low": float(low),
        "high": float(high),
        "inner": 1 - float(spread(~held).mean()),
        "outer": float(spread(held).mean()),
        "effective": number,
        "effective_low": float(fewer[0]),
        "effective_high": float(fewer[1]),
    }


def spread(held: Flags) -> Flags:
    """Add the cells next to those that are held, along both axes."""
    grown = held.copy()
    grown[1:] |= held[:-1]
    grown[:-1] |= held[1:]
    grown[:, 1:] |= held[:, :-1]
    grown[:, :-1] |= held[:, 1:]
    return grown
