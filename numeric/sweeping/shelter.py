"""Moments at which Ctrl-C has to wait, and how processes start that shall not hear it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from multiprocessing import resource_tracker

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@contextlib.contextmanager
def sheltered() -> Iterator[None]:
    """Let processes start deaf to Ctrl-C, which is this one's to handle, and with one thread where nothing is said.

    A blocked signal is inherited from the first instruction on, and is delivered here afterwards: none is lost. Threads
    must be counted before numpy is loaded, which the user's script may do before any code of ours runs there.
    """
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # its start lets signals through again, so it must come before
    missing = [name for name in THREADS if name not in os.environ]
    with shielded():
        os.environ.update(dict.fromkeys(missing, "1"))
        try:
            yield
        finally:
            for name in missing:
                os.environ.pop(name, None)


@contextlib.contextmanager
def shielded() -> Iterator[None]:
    """Put Ctrl-C off until the end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
