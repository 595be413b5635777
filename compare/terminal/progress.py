"""A progress bar for a terminal, which appears only once the work has taken a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from ..maps import Progress

PATIENCE = 1.0  # seconds before a bar appears


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

    def stage(self, name: str) -> Progress:
        """Start a stage; returns its progress function (done, total)."""
        task = None

        def progress(done: int, total: int) -> None:
            nonlocal task
            bar = self._bar()
            if bar is not None:
                task = bar.add_task(name, total=total) if task is None else task
                bar.update(task, completed=done, total=total)

        return progress

    @property
    def shown(self) -> bool:
        """Whether the bar stands on the terminal."""
        return self._shown is not None

    def _bar(self) -> RichProgress | None:
        if self._shown is None and self.visible and time.monotonic() > self._begin:
            from rich.console import Console
            from rich.progress import Progress as RichProgress

            self._shown = RichProgress(console=Console(stderr=True), transient=True)
            self._shown.start()
        return self._shown

    def close(self) -> None:
        """Remove the bar from the terminal."""
        if self._shown is not None:
            self._shown.stop()
        self._shown, self.visible = None, False


@contextmanager
def progress_bar(patience: float = PATIENCE) -> Iterator[Bar]:
    """Open a `Bar`, and remove it however the work ends."""
    bar = Bar(patience)
    try:
        yield bar
    finally:
        bar.close()
