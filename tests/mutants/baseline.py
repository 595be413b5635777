"""Each test file unmutated: how long it takes, its tests from fast to slow, and those left out because they fail."""

from __future__ import annotations

import json
import math
import os
import signal
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.judge import Outcome, Trial, run

# seconds of processor: longer files judge no mutants
LONGEST, LONGEST_SLOW = 90.0, 30.0
QUICK_TEST, QUICK_FILE = 0.5, 4.0  # seconds of a test and of a file that a quick trial takes
AGAIN = 8.0  # seconds: a first run this long may have compiled kernels, a second one says what it costs


@dataclass(frozen=True)
class Baseline:
    """What an unmutated test file does."""

    status: str
    wall: float
    processor: float
    seconds: dict[str, float] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def judges(self) -> bool:
        """Whether a mutant that fails these tests fails because of its mutation."""
        return self.status == "passed"


def baseline(trial: Trial, folder: Path, shared: Path) -> Baseline:
    """Measure a trial, or read what a worker measured before."""
    marks = "-".join(name for name in ("slow", "quick") if getattr(trial, name))
    key = f"{trial.kernels}-{marks}-{trial.tests or 'doctests:' + trial.module}"
    stored = shared / (key.replace("/", ".") + ".json")
    if not stored.exists():
        found = _measured(trial, folder)
        shared.mkdir(exist_ok=True)  # it may be cleared in the middle, where clones are kept
        partial = stored.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(asdict(found)), "utf8")
        partial.replace(stored)
    return Baseline(**json.loads(stored.read_text("utf8")))


def _measured(trial: Trial, folder: Path) -> Baseline:
    outcome, notes = _observed(trial, folder / "log")
    if trial.kernels == "warm" and (outcome.processor > AGAIN or (trial.quick and notes.get("failed"))):
        outcome, notes = _observed(trial, folder / "log")
    failed = notes.get("failed", [])
    if outcome.status == "timeout" or not failed:
        return Baseline(outcome.status, outcome.wall, outcome.processor, notes.get("seconds", {}))
    passing = {name: seconds for name, seconds in notes["seconds"].items() if name not in failed}
    wasted = sum(notes["seconds"][name] for name in failed if name in notes["seconds"])
    # an error of a whole file, at its collection, has no seconds, and nothing passes
    status = "passed" if passing else "failed"
    return Baseline(status, outcome.wall, max(0.0, outcome.processor - wasted), passing, failed)


def _observed(trial: Trial, log: Path) -> tuple[Outcome, dict[str, Any]]:
    notes = log.parent / "notes.json"
    notes.unlink(missing_ok=True)
    limits = (QUICK_TEST, QUICK_FILE) if trial.quick else (math.inf, math.inf)
    longest = LONGEST_SLOW if trial.slow else LONGEST
    outcome = run(trial, 10 * longest, longest, Observer(notes, limits), log, keep_bytecode=True)
    return outcome, json.loads(notes.read_text("utf8")) if notes.exists() else {}


class _Plugin:
    """A plugin of pytest: hypothesis does not look for the smallest failure and keeps none; some tests are left out."""

    def __init__(self, left_out: tuple[str, ...]) -> None:
        self.left_out = frozenset(left_out)

    def pytest_sessionstart(self) -> None:
        """Set hypothesis, after the settings of conftest."""
        import hypothesis

        ci = hypothesis.settings.get_profile("ci")
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutants", ci, phases=phases, database=None)
        hypothesis.settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Take out what is left out."""
        items[:] = [item for item in items if item.nodeid not in self.left_out]


class Observer(_Plugin):
    """Notes what fails and how long each test takes, and stops tests that take too long."""

    def __init__(self, notes: Path, limits: tuple[float, float]) -> None:
        super().__init__(())
        self.notes, self.limits = notes, limits
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Let the test run, but not for long."""
        with _stopped_after(min(self.limits[0], self.limits[1] - time.process_time())):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, Any]:
        """Note how long a test takes, with what prepares it."""
        start = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - start

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a failure."""
        if report.failed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        self.notes.write_text(json.dumps({"seconds": self.seconds, "failed": self.failed}), "utf8")


class Judge(_Plugin):
    """Runs the fast tests first and stops at the first failure."""

    def __init__(self, known: Baseline) -> None:
        super().__init__(tuple(known.left_out))
        self.seconds = known.seconds

    def pytest_configure(self, config: pytest.Config) -> None:
        """Stop at the first failure."""
        config.option.maxfail = 1

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Sort by the time that each test takes unmutated."""
        super().pytest_collection_modifyitems(items)
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0))


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Stop a test after so many seconds of processor; SIGALRM is taken by pytest's own limit."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    if math.isinf(seconds):
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, max(seconds, 1e-3))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
