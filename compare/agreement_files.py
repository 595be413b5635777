"""Agreements on disk: netCDF files whose statistics are computed again from their cells when they are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from ..analytic.solution import Kind
from .distance import BoundaryDistance
from .outputs import writable, write_whole
from .ruling import CELL, statuses
from .seal import seal
from .store import clearly, decode_problem, read_netcdf

if TYPE_CHECKING:
    from .agreement import Agreement

    Make = Callable[[xr.Dataset, tuple[BoundaryDistance, ...]], Agreement]

CONTENT = "agreement of toytoy"
GROUPS = ("cells", "boundaries", "points")
NUMBERS = ("loss", "optimum_loss", "excess", "excess_error", "optimum_error", "margin", "margin_error")
COLUMNS = (*NUMBERS, "regime", "optimum_regime", "sound", "status")
ATTRIBUTES = ("kind", "method", "optimum_method", "tolerance", "problem", "version")
# statistics that are computed again elsewhere may differ by some roundings; what is wrong differs by more
SAME = 1e-9


def gathered(agreement: Agreement) -> xr.Dataset:
    """Put all statistics of an agreement into one data set, their names in front, the verdict in its attributes."""
    parts = {
        "shares": agreement.shares,
        "confusion": agreement.confusion_shares,
        "loss_gap": agreement.loss_gaps,
        "margin_gap": agreement.margin_gaps,
        "boundary": agreement.boundaries,
    }
    renamed = [part.rename_vars({v: f"{name}_{v}" for v in part.data_vars}) for name, part in parts.items()]
    numbers = dict(zip(("kappa", "kappa_low", "kappa_high"), agreement.kappa, strict=True))
    merged: xr.Dataset = xr.merge([*renamed, xr.Dataset({name: ((), value) for name, value in numbers.items()})])
    merged.attrs = {"content": CONTENT, "verdict": agreement.verdict, "agrees": int(agreement.agrees)}
    return merged


def write_agreement(agreement: Agreement, path: str | os.PathLike[str]) -> Path:
    """Write the statistics, and in groups the cells, and the boundaries' points, that they follow from."""
    return write_whole(writable(path), lambda beside: _write(agreement, beside))


def _write(agreement: Agreement, path: Path) -> None:
    agreement.statistics.to_netcdf(path, mode="w", engine="h5netcdf")
    write_cells(agreement, path, "")
    seal(path)


def write_cells(agreement: Agreement, path: Path, group: str) -> None:
    """Write what an agreement is made of into groups of a file that there is."""
    for name, part in {"cells": agreement.data, **points_of(agreement.boundary_distance)}.items():
        part.to_netcdf(path, group=f"{group}/{name}", mode="a", engine="h5netcdf")


def points_of(distances: tuple[BoundaryDistance, ...]) -> dict[str, xr.Dataset]:
    """Lay out the points that distances were measured at, by the names of their groups."""
    return {"boundaries": _boundaries(distances), "points": _points(distances)}


def _boundaries(distances: tuple[BoundaryDistance, ...]) -> xr.Dataset:
    return xr.Dataset(
        {
            "below": ("boundary", np.array([each.between[0] for each in distances], dtype=str)),
            "above": ("boundary", np.array([each.between[1] for each in distances], dtype=str)),
            "unmatched": ("boundary", np.array([each.n_unmatched for each in distances], dtype=int)),
            "extra": ("boundary", np.array([each.n_extra for each in distances], dtype=int)),
        }
    )


def _points(distances: tuple[BoundaryDistance, ...]) -> xr.Dataset:
    columns = {"density": "density", "shift": "shift", "error": "errors"}
    rows = {name: [x for each in distances for x in getattr(each, field)] for name, field in columns.items()}
    place = np.repeat(np.arange(len(distances)), [each.n_shared for each in distances])
    made = {name: ("point", np.array(values, dtype=float)) for name, values in rows.items()}
    return xr.Dataset(made | {"boundary": ("point", place.astype(int))})


