"""One sweep a store: a lock that the system gives back when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

NAME = ".lock"
_MINE: set[str] = set()  # folders that this process holds: the system's lock does not keep its own threads apart
_GUARD = threading.Lock()


class Lock:
    """Holds a folder until released; the system releases it when the process dies.

    Parameters
    ----------
    folder : Path
        Must exist.

    Raises
    ------
    ValueError
        If another sweep holds it.
    OSError
        If nothing can be written there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = os.path.realpath(folder)
        with _GUARD:
            if self._key in _MINE:
                raise ValueError(_refusal(folder, f"in this process, {os.getpid()}"))
            self._handle = _locked(folder)
            _MINE.add(self._key)
        try:
            os.ftruncate(self._handle, 0)
            os.write(self._handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Let others have the folder; the file goes while it is still held, so that nobody holds one without a name."""
        with _GUARD:
            with contextlib.suppress(OSError):
                (self._folder / NAME).unlink()
            os.close(self._handle)
            _MINE.discard(self._key)


def _locked(folder: Path) -> int:
    """Open the file and lock it; again, if it was removed in between by one that let go."""
    path = folder / NAME
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError):
            holder = os.read(handle, 200).decode("utf8", "replace").strip()
            os.close(handle)
            raise ValueError(_refusal(folder, f"by {holder or 'another process'}")) from None
        try:
            if os.path.samestat(os.fstat(handle), os.stat(path)):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)


def _lock(handle: int) -> None:
    """Ask the system; on POSIX the lock belongs to the process alone, and not to those it forks."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _refusal(folder: Path, where: str) -> str:
    return f"store must be used by one sweep at a time, got {str(folder)!r}, in use {where}; wait, or name another"
