"""A progress bar for a terminal, with a time estimate, which appears only once the work has taken a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from ..hands import Progress

PATIENCE = 1.0  # seconds before a bar appears
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Pace:
    """How fast a stage goes, from what was done since it was first told of: what a store held before costs no time."""

    def __init__(self, now: float, done: int, total: int) -> None:
        self._begin, self._before = now, done
        self.tell(now, done, total)

    def tell(self, now: float, done: int, total: int) -> None:
        """Take in how far it is."""
        self._now, self.done, self.total = now, done, total

    def left(self, now: float) -> float | None:
        """Estimate the seconds that are left; None while nothing is done."""
        done = self.done - self._before
        if done <= 0:
            return None
        each = (self._now - self._begin) / done
        return max(0.0, each * (self.total - self.done) - (now - self._now))


def in_words(seconds: float | None) -> str:
    """Write a time that is left, to two digits or so."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return f"{seconds:.0f} s left"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min left"
    hours, minutes = divmod(round(seconds / MINUTE), 60)
    return f"{hours} h {minutes:02d} min left" if seconds < DAY else f"{seconds / DAY:.1f} days left"


class Bar:
    """Shows stages of work, one line each, on stderr if that is a terminal; otherwise nothing.

    Parameters
    ----------
    patience : float
        Seconds before anything is shown.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.visible = sys.stderr.isatty()
        self._shown: RichProgress | None = None
        self._begin = time.monotonic() + patience
        self._paces: dict[str, Pace] = {}
        self._tasks: dict[str, int] = {}
        self._lock = threading.RLock()
        self._alarm = threading.Timer(max(patience, 0.0), self._draw)  # the first step may take much longer
        self._alarm.daemon = True
        if self.visible:
            self._alarm.start()

    def stage(self, name: str) -> Progress:
        """Start a stage; returns its progress function (done, total)."""

        def progress(done: int, total: int) -> None:
            if not self.visible:
                return
            with self._lock:
                now = time.monotonic()
                if name in self._paces:
                    self._paces[name].tell(now, done, total)
                else:
                    self._paces[name] = Pace(now, done, total)
                if now > self._begin:
                    self._draw()

        return progress

    @property
    def shown(self) -> bool:
        """Whether the bar stands on the terminal."""
        return self._shown is not None

    def _draw(self) -> None:
        """Bring the terminal up to date."""
        with self._lock:
            if not self.visible or not self._paces:
                return
            if self._shown is None:
                self._shown = _rich_bar(self._paces)
                self._shown.start()
            for name, pace in self._paces.items():
                if name not in self._tasks:
                    self._tasks[name] = self._shown.add_task(name, total=pace.total)
                self._shown.update(self._tasks[name], completed=pace.done, total=pace.total)  # type: ignore[arg-type]

    def close(self) -> None:
        """Remove the bar from the terminal."""
        self._alarm.cancel()
        with self._lock:
            if self._shown is not None:
                self._shown.stop()
            self._shown, self.visible = None, False


def _rich_bar(paces: dict[str, Pace]) -> RichProgress:
    """Make a bar whose last column counts down between steps, however long they take."""
    from rich import progress
    from rich.console import Console
    from rich.text import Text

    class Left(progress.ProgressColumn):
        def render(self, task: progress.Task) -> Text:
            return Text(in_words(paces[task.description].left(time.monotonic())), style="progress.remaining")

    columns = progress.TextColumn("{task.description}"), progress.BarColumn(), progress.TaskProgressColumn(), Left()
    return progress.Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def progress_bar(patience: float = PATIENCE) -> Iterator[Bar]:
    """Open a `Bar`, and remove it however the work ends."""
    bar = Bar(patience)
    try:
        yield bar
    finally:
        bar.close()
