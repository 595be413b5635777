"""A folder that keeps what landed: one file a tile, whole or not at all; what it can't vouch for it refuses."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .durable import PART, clear_parts, remove_durably, reserve, write_bytes, write_durably
from .grid import Grid
from .lock import NAME as LOCK
from .lock import Lock
from .settings import Setting, Settings, difference, hash_of
from .tile import Corrupted, Tile, decode, encode

if TYPE_CHECKING:
    import xarray as xr

MANIFEST, TILES, RESULT = "sweep.json", "tiles", "result.nc"
FORMAT = "toytoy sweep 1"
_TILE = re.compile(r"(\d+)-(\d+)\.tile")


class Store:
    """The tiles of one sweep on disk, held by this process until closed.

    Parameters
    ----------
    path : str or path
        A folder: a new one is made, an empty one is taken, one of the same sweep is gone on with.
    grid : Grid
    settings : Settings

    Raises
    ------
    ValueError
        If the folder belongs to another sweep, to something else, is in use, or does not hold what was written.
    OSError
        If it can't be made or written to.
    """

    def __init__(self, path: str | os.PathLike[str], grid: Grid, settings: Settings) -> None:
        self.folder, self._grid = _folder(path), grid
        self._sweep = hash_of(settings)
        try:
            self._lock = Lock(self.folder)
        except OSError as error:
            raise OSError(f"store must be a folder to write to, got {_named(self.folder)} ({error.strerror})") from None
        try:
            _refuse_foreign(self.folder)
            self._check_kinds()
            self._check_manifest(settings)
            (self.folder / TILES).mkdir(exist_ok=True)
            for pattern in (MANIFEST, RESULT):
                clear_parts(self.folder, pattern)
            clear_parts(self.folder / TILES, "*.tile")
            self._check_order()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Let others have the folder."""
        self._lock.release()

    def tiles(self) -> Iterator[Tile]:
        """Read all that landed, in the order of cells.

        Raises
        ------
        ValueError
            If a file is not what was written.
        """
        for path in self._files():
            try:
                tile = decode(path.read_bytes(), self._sweep)
            except (Corrupted, OSError) as error:
                raise self._corrupted(path, error) from None
            if path != self._place(tile):
                raise self._corrupted(path, "it has another tile's name")
            yield tile

    def land(self, tile: Tile) -> None:
        """Keep a tile, in place of one of the same cells; a result made before is out of date.

        Raises
        ------
        OSError
            If it can't be written.
        """
        with self._room():
            remove_durably(self.folder / RESULT)
            write_bytes(self._place(tile), encode(tile, self._sweep))

    def keep_result(self, data: xr.Dataset) -> None:
        """Write the merged result; one that is there must be the same.

        Raises
        ------
        ValueError
            If it is not.
        """
        path = self.folder / RESULT
        again = path.with_name(RESULT + PART)
        with self._room():
            reserve(again, size_of(data))
            if not path.exists():
                write_durably(path, lambda beside: data.to_netcdf(beside, engine="h5netcdf"))
                return
        try:
            data.to_netcdf(again, engine="h5netcdf")
            if again.read_bytes() != path.read_bytes():
                reason = "it is not what the tiles give, or was written by other versions of h5netcdf or HDF5"
                raise self._corrupted(path, reason, "move it away, and the same call writes it again")
        finally:
            again.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        """Say of what can't be written where that is, and that nothing is lost."""
        try:
            yield
        except OSError as error:
            raise OSError(
                f"store must have room and be writable, got {_named(self.folder)} ({error.strerror or error}); "
                "what landed before is kept: make room, and the same call goes on from there"
            ) from None

    def _place(self, tile: Tile) -> Path:
        return self.folder / TILES / f"{tile.cells[0]:09d}-{tile.cells[-1] + 1:09d}.tile"

    def _files(self) -> list[Path]:
        return sorted((self.folder / TILES).glob("*.tile"), key=lambda path: (len(path.name), path.name))

    def _check_kinds(self) -> None:
        """Refuse a file in the place of the folder of tiles, and anything else in that of a file.

        A link to nowhere would be written over, a pipe or a device read forever.
        """
        if os.path.lexists(tiles := self.folder / TILES) and not tiles.is_dir():
            raise self._corrupted(tiles, "it is no folder")
        for path in (self.folder / MANIFEST, self.folder / RESULT, *self._files()):
            if os.path.lexists(path) and not path.is_file():
                raise self._corrupted(path, "it is no file")

    def _check_order(self) -> None:
        """Refuse tiles that lie over each other, or beyond the grid."""
        last = 0
        for path in self._files():
            numbers = _TILE.fullmatch(path.name)
            start, stop = map(int, numbers.groups()) if numbers else (-1, -1)
            if not last <= start < stop <= self._grid.size:
                raise self._corrupted(path, "it is no tile of this sweep, or one of two for the same cells")
            last = stop

    def _check_manifest(self, settings: Settings) -> None:
        path = self.folder / MANIFEST
        if not path.exists():
            write_bytes(path, _manifest(settings))
            return
        try:
            written: dict[str, Any] = json.loads(path.read_bytes())
            there = {what: Setting(*said) for what, said in written["settings"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise self._corrupted(path, f"it describes no sweep ({error!r})") from None
        if path.read_bytes() != _manifest(there):
            raise self._corrupted(path, "its checksum does not fit")
        if unlike := difference(there, settings):
            raise ValueError(
                f"store must be that of the same sweep, got {_named(self.folder)}, which differs in {unlike}; "
                "name another folder, or remove that one"
            )

    def _corrupted(self, path: Path, why: object, way_out: str = "") -> ValueError:
        way_out = way_out or "restore the file, or name another folder"
        name = path.relative_to(self.folder)
        return ValueError(f"store must hold what was written, got {_named(self.folder)} with {name}: {why}; {way_out}")


def size_of(data: xr.Dataset) -> int:
    """Estimate the bytes that a file of it takes: numbers, words with a reference each, and what describes them."""
    size = 2**16 * (1 + len(data.variables))
    for variable in data.variables.values():
        words = variable.dtype.kind in "OU"
        size += sum(32 + 4 * len(word) for word in variable.values.flat) if words else variable.nbytes
    return size


def _manifest(settings: Settings) -> bytes:
    checksum = hashlib.sha256(json.dumps(settings).encode()).hexdigest()
    return json.dumps({"format": FORMAT, "checksum": checksum, "settings": settings}, indent=1).encode() + b"\n"


def _folder(path: str | os.PathLike[str]) -> Path:
    """Return the folder, made if need be; a file, and a folder with other things in it, are refused."""
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else path
    if not isinstance(name, str) or not name or "\0" in name:
        raise TypeError(f"store must be the name of a folder, got store={path!r}")
    folder = Path(os.path.realpath(os.path.expanduser(name)))  # the same one also if the process changes its folder
    if os.path.exists(folder) and not folder.is_dir():
        raise NotADirectoryError(f"store must be a folder, got the file {_named(folder)}; name another place")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(folder)
    except OSError as error:
        raise OSError(f"store must be a folder that can be made, got {_named(folder)} ({error.strerror})") from None
    return folder


def _refuse_foreign(folder: Path) -> None:
    there = sorted(name for name in os.listdir(folder) if name not in (LOCK, MANIFEST + PART))
    if there and MANIFEST not in there:
        held = ", ".join(there[:3]) + ", …" * (len(there) > 3)
        raise ValueError(
            f"store must be a new or empty folder, or that of a sweep, got {_named(folder)}, which holds {held}; "
            "name another"
        )


def _named(folder: Path) -> str:
    return repr(str(folder))
