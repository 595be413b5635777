"""What runs in a worker: a portion of cells at a time, until the process that started it is gone."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from .calling import SEED_NAME
from .grid import Grid, cell_seed
from .outcome import attempt
from .tile import Tile, tile_of


@dataclass(frozen=True, eq=False)
class Task:
    """A function, and the cells it is called for; the seed is None where it asks for none."""

    function: Callable[..., Any]
    grid: Grid
    seed: int | None

    def arguments(self, cell: int) -> dict[str, Any]:
        """Return what the function is called with at a cell."""
        arguments = self.grid.cell(cell)
        return arguments if self.seed is None else arguments | {SEED_NAME: cell_seed(self.seed, arguments)}


Packed = bytes | Task  # pickled once, for other processes; as it is, for threads


class Computed(NamedTuple):
    """A tile, and the seconds that it took."""

    tile: Tile
    seconds: float


def compute(packed: Packed, cells: Sequence[int]) -> Computed:
    """Call the function for some cells."""
    task = _task(packed)
    begin = time.perf_counter()
    outcomes = [(cell, attempt(task.function, task.arguments(cell), task.grid.names)) for cell in cells]
    tile = tile_of(task.grid, outcomes)
    return Computed(tile, time.perf_counter() - begin)


def trouble(packed: Packed) -> str:
    """Say why the function can't be loaded here; nothing if it can."""
    try:
        _task(packed)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _task(packed: Packed) -> Task:
    return _unpacked(packed) if isinstance(packed, bytes) else packed


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Task:
    """Load a task once a worker: what is bound to its function may be large."""
    task: Task = pickle.loads(packed)
    return task


def follow_parent() -> None:
    """End this process once the one that started it has ended: pools don't, when theirs is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)
