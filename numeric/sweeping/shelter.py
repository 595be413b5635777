"""Moments at which Ctrl-C has to wait, and how processes start that shall not hear it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from multiprocessing import resource_tracker

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@contextlib.contextmanager
def sheltered() -> Iterator[None]:
    """Let processes start deaf to Ctrl-C, which is this one's to handle, and with one thread where nothing is said.

    A signal that is blocked here is blocked there from the first instruction on. Threads must be counted before numpy
    is loaded, which the user's script may do before any code of ours runs there.
    """
    missing = [name for name in THREADS if name not in os.environ]
    with shielded(), _deaf(), _no_script_but_a_file():
        os.environ.update(dict.fromkeys(missing, "1"))
        try:
            yield
        finally:
            for name in missing:
                os.environ.pop(name, None)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Block Ctrl-C in this thread, and in the processes that it starts."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its start lets signals through again, so it must come before
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _no_script_but_a_file() -> Iterator[None]:
    """Keep workers from reading the script again where there is none, as Python says `<stdin>` of standard input."""
    main = sys.modules["__main__"]
    path = getattr(main, "__file__", None)
    if path is None or os.path.exists(path):
        yield
        return
    del main.__file__
    try:
        yield
    finally:
        main.__file__ = path


@contextlib.contextmanager
def pipes_may_break() -> Iterator[None]:
    """Survive writing to a worker that has died: the command line lets a broken pipe end the process."""
    if not hasattr(signal, "SIGPIPE") or not _handles_signals():
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


@contextlib.contextmanager
def shielded() -> Iterator[None]:
    """Put Ctrl-C off until the end; other threads may take the signal, but its handler runs in the main one alone."""
    before = signal.getsignal(signal.SIGINT)
    if not _handles_signals() or not callable(before):
        yield
        return
    waiting: list[tuple[int, types.FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: waiting.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting:
            before(*waiting[0])


def _handles_signals() -> bool:
    return threading.current_thread() is threading.main_thread()