def read_agreement(path: str | os.PathLike[str], make: Make) -> Agreement:
    """Read what `write_agreement` wrote, and refuse what does not follow from its cells; `make` is `Agreement.of`."""
    with clearly(path, "an agreement"):
        stored, found = opened(path, ""), read_cells(path, "", make)
        for fault in faults(stored, found):
            raise ValueError(f"{path} contradicts itself: {fault}; compare the diagrams again")
        return found


def read_cells(path: str | os.PathLike[str], group: str, make: Make) -> Agreement:
    """Read what `write_cells` wrote, judge every cell again, and refuse what is judged otherwise."""
    data, boundaries, points = (opened(path, f"{group}/{name}") for name in GROUPS)
    for fault in _faults_of_cells(data):
        raise ValueError(f"{path} is not an agreement that can be read: {fault}")
    return make(data, tuple(distances_of(boundaries, points)))


def opened(path: str | os.PathLike[str], group: str) -> xr.Dataset:
    """Read one group of a file, and refuse what is no netCDF."""
    return read_netcdf(path, "an agreement", "Agreement.save", group or None)


def _faults_of_cells(data: xr.Dataset) -> Iterator[str]:
    missing = [name for name in COLUMNS if name not in data] + [name for name in ATTRIBUTES if name not in data.attrs]
    if missing:
        yield f"it lacks {', '.join(missing)}"
    elif any(data[name].dims != CELL for name in COLUMNS) or not data.status.size:
        yield f"its cells must have dims {CELL} and not be empty"
    elif str(data.attrs["kind"]) not in list(Kind):
        yield f"kind must be one of {', '.join(map(str, Kind))}, got {data.attrs['kind']!r}"
    elif any(data[name].dtype.kind not in "fiu" for name in NUMBERS):
        yield "losses, margins and their errors must be numbers"
    elif not np.array_equal(data.excess, data.loss - data.optimum_loss, equal_nan=True):
        yield "excess is not loss - optimum_loss"
    elif not np.array_equal(data.status.values, statuses(data)):
        yield "a status does not follow from its cell's regimes, losses and margin"
    else:
        decode_problem(data.attrs["problem"])


def distances_of(boundaries: xr.Dataset, points: xr.Dataset) -> Iterator[BoundaryDistance]:
    """Make distances from what `points_of` laid out."""
    for name in ("density", "shift", "error"):
        if points[name].dtype.kind != "f":
            raise TypeError(f"{name} of points must be numbers, got {points[name].dtype}")
    for k in range(boundaries.sizes.get("boundary", 0)):
        row, at = boundaries.isel(boundary=k), points.isel(point=np.flatnonzero(points.boundary.values == k))
        between = (str(row.below.item()), str(row.above.item()))
        density, shift, errors = (at[name].values.tolist() for name in ("density", "shift", "error"))
        yield BoundaryDistance.of(between, density, shift, errors, int(row.unmatched), int(row.extra))


def faults(stored: xr.Dataset, found: Agreement) -> Iterator[str]:
    """Name the statistics that are not those of the cells: each is compared with its own computation."""
    wanted = gathered(found)
    for name, value in wanted.attrs.items():
        if stored.attrs.get(name) != value:
            yield f"{name} is {stored.attrs.get(name)!r}, and of its cells {value!r}"
    yield from same_table(stored, wanted)


def same_table(stored: xr.Dataset, wanted: xr.Dataset) -> Iterator[str]:
    """Name the variables that are missing, or not what they should be, up to some roundings."""
    for name in wanted.variables:
        if name not in stored.variables:
            yield f"it lacks {name}"
            continue
        here, there = stored[name], wanted[name]
        numbers = there.dtype.kind in "fiu" and here.dtype.kind in "fiu"
        same = here.dims == there.dims and here.shape == there.shape
        if same and numbers:
            same = np.allclose(here.values, there.values, rtol=SAME, atol=0.0, equal_nan=True)
        if not same or (not numbers and not np.array_equal(here.values, there.values)):
            yield f"{name} does not follow from its cells"
