"""Files that are on the disk whole, or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

PART = ".part"  # ends the names of files that are being written


def write_durably(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside the place, bring it to the disk, and move it there in one step."""
    beside = path.with_name(path.name + PART)
    try:
        write(beside)
        _to_disk(beside)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _to_disk(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes durably."""
    write_durably(path, lambda beside: beside.write_bytes(content))


def reserve(path: Path, size: int) -> None:
    """See whether a file of such a size can be written: HDF5 may crash where the disk gets full.

    Raises
    ------
    OSError
        If it can't.
    """
    if hasattr(os, "posix_fallocate"):
        try:
            with path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
        finally:
            path.unlink(missing_ok=True)


def remove_durably(path: Path) -> None:
    """Remove a file, if it is there, so that it stays removed."""
    if path.exists():
        path.unlink()
        _to_disk(path.parent)


def clear_parts(folder: Path, pattern: str) -> None:
    """Remove what a killed process was writing of files of such names; other programs may end names alike."""
    for part in folder.glob(pattern + PART):
        part.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of files, has reached the disk."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folders, and needs no such call
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
