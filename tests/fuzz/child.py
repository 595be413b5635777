"""A process that tries one case after another, with limits: it may hang, crash or swallow memory, and we go on."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

MEMORY = 2**33  # bytes of address space of a child: beyond it an allocation fails, and must be refused
GROWTH = 2**31  # bytes that one case may add to what the child ever held
PATIENCE = 20.0  # seconds that a case may take to end after it was interrupted
START = 300.0  # seconds to import everything, on a busy machine


class Ended(NamedTuple):
    """How a case ended: what its function returned, or why there is none, and whether it was interrupted."""

    value: Any
    fault: str = ""
    interrupted: bool = False


class Child:
    """A process of its own that calls one function, named "module:function", with what it is sent.

    Parameters
    ----------
    function : str
    seconds : float
        After so long a case is interrupted as by Ctrl-C; 20 seconds later its process is killed.
    ready : names of modules
        Imported first: an import that is interrupted leaves half of a module behind.
    growth : int
        Bytes that a case may add to what the process ever held.
    """

    def __init__(self, function: str, seconds: float, ready: tuple[str, ...] = (), growth: int = GROWTH) -> None:
        self._function, self._seconds, self._ready, self._growth = function, seconds, ready, growth
        self._process: Any = None

    def call(self, *given: Any) -> Ended:
        """Call the function; start the process if there is none."""
        try:
            if self._process is None:
                self._start()
            self._pipe.send(given)
            return self._answer()
        except (EOFError, OSError):  # its end of the pipe is closed: it died
            assert self._process is not None
            self._process.join(PATIENCE)
            fault = f"its process died with status {self._process.exitcode}"
            self.close()
            return Ended(None, fault)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._function, self._ready))
        self._process.start()
        theirs.close()
        if not self._pipe.poll(START):
            raise TimeoutError(f"a process did not start in {START:g} seconds")
        self._pipe.recv()

    def _answer(self) -> Ended:
        if self._pipe.poll(self._seconds):
            return self._checked(False)
        os.kill(self._process.pid, signal.SIGINT)
        ended = self._checked(True) if self._pipe.poll(PATIENCE) else None
        self.close()  # an import that was interrupted leaves half of a module behind
        if ended:
            return ended
        return Ended(None, f"it hung: {self._seconds:g} s, and {PATIENCE:g} s more after an interrupt")

    def _checked(self, interrupted: bool) -> Ended:
        value, fault, grown = self._pipe.recv()
        if grown > self._growth:
            self.close()
            fault = fault or f"it took {grown / 2**30:.1f} GiB"
        return Ended(value, fault, interrupted)


def _serve(pipe: Connection, name: str, ready: tuple[str, ...]) -> None:
    """Import the function, and answer calls until the pipe is closed; interrupts count only within a call."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for first in ready:
        importlib.import_module(first)
    module, _, function = name.partition(":")
    call = getattr(importlib.import_module(module), function)
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_called(call, pipe.recv()))


def _called(call: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Any, str, int]:
    before = _peak()
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        value, fault = call(*given), ""
    except BaseException as error:
        value, fault = None, f"{type(error).__name__}: {error}"
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return value, fault, _peak() - before


def _peak() -> int:
    """Return the most memory that this process ever held, in bytes; on Linux not what its parent did, too."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024
