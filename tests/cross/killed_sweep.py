"""A sweep that is killed: at each of its calls to the file system in turn, or whenever its starter likes.

``python -m tests.cross.killed_sweep calls FOLDER`` sweeps into a new store for every moment, killed there by SIGKILL,
and then again to the end; it prints how many moments there were, and those after which the result differed.
With ``careless`` for ``calls`` the store writes its files in place: a planted fault, which must be noticed.
``python -m tests.cross.killed_sweep run STORE`` sweeps with two processes, and prints every step.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from toytoy.numeric.sweep import sweep
from toytoy.numeric.sweeping import store as tiles
from toytoy.numeric.sweeping.store import RESULT

GRID: dict[str, Any] = {"x": [0.5, 1.0, 2.0], "word": ["a", "b"]}
LONG_GRID: dict[str, Any] = {"x": range(30), "y": range(6)}


def noisy(x: float, word: str, seed: int) -> dict[str, Any]:
    """Return numbers, words and an array, or fail."""
    if (x, word) == (1.0, "b"):
        raise ZeroDivisionError("on purpose")
    return {"drawn": np.random.default_rng(seed).normal(size=2), "thrice": word * 3, "whole": int(2 * x)}


def slow(x: int, y: int, seed: int) -> dict[str, Any]:
    """Take some milliseconds, as real work does."""
    time.sleep(0.004)
    return noisy(float(x), "b" if y else "a", seed)


def killed_at(moment: int) -> None:
    """From now on end this process, by SIGKILL, before its call of that number; files are left half written."""
    calls = itertools.count(1)

    def strike(before: Callable[[], object]) -> None:
        if next(calls) == moment:
            before()
            os.kill(os.getpid(), signal.SIGKILL)

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            strike(lambda: None)
            return call(*given, **named)

        return run

    for name in ("open", "replace", "fsync", "mkdir", "unlink", "close"):
        setattr(os, name, guarded(getattr(os, name)))
    write, save = Path.write_bytes, xr.Dataset.to_netcdf

    def write_bytes(path: Path, content: bytes) -> int:
        strike(lambda: write(path, content[: len(content) // 2]))
        return write(path, content)

    def to_netcdf(data: xr.Dataset, path: Path, **named: Any) -> Any:
        save(data, path, **named)
        strike(lambda: os.truncate(path, os.path.getsize(path) // 2))

    Path.write_bytes = write_bytes  # type: ignore[method-assign, assignment]
    xr.Dataset.to_netcdf = to_netcdf  # type: ignore[method-assign, assignment]


def in_a_child(work: Callable[[], object]) -> bool:
    """Do it in a process of its own; whether that came to its end."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def work(store: Path, moment: int = 0) -> None:
    """Sweep into a store, killed at a moment or not at all."""
    killed_at(moment)
    sweep(noisy, GRID, ThreadPoolExecutor(1), store, tile_size=2)


def at_every_call(folder: Path) -> None:
    """Kill at the first call, at the second, and so on until none is left; every third again as it goes on."""
    xr.Dataset({"x": 1.0}).to_netcdf(folder / "loads.nc", engine="h5netcdf")  # the libraries, once for all children
    assert in_a_child(lambda: work(folder / "whole"))
    wanted, wrong = (folder / "whole" / RESULT).read_bytes(), []
    moment = 0
    for moment in itertools.count(1):
        store = folder / str(moment)
        finished = in_a_child(lambda store=store, moment=moment: work(store, moment))  # type: ignore[misc]
        if finished:
            break
        if moment % 3 == 0:
            in_a_child(lambda store=store, k=1 + moment // 2: work(store, k))  # type: ignore[misc]
        again = in_a_child(lambda store=store: work(store))  # type: ignore[misc]
        left = [path.name for path in store.rglob("*") if path.name.endswith(".part") or path.name == ".lock"]
        if not again or left or (store / RESULT).read_bytes() != wanted:
            wrong.append(moment)
    print(moment - 1, wrong)


def run(store: str) -> None:
    """Sweep with two processes."""
    sweep(slow, LONG_GRID, store=store, n_workers=2, progress=lambda done, _: print(done, flush=True))
    print("end", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(sys.argv[2])
    else:
        if sys.argv[1] == "careless":
            setattr(tiles, "write_bytes", lambda path, content: path.write_bytes(content))  # noqa: B010
        at_every_call(Path(sys.argv[2]))
