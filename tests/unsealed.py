"""Files whose checksums are taken away, so that what a test changes in them is judged by what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def unsealed(path: Path) -> Path:
    """Delete the checksum of every group of a netCDF file, in place."""
    import h5py
    from toytoy.compare.seal import CHECKSUM

    def drop(name: str, thing: Any) -> None:
        if CHECKSUM in thing.attrs:
            del thing.attrs[CHECKSUM]

    with h5py.File(path, "r+") as file:
        drop("/", file)
        file.visititems(drop)
    return path
