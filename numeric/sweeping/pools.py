"""Where cells are computed: processes of our own, which can be replaced when they die, or an executor that is lent."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from ...analytic.domain import short
from .shelter import sheltered
from .worker import Packed, Task, follow_parent, trouble

PATIENCE = 2.0  # seconds for a process to end when asked to, before it is killed


class Own:
    """Fresh processes, spawned, each with one thread; what dies is replaced.

    Parameters
    ----------
    width : int
        Number of processes.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.width, multiprocessing.get_context("spawn"), initializer=follow_parent)

    def submit(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        """Hand a call to the pool; it starts processes as they are needed."""
        with sheltered():
            return self._pool.submit(function, *given)

    def restart(self) -> None:
        """Replace a broken pool."""
        self.stop()
        self._pool = self._start()

    def stop(self, kill: bool = True) -> None:
        """End all processes, at once or when they are idle, and wait until they are gone."""
        processes = list((getattr(self._pool, "_processes", None) or {}).values())
        if kill:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join(PATIENCE)
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def withdraw(self, futures: Sequence[Future[Any]]) -> None:
        """Do nothing: stopping ends them, and a pool that ends trips over those that are cancelled."""

    def prepare(self, task: Task) -> Packed:
        """Start all processes, and see whether they can load the task; return it as they take it.

        Raises
        ------
        RuntimeError
            If they don't even start.
        TypeError
            If they can't load it.
        """
        return _packed(task, pickle.dumps, self._tried)

    def _tried(self, packed: bytes) -> str:
        tries = [self.submit(trouble, packed) for _ in range(self.width)]
        try:
            return str(tries[0].result())
        except BrokenExecutor:
            raise RuntimeError(
                'worker processes ended as they began; in a script, call sweep below if __name__ == "__main__": '
                "since workers read the script again"
            ) from None


class Lent:
    """An executor of the user's: nothing of it is started, replaced or stopped here.

    Parameters
    ----------
    executor : concurrent.futures.Executor, or what has its submit
    width : int
        How many calls it works on at a time.
    dumps : callable
        How its tasks are pickled.
    heals : bool
        Whether it replaces workers that die.
    """

    def __init__(self, executor: Any, width: int, dumps: Callable[[Any], bytes], heals: bool = False) -> None:
        self._executor, self.width, self._dumps, self._heals = executor, width, dumps, heals
        self._needs_pickle = isinstance(executor, ProcessPoolExecutor) or heals

    def submit(self, function: Callable[..., Any], *given: Any) -> Future[Any]:
        """Hand a call to it."""
        future: Future[Any] = self._executor.submit(function, *given)
        return future

    def restart(self) -> None:
        """Go on with one that heals; another that broke stays broken.

        Raises
        ------
        RuntimeError
            If it does not heal.
        """
        if self._heals:
            return
        raise RuntimeError(
            f"the executor broke, a worker of {short(self._executor)} died; leave executor out, and the sweep "
            "finds the cell that killed it, records it and goes on"
        )

    def stop(self, kill: bool = True) -> None:
        """Leave it as it is."""

    def withdraw(self, futures: Sequence[Future[Any]]) -> None:
        """Call back what it has not begun with."""
        for future in futures:
            future.cancel()

    def prepare(self, task: Task) -> Packed:
        """See whether a worker can load the task; return it as workers take it.

        Raises
        ------
        TypeError
            If they can't load it.
        """
        if not isinstance(self._executor, ThreadPoolExecutor):
            with contextlib.nullcontext() if self._needs_pickle else contextlib.suppress(TypeError):
                return _packed(task, self._dumps, lambda packed: str(self.submit(trouble, packed).result()))
        return task


Workers = Own | Lent


def workers_of(executor: Any, n_workers: int | None, n_cells: int) -> Workers:
    """Return what computes cells: our own processes, an executor, or a dask client's.

    Raises
    ------
    TypeError
        If it is none.
    """
    if executor is None:
        return Own(min(n_workers or _cores(), n_cells))
    if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
        raise TypeError(
            f"executor must be a concurrent.futures.Executor or a dask Client, got {short(executor)}; "
            "for so many processes give n_workers"
        )
    client: Any = executor if hasattr(executor, "get_executor") else getattr(executor, "_client", None)
    if hasattr(client, "nthreads"):  # dask's
        width = n_workers or sum(client.nthreads().values()) or 1
        return Lent(
            executor.get_executor(pure=False) if client is executor else executor, width, _by_value(), heals=True
        )
    return Lent(executor, n_workers or getattr(executor, "_max_workers", None) or _cores(), pickle.dumps)


def _cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _by_value() -> Callable[[Any], bytes]:
    """Return the pickler that dask comes with, if it is there: it sends along functions that workers can't import."""
    try:
        dumps: Callable[[Any], bytes] = importlib.import_module("cloudpickle").dumps
    except ImportError:
        return pickle.dumps
    return dumps


def _packed(task: Task, dumps: Callable[[Any], bytes], tried: Callable[[bytes], str]) -> bytes:
    """Pickle a task so that workers can load it: by name if they find its function, else by value.

    Raises
    ------
    TypeError
        If they can't load it either way.
    """
    why = ""
    for way in dict.fromkeys((dumps, _by_value())):
        try:
            packed = way(task)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            continue
        if not (why := tried(packed)):
            return packed
    raise TypeError(
        f"function must be one that other processes can import, got {short(task.function)} ({why}); define it with def "
        f"in a module, not in a notebook,{' pip install cloudpickle,' * (_by_value() is pickle.dumps)} or compute in "
        "this process: executor=concurrent.futures.ThreadPoolExecutor(1)"
    )
