"""The work itself: portions handed out, taken in as they finish, and tried again alone where a worker died."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from .handout import Handout
from .outcome import WORKER_DIED
from .pools import Workers
from .shelter import shielded
from .tile import Tile
from .worker import Computed, Packed, compute

AHEAD = 2  # portions handed out for each worker, so that none waits for the next
Waiting = dict["Future[Computed]", Sequence[int]]


class Run:
    """Computes all that is handed out.

    Parameters
    ----------
    workers : Workers
    packed : Packed
        What workers are given.
    land : function (tile)
        Takes what was computed.
    """

    def __init__(self, workers: Workers, packed: Packed, land: Callable[[Tile], None]) -> None:
        self._workers, self._packed, self._land = workers, packed, land
        self._waiting: Waiting = {}

    def finish(self, handout: Handout) -> None:
        """Work until all has landed; whatever stops it, what is computed lands first."""
        try:
            while handout or self._waiting:
                lost = self._hand_out(handout)
                wait(self._waiting, return_when=FIRST_COMPLETED)
                lost += self._take_in(handout)
                if lost:
                    self._workers.restart()
                    for cells in lost:
                        self._alone(cells)
        except BaseException:
            with shielded(), contextlib.suppress(OSError):  # of a disk that is full, which may be why it ends
                self._gather()
            raise

    def _hand_out(self, handout: Handout) -> list[Sequence[int]]:
        """Keep every worker supplied; returns what could not be given to a broken pool."""
        while handout and len(self._waiting) < AHEAD * self._workers.width:
            cells = handout.take()
            try:
                self._waiting[self._workers.submit(compute, self._packed, cells)] = cells
            except BrokenExecutor:
                return [cells]
        return []

    def _take_in(self, handout: Handout) -> list[Sequence[int]]:
        """Land what is done; returns the portions of a pool that broke: they are done, all at the same time."""
        lost = []
        for future, cells in [each for each in self._waiting.items() if each[0].done()]:
            computed = _result(future)
            if computed is None:
                lost.append(cells)
            else:
                handout.learn(len(cells), computed.seconds)
                self._land(computed.tile)
            del self._waiting[future]  # after it landed: an interrupt in between lands it again
        return lost

    def _alone(self, cells: Sequence[int]) -> None:
        """Compute a portion beside which nothing runs; if that kills the worker, cell by cell."""
        try:
            computed = _result(self._workers.submit(compute, self._packed, cells))
        except BrokenExecutor:  # another portion's death was noticed late
            computed = None
        if computed is not None:
            self._land(computed.tile)
            return
        self._workers.restart()
        if len(cells) == 1:
            self._land(Tile(tuple(cells), {cells[0]: WORKER_DIED}))
        else:
            for cell in cells:
                self._alone([cell])

    def _gather(self) -> None:
        """Call back what has not begun, and land what is done."""
        self._workers.withdraw(list(self._waiting))
        for future in self._waiting:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._land(future.result().tile)


def _result(future: Future[Computed]) -> Computed | None:
    """Wait for a portion; None if the worker died of it, or of another's.

    Raises
    ------
    RuntimeError
        If the executor gave it up.
    """
    try:
        return future.result()
    except BrokenExecutor:
        return None
    except CancelledError:
        raise RuntimeError("the executor cancelled the work; keep it open until sweep returns") from None
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # dask's, of which this knows nothing
            return None
        raise
