"""How kernels are compiled: by numba, once a machine, in a cache that follows the sources."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numba.core.config

Function = Callable[..., Any]
# "numpy": a division by zero is an infinity, not a branch to an exception; kernels never divide by zero
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_PACKAGE = Path(__file__).resolve().parent.parent


def compiled(function: Function) -> Function:
    """Compile in nopython mode, cached on disk where some folder can be written, without the GIL.

    numba keys its cache on the file of a function, not on the files of the functions it calls; kernels here
    call each other across files, so the folder's name carries a hash of all of them. In kernels constants are passed
    as ``np.int64(1)``: of a bare 1 numba makes a type of its own, and compiles the callee once for each.
    """
    folder = _cache_folder()
    if folder is None:
        plain: Function = numba.njit(**_OPTIONS)(function)
        return plain
    config: Any = numba.core.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)  # read when the function is decorated, and only then
    try:
        cached: Function = numba.njit(cache=True, **_OPTIONS)(function)
        return cached
    finally:
        config.CACHE_DIR = before


@cache
def _cache_folder() -> Path | None:
    """Find the first folder that can be written: the user's choice, beside the sources, home, temporary."""
    name = f"toytoy-kernels-{_sources_hash()}"
    candidates = [_PACKAGE / "__pycache__", Path(os.path.expanduser("~")) / ".cache" / "toytoy"]
    if os.environ.get("NUMBA_CACHE_DIR"):
        candidates.insert(0, Path(os.environ["NUMBA_CACHE_DIR"]))
    with contextlib.suppress(OSError):  # there may be no temporary folder at all
        candidates.append(Path(tempfile.gettempdir()) / f"toytoy-{os.getuid() if hasattr(os, 'getuid') else 'user'}")
    for candidate in candidates:
        try:
            (candidate / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=candidate / name):
                return candidate / name
        except OSError:
            continue
    return None


def _sources_hash() -> str:
    """Hash of every source file that holds compiled functions."""
    digest = hashlib.sha256(numba.__version__.encode())
    for room in ("analytic", "numeric", "compare"):
        for path in sorted((_PACKAGE / room).glob("*.py")):
            text = path.read_bytes()
            if b"@compiled" in text:
                digest.update(text)
    return digest.hexdigest()[:12]
