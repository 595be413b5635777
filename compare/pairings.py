"""Any two maps of one grid set side by side, without a verdict: same regimes, losses, boundaries."""

from __future__ import annotations

from itertools import product

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from .confusion import confusion, kappa
from .distance import BoundaryDistance
from .proportions import wilson

Array = NDArray[np.float64]
Distances = dict[tuple[str, str], tuple[BoundaryDistance, ...]]
PAIR = ("first", "second")
REGIMES = ("regime", "other_regime")


def pair_table(maps: xr.Dataset, distances: Distances) -> xr.Dataset:
    """Compare every map with every other.

    Losses decide nothing here, as no margin says which difference matters: they are set side by side.

    Parameters
    ----------
    maps : xarray.Dataset
        Dims (map, density, importance); variables regime, loss, loss_error.
    distances : dict of tuple of BoundaryDistance
        By the names of both maps, in the order of `maps`, for every pair of two.

    Returns
    -------
    xarray.Dataset
        Dims (first, second), both the names of the maps. Variables:

        - same: cells with the same regime; share, low, high: their share and Wilson's 95 % interval.
        - kappa, kappa_low, kappa_high: Cohen's, see `toytoy.compare.confusion`.
        - gap_median, gap_largest: of |L - L'| relative to the smaller loss; gap_error: of the largest.
        - lower: cells in which the first's loss lies below the second's by more than both errors.
        - boundary_median, boundary_largest: decades of r, of the boundary that is furthest off; boundary_error: of the
          largest; boundary_shared, boundary_unmatched: densities, over all boundaries. Of a map with itself 0.
        - confusion: cells by regime, with the two more dims (regime, other_regime): of the first, and of the second.
    """
    names = [str(name) for name in maps["map"].values]
    rows = [_row(maps, a, b, _apart(distances, a, b)) for a, b in product(names, repeat=2)]
    shape = (len(names), len(names))
    columns = {name: (PAIR, np.array([row[name] for row in rows]).reshape(shape)) for name in rows[0]}
    tables = [confusion(*_labels(maps, a, b), REGIMES) for a, b in product(names, repeat=2)]
    regimes = tables[0]["regime"].values
    counts = np.array([table.values for table in tables]).reshape(*shape, *tables[0].shape)
    coords = {"first": names, "second": names, "regime": regimes, "other_regime": regimes}
    return xr.Dataset(columns | {"confusion": ((*PAIR, *REGIMES), counts)}, coords)


def _labels(maps: xr.Dataset, a: str, b: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    one, other = (maps.regime.sel(map=name).values.astype(object) for name in (a, b))
    return one, other


def _apart(distances: Distances, a: str, b: str) -> tuple[BoundaryDistance, ...]:
    return distances[(a, b) if (a, b) in distances else (b, a)] if a != b else ()


def _row(maps: xr.Dataset, a: str, b: str, apart: tuple[BoundaryDistance, ...]) -> dict[str, float]:
    one, other = _labels(maps, a, b)
    same, total = int((one == other).sum()), one.size
    low, high = wilson(same, total)
    found = kappa(confusion(one, other))
    regimes = {"same": same, "share": same / total, "low": float(low), "high": float(high)}
    kappas = {"kappa": found.value, "kappa_low": found.low, "kappa_high": found.high}
    return regimes | kappas | _losses(maps.sel(map=a), maps.sel(map=b)) | _boundaries(apart, a == b)


def _losses(one: xr.Dataset, other: xr.Dataset) -> dict[str, float]:
    loss, there = one.loss.values, other.loss.values
    errors = one.loss_error.values + other.loss_error.values
    least = np.minimum(loss, there)
    with np.errstate(divide="ignore", invalid="ignore"):  # losses of zero have no relative difference
        gap, error = np.abs(loss - there) / least, errors / least
    worst = int(np.argmax(gap))  # the first NaN, if there is one
    return {
        "gap_median": float(np.median(gap)),
        "gap_largest": float(gap.ravel()[worst]),
        "gap_error": float(error.ravel()[worst]),
        "lower": int((loss < there - errors).sum()),
    }


def _boundaries(apart: tuple[BoundaryDistance, ...], itself: bool) -> dict[str, float]:
    counts = {f"boundary_{name}": sum(getattr(each, f"n_{name}") for each in apart) for name in ("shared", "unmatched")}
    met = [each for each in apart if each.n_shared]
    nothing = 0.0 if itself else float("nan")
    furthest = max(met, key=lambda each: each.largest, default=None)
    return {
        "boundary_median": max((each.median for each in met), default=nothing),
        "boundary_largest": furthest.largest if furthest else nothing,
        "boundary_error": furthest.error if furthest else nothing,
    } | counts
