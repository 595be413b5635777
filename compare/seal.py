"""A checksum after the end of a netCDF file: what was damaged since it was written is refused before it is read."""

from __future__ import annotations

import hashlib
from pathlib import Path

MAGIC = b"\ntoytoy sha256 "
SIZE = len(MAGIC) + 2 * hashlib.sha256().digest_size + 1


def seal(path: Path) -> Path:
    """Append a line that holds the checksum of all that comes before it.

    HDF5 does not look beyond its own end, and cuts the line off when a program changes the file: only what was changed
    behind its back, such as a bad sector or half of a copy, is found out. Damaged HDF5 can make its reader hang, or
    take all memory; a damaged seal can't.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from toytoy.compare.seal import check_seal, seal
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a"
    ...     _ = path.write_bytes(b"content")
    ...     check_seal(seal(path))
    ...     _ = path.write_bytes(path.read_bytes().replace(b"content", b"conteNt"))
    ...     check_seal(path)
    Traceback (most recent call last):
    ...
    ValueError: its checksum does not fit: it was damaged since it was written; take a copy of it, or compute it again
    """
    with path.open("ab") as file:
        file.write(MAGIC + _checksum(path, path.stat().st_size) + b"\n")
    return path


def check_seal(path: Path) -> None:
    """Refuse a file whose last line is a seal that does not fit; one without a seal is left to its reader.

    Raises
    ------
    ValueError
        If the file is not what was sealed.
    OSError
        If it can't be read.
    """
    length = max(0, path.stat().st_size - SIZE)
    with path.open("rb") as file:
        file.seek(length)
        last = file.read(SIZE)
    if last.startswith(MAGIC) and last != MAGIC + _checksum(path, length) + b"\n":
        raise ValueError(
            "its checksum does not fit: it was damaged since it was written; take a copy of it, or compute it again"
        )


def _checksum(path: Path, length: int) -> bytes:
    """Sum up the first bytes of a file, a piece at a time."""
    sums, left = hashlib.sha256(), length
    with path.open("rb") as file:
        while piece := file.read(min(left, 2**20)):
            sums.update(piece)
            left -= len(piece)
    return sums.hexdigest().encode()
