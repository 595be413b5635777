"""Which regime stands where the reference has which: counts, shares of each row, and Cohen's kappa."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..analytic.regime import Regime
from .proportions import wilson

Labels = NDArray[np.object_]


class Kappa(NamedTuple):
    """Cohen's kappa and its interval: 1 is full agreement, 0 what chance gives, NaN undefined."""

    value: float
    low: float
    high: float


def confusion(reference: Labels, other: Labels, dims: tuple[str, str] = ("optimum", "other")) -> xr.DataArray:
    """Count cells by regime: the reference's along the first dimension, the other's along the second.

    Raises
    ------
    ValueError
        If shapes differ, or a label is no regime.
    """
    names = [str(regime) for regime in Regime]
    strangers = ({str(label) for labels in (reference, other) for label in np.ravel(labels)}) - {*names}
    if np.shape(reference) != np.shape(other) or strangers:
        shapes = f"shapes {np.shape(reference)} and {np.shape(other)}"
        raise ValueError(f"labels must be regimes of the same cells, got {shapes}, strange labels {sorted(strangers)}")
    counts = [[int(((reference == row) & (other == column)).sum()) for column in names] for row in names]
    return xr.DataArray(counts, dict.fromkeys(dims, names), dims, "cells")


def row_shares(counts: xr.DataArray) -> xr.Dataset:
    """Give the shares within each row of a confusion matrix, with Wilson's 95 % intervals.

    Of the cells in which the reference has one regime: what share has which in the other map.

    Parameters
    ----------
    counts : DataArray of int, shape (k, k)
        As `confusion` gives it.

    Returns
    -------
    xarray.Dataset
        Variables cells, share, low, high. In a row without cells the share is NaN, and nothing is excluded: 0 to 1.

    Raises
    ------
    ValueError
        If there is no cell at all, or a count is negative or no whole number.

    Examples
    --------
    >>> import xarray as xr
    >>> from toytoy.compare.confusion import row_shares
    >>> found = row_shares(xr.DataArray([[9, 1], [0, 0]], dims=("optimum", "other")))
    >>> found.share.values.tolist(), found.low.values.round(3).tolist()
    ([[0.9, 0.1], [nan, nan]], [[0.596, 0.018], [0.0, 0.0]])
    """
    table = _counts(counts)
    totals = np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape)
    filled = totals > 0
    ends = np.tile([0.0, 1.0], (*table.shape, 1))
    ends[filled] = wilson(table[filled], totals[filled])
    share = np.where(filled, table / np.maximum(totals, 1), np.nan)
    columns = {"cells": table, "share": share, "low": ends[..., 0], "high": ends[..., 1]}
    return xr.Dataset({name: (counts.dims, values) for name, values in columns.items()}, counts.coords)


def kappa(counts: xr.DataArray) -> Kappa:
    """Measure how much more often two maps agree than their regimes' frequencies alone would make them.

    κ = (p_o - p_e)/(1 - p_e), :eq:`cohen-kappa`: p_o is the share of cells with the same regime, and p_e what it
    would be if each map kept its frequencies and dealt them out at random. The interval puts both ends of Wilson's
    95 % interval of p_o in its place, :eq:`kappa-interval`, cut at -1, which kappa never falls below: where nearly
    all cells agree, it covers kappa as promised, and the usual standard error does not.

    Parameters
    ----------
    counts : DataArray of int, shape (k, k)

    Returns
    -------
    Kappa
        NaN if both maps have one and the same regime throughout: agreement says nothing then.

    Raises
    ------
    ValueError
        If there is no cell, or a count is negative or no whole number.

    References
    ----------
    Cohen 1960, "A coefficient of agreement for nominal scales".

    Examples
    --------
    >>> import xarray as xr
    >>> from toytoy.compare.confusion import kappa
    >>> [round(x, 2) for x in kappa(xr.DataArray([[45, 15], [25, 15]], dims=("a", "b")))]
    [0.13, -0.08, 0.33]
    """
    table = _counts(counts)
    total = int(table.sum())
    agreed = int(np.trace(table))
    chance = float((table.sum(axis=1) / total) @ (table.sum(axis=0) / total))
    if agreed == total and np.count_nonzero(table) == 1:
        return Kappa(np.nan, np.nan, np.nan)
    low, high = wilson(agreed, total)
    value, least, most = ((float(share) - chance) / (1 - chance) for share in (agreed / total, low, high))
    return Kappa(value, max(least, -1.0), most)


def _counts(counts: xr.DataArray) -> NDArray[np.int64]:
    table = np.asarray(counts.values)
    square = table.ndim == 2 and table.shape[0] == table.shape[1]
    if not square or table.dtype.kind not in "iu" or (table < 0).any() or not table.sum():
        raise ValueError(f"counts must be whole numbers of cells, k by k and not all 0, got {table.tolist()}")
    return table
