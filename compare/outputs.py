"""Places that results are written to: checked before long computations, filled whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from ..analytic.domain import nearest


def check_file(path: str | os.PathLike[str], suffixes: Iterable[str]) -> Path:
    """Return the path if a file of a known kind can be written there; nothing is left behind.

    Raises
    ------
    ValueError
        If the ending is unknown; the nearest is offered.
    OSError
        If the path is a folder, its folder does not exist, or can't be written to.
    """
    path, suffixes = _named(path), tuple(suffixes)
    if path.is_dir():
        raise IsADirectoryError(f"--out must be a file, got the folder {str(path)!r}; name a file inside it")
    if path.suffix not in suffixes:
        raise ValueError(nearest("ending of --out", path.suffix, suffixes))
    if not path.parent.is_dir():
        raise FileNotFoundError(f"--out must lie in a folder that exists, got {str(path)!r}; make the folder first")
    _try_writing(path.parent)
    return path


def check_folder(path: str | os.PathLike[str]) -> Path:
    """Return the path if files can be written inside it; the folder is made.

    Raises
    ------
    OSError
        If it is a file, or can't be made or written to.
    """
    path = _named(path)
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"--out must be a folder, got the file {str(path)!r}; name another place")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"--out must be a folder that can be made, got {str(path)!r} ({error.strerror})") from None
    _try_writing(path)
    return path


def writable(path: str | os.PathLike[str]) -> Path:
    """Return a path that names a file in a folder that exists.

    Raises
    ------
    OSError
        If it is a folder itself, or its folder is not there.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"path must be a file, got the folder {path}; name a file inside it")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"no folder {path.parent} to save {path.name} in; make it first")
    return path


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write beside the file, then move over it: a failure or a kill leaves the old file as it was."""
    beside = path.with_name(f".{os.getpid()}.part.{path.name}")  # keeps the ending, which some writers go by
    try:
        write(beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def _named(path: str | os.PathLike[str]) -> Path:
    if not os.fspath(path):  # pathlib would take it for the working folder
        raise ValueError("--out must be the name of a place, got ''; write . for the working folder")
    return Path(path)


def _try_writing(folder: Path) -> None:
    try:  # permissions don't tell: a file system may be read-only, and nothing stops root
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(f"--out must be a place to write to, got {str(folder)!r} ({error.strerror})") from None
