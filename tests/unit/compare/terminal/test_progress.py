"""The bar: silent where nobody watches, and on short work; removed however the work ends."""

from __future__ import annotations

import io
import sys

import pytest
from toytoy.compare.terminal.progress import Bar, progress_bar


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Claim to be one."""
        return True


def run(bar: Bar) -> None:
    """Report a piece of work of three steps."""
    progress = bar.stage("optimum")
    for done in range(4):
        progress(done, 3)
    bar.close()


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in place of stderr: in the test itself, as pytest puts its own there after fixtures ran."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    return stream


def test_long_work_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    run(Bar(patience=-1.0))
    assert "optimum" in terminal.getvalue()


def test_short_work_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    run(Bar(patience=3600.0))
    assert terminal.getvalue() == ""


def test_nothing_is_written_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    run(Bar(patience=-1.0))
    assert stream.getvalue() == ""


def test_the_bar_is_removed_when_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch)
    seen: list[tuple[Bar, bool]] = []

    def fail() -> None:
        with progress_bar(patience=-1.0) as bar:
            bar.stage("optimum")(1, 3)
            seen.append((bar, bar.shown))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ((bar, shown),) = seen
    assert shown
    assert not bar.shown
