"""One test file against one clone, in a process of its own with limits; heavy libraries are loaded once, before."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY = 8 << 30  # bytes of a mutant that builds without end
_HEAVY = (
    *("numpy", "scipy.integrate", "scipy.linalg", "scipy.optimize", "scipy.special", "scipy.stats", "scipy.spatial"),
    *("numba", "sympy", "mpmath", "xarray", "h5netcdf", "matplotlib.figure", "matplotlib.backends.backend_agg"),
    *("hypothesis.strategies", "hypothesis.extra.numpy", "pytest", "click", "rich.console", "flint", "doctest"),
)
_NO_TESTS = 5  # pytest's exit status where every test is marked slow


@dataclass(frozen=True)
class Trial:
    """What is run in a clone: a test file, or, where it is None, the doctests of the module.

    Kernels run as plain Python ("plain"), compiled from the cache ("warm"), or compiled anew ("cold"), which a mutant
    of a kernel needs: the cache of numba knows no mutants.
    """

    clone: Path
    module: str
    tests: str | None
    kernels: str = "warm"
    slow: bool = False  # the tests marked so, and no others
    quick: bool = False  # without the tests that take long


@dataclass(frozen=True)
class Outcome:
    """How it ended: "passed", "failed" or "timeout", with seconds of wall and of processor."""

    status: str
    wall: float
    processor: float


def preload() -> None:
    """Load what every test file loads; the library itself is left to each process."""
    for name in _HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # or every process looks through all of these for garbage, which takes longer than most tests


def run(trial: Trial, wall: float, processor: float, plugin: Any, log: Path, keep_bytecode: bool = False) -> Outcome:
    """Fork, run, and wait; whatever it started is ended with it. The plugin is one of pytest's."""
    start = time.monotonic()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _limit(processor)
            _redirect(log)
            code = _verdict(trial, plugin, log.parent, keep_bytecode)
        except BaseException as error:  # an exit of the mutant's own is a failure too
            print(repr(error), file=sys.stderr)
        finally:
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
            os._exit(code)
    try:
        return _wait(child, start, wall)
    finally:
        _end(child)


def _wait(child: int, start: float, wall: float) -> Outcome:
    status, usage, out_of_time = None, None, False
    while status is None:
        pid, raw, used = os.wait4(child, os.WNOHANG)
        if pid:
            status, usage = raw, used
        elif time.monotonic() - start > wall and not out_of_time:
            out_of_time = True
            _end(child)
        else:
            time.sleep(0.004)
    assert usage is not None
    spent = usage.ru_utime + usage.ru_stime
    killed_by_limit = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    passed = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    name = "passed" if passed else "timeout" if out_of_time or killed_by_limit else "failed"
    return Outcome(name, time.monotonic() - start, spent)


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _limit(processor: float) -> None:
    seconds = max(1, round(processor))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _redirect(log: Path) -> None:
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(target, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout = os.fdopen(1, "w", closefd=False)  # the parent may have had others, as under pytest
    sys.stderr = os.fdopen(2, "w", closefd=False)


def _verdict(trial: Trial, plugin: Any, folder: Path, keep_bytecode: bool) -> int:
    """Run the trial, in the child; 0 where it passes."""
    os.environ.update(CI="true", MPLBACKEND="Agg", PYTHONPATH=str(trial.clone.parent))
    os.environ["NUMBA_CACHE_DIR"] = str(folder / f"kernels-{trial.kernels}")
    if trial.kernels == "plain":
        _interpret()
    if not keep_bytecode:
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
    os.chdir(trial.clone)
    sys.path[:0] = [str(trial.clone.parent), str(trial.clone)]
    if trial.tests is None:
        return _doctests(trial.module, folder)
    return _pytest(trial, plugin)


def _interpret() -> None:
    import numba.core.config

    config: Any = numba.core.config
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    config.DISABLE_JIT = 1


def _doctests(module: str, folder: Path) -> int:
    import doctest

    parts = Path(module).with_suffix("").parts
    name = ".".join(("toytoy", *(parts[:-1] if parts[-1] == "__init__" else parts)))
    os.chdir(folder)  # for examples that write files
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.FAIL_FAST
    return int(doctest.testmod(importlib.import_module(name), optionflags=options).failed > 0)


def _pytest(trial: Trial, plugin: Any) -> int:
    import pytest

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-q", "--tb=no", "--timeout=0", "-m"]  # limits of time are set here, in seconds of processor
    for name in ("pytest_timeout", "_hypothesis_pytestplugin", "no:cacheprovider", "no:unraisableexception"):
        options[:0] = ["-p", name]
    marked = "slow and not benchmark" if trial.slow else "not slow and not benchmark"
    code = pytest.main([*options, marked, str(trial.tests)], plugins=[plugin])
    return 0 if code == _NO_TESTS else int(code)
