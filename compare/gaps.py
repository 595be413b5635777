"""Quantiles of losses above the optimum's, against a scale: the optimum's loss, or what another regime costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from ..analytic.domain import short

Array = NDArray[np.float64]
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
ALL = "all"
DIMS = ("of", "quantile")


def gap_quantiles(
    excess: ArrayLike,
    error: ArrayLike,
    scale: ArrayLike,
    scale_error: ArrayLike,
    status: NDArray[np.str_],
    over: Sequence[str] = (),
) -> xr.Dataset:
    """Give quantiles of excess / scale over all cells, and over those of some statuses, with what is known of them.

    Where a scale is no larger than its own error the ratio says nothing: those cells are counted in `unscaled`, and
    left out. A quantile rises with every value it is taken of, so that those of the least and of the largest ratios
    that both errors allow enclose it, :eq:`gap-enclosure`.

    Parameters
    ----------
    excess, error : array, shape (d, r)
        Loss above the optimum's, and both rounding errors.
    scale, scale_error : array, shape (d, r), >= 0
    status : array of str, shape (d, r)
    over : sequence of str
        The statuses to part.

    Returns
    -------
    xarray.Dataset
        Dims (of, quantile): of "all", and of each status. Variables value; low, high: the enclosure by
        errors; sampled_low, sampled_high: order statistics that hold the quantile of the window with 95 %, for cells
        drawn from it at random (infinite where they are too few); cells: how many have a scale; unscaled. NaN where
        no cell has one, or an excess is not finite.

    Raises
    ------
    ValueError
        If shapes differ, there is no cell, or an error or a scale is negative.

    Examples
    --------
    >>> import numpy as np
    >>> from toytoy.compare.gaps import gap_quantiles
    >>> status = np.array([["agrees", "agrees", "not_reached"]])
    >>> found = gap_quantiles([[0.0, 0.1, 0.3]], [[0.01] * 3], [[0.1, 0.1, 0.0]], [[0.0, 0.0, 1e-9]], status)
    >>> median = found.sel(of="all", quantile=0.5)
    >>> [round(float(median[name]), 3) for name in ("value", "low", "high", "cells", "unscaled")]
    [0.5, 0.4, 0.6, 2.0, 1.0]
    """
    x, e, s, d = (np.asarray(values, dtype=float) for values in (excess, error, scale, scale_error))
    if {each.shape for each in (x, e, s, d)} != {status.shape} or not status.size:
        shapes = [each.shape for each in (x, e, s, d, status)]
        raise ValueError(f"excess, error, scale, scale_error and status must be of the same cells, got shapes {shapes}")
    for name, values in (("error", e), ("scale", s), ("scale_error", d)):
        if (values < 0).any():
            raise ValueError(f"{name} must not be negative, got {name}={short(float(values.min()))}; check its sign")
    scaled = s - d > 0
    ratio, low, high = _ratios(*(each[scaled] for each in (x, e, s, d)))
    names = [ALL, *map(str, over)]
    rows = []
    for name in names:
        here = (status == name) | (name == ALL)
        at = here[scaled]
        rows.append(_row(ratio[at], low[at], high[at], int((here & ~scaled).sum())))
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    variables = {name: (DIMS[: values.ndim], values) for name, values in columns.items()}  # counts have no quantile
    return xr.Dataset(variables, {"of": names, "quantile": list(QUANTILES)})


def _ratios(x: Array, e: Array, s: Array, d: Array) -> tuple[Array, Array, Array]:
    """Give x/s, and the least and the largest quotient within both errors."""
    least, most = x - e, x + e
    return x / s, np.minimum(least / (s + d), least / (s - d)), np.maximum(most / (s - d), most / (s + d))


def _row(ratio: Array, low: Array, high: Array, unscaled: int) -> dict[str, Array | int]:
    known = ratio.size > 0 and bool(np.isfinite(ratio).all())
    unknown = np.full(len(QUANTILES), np.nan)
    value, below, above = (np.quantile(each, QUANTILES) if known else unknown for each in (ratio, low, high))
    ends = order_statistics(ratio) if known else (unknown, unknown)
    found: dict[str, Array | int] = {"value": value, "low": below, "high": above}
    return found | {"sampled_low": ends[0], "sampled_high": ends[1], "cells": ratio.size, "unscaled": unscaled}


def order_statistics(values: Array) -> tuple[Array, Array]:
    """Give for each quantile the order statistics that hold it with 95 %; the ends of a law are never known."""
    from .training.quantiles import quantile

    inner = [quantile(values, q) if 0 < q < 1 else None for q in QUANTILES]
    low = [-np.inf if each is None else each.low for each in inner]
    high = [np.inf if each is None else each.high for each in inner]
    return np.array(low), np.array(high)
