"""Comparisons of any number of maps on disk: netCDF files that are computed again when they are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from .agreement_files import distances_of, opened, points_of, read_cells, same_table, write_cells
from .outputs import writable, write_whole
from .pairings import Distances
from .seal import seal
from .store import clearly

if TYPE_CHECKING:
    from .agreement import Agreement
    from .agreement_files import Make
    from .agreements import Agreements

    MakeAll = Callable[[xr.Dataset, Distances, dict[str, Agreement]], Agreements]

CONTENT = "agreements of toytoy"
MAP = ("map", "density", "importance")


def write_agreements(found: Agreements, path: str | os.PathLike[str]) -> Path:
    """Write pairs and consensus, and in groups what they follow from and every judgment."""
    return write_whole(writable(path), lambda beside: _write(found, beside))


def _write(found: Agreements, path: Path) -> None:
    _summary(found).to_netcdf(path, mode="w", engine="h5netcdf")
    found.data.to_netcdf(path, group="maps", mode="a", engine="h5netcdf")
    for a, b in combinations(range(len(found.names)), 2):
        distances = found.distances[found.names[a], found.names[b]]
        for name, part in points_of(distances).items():
            part.to_netcdf(path, group=f"pairs/{a}-{b}/{name}", mode="a", engine="h5netcdf")
    for k, name in enumerate(found.names):
        if name in found.against:
            write_cells(found.against[name], path, f"against/{k}")
    seal(path)


def _summary(found: Agreements) -> xr.Dataset:
    judged = [int(name in found.against) for name in found.names]
    made = found.pairs.assign(consensus=found.consensus, votes=found.votes, judged=("map", judged))
    made.attrs = {"content": CONTENT, "verdict": found.verdict}
    return made


def read_agreements(path: str | os.PathLike[str], make: MakeAll, make_one: Make) -> Agreements:
    """Read what `write_agreements` wrote, and refuse what does not follow from its cells.

    `make` and `make_one` are `Agreements.of` and `Agreement.of`.
    """
    with clearly(path, "a comparison"):
        return _read(path, make, make_one)


def _read(path: str | os.PathLike[str], make: MakeAll, make_one: Make) -> Agreements:
    stored = opened(path, "")
    if stored.attrs.get("content") != CONTENT or "judged" not in stored:
        raise ValueError(f"{path} is not a comparison that can be read: it was not saved by Agreements.save")
    data = opened(path, "maps")
    missing = [name for name in ("regime", "loss", "loss_error") if name not in data or data[name].dims != MAP]
    judged = np.asarray(stored.judged.values, dtype=bool)
    if missing or data.sizes["map"] != judged.size or judged.size - judged.sum() not in (1, judged.size):
        lacks = ", ".join(missing) or "maps that were judged"
        raise ValueError(f"{path} is not a comparison that can be read: it lacks {lacks}")
    names = [str(name) for name in data["map"].values]
    against = {name: read_cells(path, f"against/{k}", make_one) for k, name in enumerate(names) if judged[k]}
    found = make(data, _distances(path, names), against)
    for fault in faults(stored, found):
        raise ValueError(f"{path} contradicts itself: {fault}; compare the diagrams again")
    return found


def _distances(path: str | os.PathLike[str], names: list[str]) -> Distances:
    found: Distances = {}
    for a, b in combinations(range(len(names)), 2):
        parts = (opened(path, f"pairs/{a}-{b}/{name}") for name in ("boundaries", "points"))
        found[names[a], names[b]] = tuple(distances_of(*parts))
    return found


def faults(stored: xr.Dataset, found: Agreements) -> Iterator[str]:
    """Name what is not that of the cells: pairs, consensus, verdict, and every judgment's regimes and losses."""
    wanted = _summary(found)
    if stored.attrs.get("verdict") != found.verdict:
        yield f"verdict is {stored.attrs.get('verdict')!r}, and of its cells {found.verdict!r}"
    yield from same_table(stored, wanted)
    for name, judged in found.against.items():
        for column, source in (("regime", name), ("optimum_regime", found.reference), ("loss", name)):
            of = "loss" if column == "loss" else "regime"
            here, there = judged.data[column].values, found.data[of].sel(map=source).values
            if not np.array_equal(here, there, equal_nan=here.dtype.kind == "f"):
                yield f"{column} of {name}, as it was judged, is not that of the map"
