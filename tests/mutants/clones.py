"""Throw-away copies of the tree, one a worker: mutants are written there and nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def clone(root: Path, folder: Path) -> Path:
    """Copy what git tracks, or would, as it lies in the working tree, into folder/toytoy."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(listed, cwd=root, check=True, capture_output=True, text=True).stdout
    names = {name for name in output.split("\0") if name and (root / name).is_file()}
    copy = folder / "toytoy"
    for gone in [path for path in copy.rglob("*.py") if path.relative_to(copy).as_posix() not in names]:
        gone.unlink()  # of a kept clone: a module that has moved would be found in both places
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, copy / name)
    return copy


@contextmanager
def written(path: Path, text: str) -> Iterator[None]:
    """Write a mutant over a clone's file and put the original back, time of change included.

    Python trusts its byte code by a file's size and its time in whole seconds: the mutant's time is set apart by hours,
    so that neither is ever taken for the other.
    """
    before, status = path.read_bytes(), path.stat()
    try:
        path.write_text(text, "utf8")
        os.utime(path, (status.st_atime, status.st_mtime + 7200))
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
