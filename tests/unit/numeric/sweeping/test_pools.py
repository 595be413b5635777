"""Workers: our own start deaf to Ctrl-C and with one thread, die cleanly and are replaced; lent ones are left alone."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from toytoy.numeric.sweeping.grid import grid_of
from toytoy.numeric.sweeping.pools import Lent, Own, workers_of
from toytoy.numeric.sweeping.shelter import THREADS
from toytoy.numeric.sweeping.worker import Task, compute

GRID = grid_of({"x": [1, 2, 3]})


def itself(x: int) -> int:
    return x


class Serial(Executor):
    """Computes at once, here."""

    def submit(self, function: Any, /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*given, **named))
        return future


def threads() -> dict[str, str | None]:
    return {name: os.environ.get(name) for name in THREADS}


def blocked() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_our_own_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """One test, since they take a second to start."""
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(THREADS[0], "3")
    before = dict(os.environ)
    workers = Own(1)
    packed = workers.prepare(Task(itself, GRID, None))
    assert workers.submit(compute, packed, [0, 2]).result().tile.values["value"].tolist() == [1, 3]
    assert workers.submit(threads).result() == {THREADS[0]: "3", **dict.fromkeys(THREADS[1:], "1")}
    assert dict(os.environ) == before
    assert workers.submit(blocked).result()
    assert not blocked()
    dies = workers.submit(os._exit, 1)
    with pytest.raises(BrokenExecutor):
        dies.result()
    workers.restart()
    assert workers.submit(compute, packed, [1]).result().tile.values["value"].tolist() == [2]
    sleeps = workers.submit(time.sleep, 60)
    while not sleeps.running():
        time.sleep(0.01)
    begin = time.monotonic()
    workers.stop()
    assert time.monotonic() - begin < 30
    assert multiprocessing.active_children() == []


def test_what_can_not_be_pickled_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    for workers in (Own(1), workers_of(ProcessPoolExecutor(1), None, 3)):
        with pytest.raises(TypeError, match=r"function must be one that other processes can import, got <function"):
            workers.prepare(Task(lambda x: x, GRID, None))
        workers.stop()
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("executor", [ThreadPoolExecutor(2), Serial()], ids=["threads", "serial"])
def test_what_needs_no_pickle_takes_any_function(executor: Any) -> None:
    workers = workers_of(executor, None, 3)
    assert isinstance(workers, Lent)
    packed = workers.prepare(Task(lambda x: 2 * x, GRID, None))
    assert workers.submit(compute, packed, [2]).result().tile.values["value"].tolist() == [6]
    workers.stop()
    assert workers.submit(itself, 3).result() == 3


def test_a_lent_one_is_not_replaced_unless_it_heals() -> None:
    with pytest.raises(RuntimeError, match=r"the executor broke, .*; leave executor out"):
        Lent(Serial(), 1, pickle.dumps).restart()
    Lent(Serial(), 1, pickle.dumps, heals=True).restart()


class Client:
    """Stands in for dask's."""

    def submit(self, *_: Any) -> Any:
        raise AssertionError("not by this way")

    def get_executor(self, pure: bool) -> Executor:
        assert not pure
        return Serial()

    def nthreads(self) -> dict[str, int]:
        return {"one": 2, "other": 3}


def test_widths() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert workers_of(None, None, 10**6).width == cores
    assert workers_of(None, 7, 10**6).width == 7
    assert workers_of(None, 7, 2).width == 2
    assert workers_of(ThreadPoolExecutor(5), None, 2).width == 5
    assert workers_of(Serial(), None, 2).width == cores
    assert workers_of(Client(), None, 2).width == 5
    assert workers_of(Client(), 1, 2).width == 1


@pytest.mark.parametrize("bad", [3, "dask", ProcessPoolExecutor, object(), True])
def test_what_is_no_executor_is_refused(bad: Any) -> None:
    with pytest.raises(TypeError, match=r"executor must be .*; for so many processes give n_workers"):
        workers_of(bad, None, 3)
