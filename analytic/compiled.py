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
# "numpy": a division by zero is an infinity, not a branch to an exception; kernels never divide by zero. Nobody calls
# kernels from C.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
_PACKAGE = Path(__file__).resolve().parent.parent


def compiled(function: Function) -> Function:
    """Compile in nopython mode, cached on disk where some folder can be written, without the GIL.

    numba keys its cache on the file of a function, not on the files of the functions it calls; kernels here
    call each other across files, so the folder's name carries a hash of all of them. In kernels constants are passed
    as ``np.int64(1)``: of a bare 1 numba makes a type of its own, and compiles the callee once for each.

    Arrays are made by ``np.empty`` alone. A function that makes none is compiled without numba's reference counts,
    which cost an atomic instruction for every array of every call; it could not make one if it tried.
    """
    return _jit(function)


def inlined(function: Function) -> Function:
    """Compile as `compiled` does where called from Python, but become a part of every kernel that calls it.

    For what is called in one place, or short: a call pays for every array passed, and the whole tree of calls below a
    compiled function is optimized once more for every level above it.
    """
    return _jit(function, inline="always")


def vectorized(function: Function) -> Function:
    """Compile as `compiled` does, with fused multiply-adds, for loops that the compiler turns into vector code."""
    return _jit(function, fastmath={"contract"})


def _jit(function: Function, **options: Any) -> Function:
    """Compile with the options of all kernels, and more."""
    options |= _OPTIONS | {"_nrt": "empty" in function.__code__.co_names}
    folder = _cache_folder()
    if folder is None:
        plain: Function = numba.njit(**options)(function)
        return plain
    config: Any = numba.core.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)  # read when the function is decorated, and only then
    try:
        cached: Function = numba.njit(cache=True, **options)(function)
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
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            text = path.read_bytes()
            if any(mark in text for mark in (b"@compiled", b"@inlined", b"@vectorized")):
                digest.update(text)
    return digest.hexdigest()[:12]
