"""The run: everything lands, whatever dies; what stops it stops it, after what is done has landed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.handout import Handout
from toytoy.numeric.sweeping.outcome import WORKER_DIED
from toytoy.numeric.sweeping.running import Run
from toytoy.numeric.sweeping.tile import Disagree, Tile
from toytoy.numeric.sweeping.worker import Task

GRID = grid_of({"x": range(12)})


class Fragile:
    """Breaks, with all it holds, when it meets a deadly cell; as a process pool it notices late or at once."""

    def __init__(self, deadly: set[int], error: type[Exception] = BrokenExecutor, late: bool = False) -> None:
        self.deadly, self.error, self.late, self.width = deadly, error, late, 2
        self.broken, self.restarts, self.held = False, 0, []  # type: ignore[var-annotated]

    def submit(self, function: Callable[..., Any], packed: Any, cells: Sequence[int]) -> Future[Any]:
        if self.broken:
            raise BrokenExecutor
        future: Future[Any] = Future()
        if self.deadly.isdisjoint(cells):
            if self.late:
                self.held.append((future, function(packed, cells)))
                if len(self.held) > 1:
                    self.release()
            else:
                future.set_result(function(packed, cells))
        else:
            self.broken = self.error is BrokenExecutor
            for other, _ in self.held:
                other.set_exception(self.error())
            self.held = []
            future.set_exception(self.error())
        return future

    def release(self) -> None:
        for other, result in self.held:
            other.set_result(result)
        self.held = []

    def withdraw(self, futures: Sequence[Future[Any]]) -> None:
        pass

    def restart(self) -> None:
        self.broken, self.restarts, self.late = False, self.restarts + 1, False


class KilledWorker(Exception):
    """As dask's."""


def finished(workers: Any, tile_size: int | None = None) -> tuple[list[int], list[int]]:
    """Compute all; return what landed, and what of it failed."""
    landed: list[Tile] = []
    Run(workers, Task(lambda x: x, GRID, None), landed.append).finish(Handout([(0, 12)], 2, tile_size))
    failures = {cell: failure for tile in landed for cell, failure in tile.failures.items()}
    assert set(failures.values()) <= {WORKER_DIED}
    assert all(tile.values["value"].tolist() == list(tile.good) for tile in landed if tile.values)
    return sorted(cell for tile in landed for cell in tile.cells), sorted(failures)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("error", [BrokenExecutor, KilledWorker])
@pytest.mark.parametrize("deadly", [set(), {0}, {11}, {3, 4}, {0, 5, 9}, set(range(12))], ids=str)
@pytest.mark.parametrize("tile_size", [None, 1, 3, 12])
def test_the_cells_that_kill_are_recorded_and_no_others(
    deadly: set[int], error: type[Exception], late: bool, tile_size: int | None
) -> None:
    if late and (tile_size == 12 or tile_size is None):
        return  # it would wait for a second portion
    assert finished(Fragile(deadly, error, late), tile_size) == (list(range(12)), sorted(deadly))


def test_a_run_without_deaths_restarts_nothing() -> None:
    workers = Fragile(set())
    finished(workers)
    assert workers.restarts == 0


def test_another_error_of_the_executor_stops_it() -> None:
    with pytest.raises(OSError, match=r"^$"):
        finished(Fragile({3}, OSError), 1)


def test_cancelled_work_stops_it() -> None:
    class Cancels(Fragile):
        def submit(self, function: Callable[..., Any], packed: Any, cells: Sequence[int]) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(RuntimeError, match="keep it open until sweep returns"):
        finished(Cancels(set()))


def test_what_is_computed_lands_before_an_error_goes_on() -> None:
    landed: list[Tile] = []

    def land(tile: Tile) -> None:
        landed.append(tile)
        if len(landed) == 1:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(4) as pool:
        workers: Any = type("Pool", (), {"submit": pool.submit, "width": 4, "withdraw": lambda *_: None})()
        with pytest.raises(KeyboardInterrupt):
            Run(workers, Task(lambda x: x, GRID, None), land).finish(Handout([(0, 12)], 4, 1))
    assert len({tile.cells for tile in landed}) > 1


def test_cells_that_disagree_stop_it() -> None:
    workers: Any = Fragile(set())
    with pytest.raises(Disagree):
        Run(workers, Task(lambda x: [0] * (1 + x), GRID, None), lambda _: None).finish(Handout([(0, 12)], 2, 12))
