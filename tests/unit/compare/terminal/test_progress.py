"""The bar: silent where nobody watches, and on short work; removed however the work ends."""

from __future__ import annotations

import io
import sys
import time

import pytest
from toytoy.compare.terminal.progress import Bar, Pace, in_words, progress_bar


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


def test_what_was_done_before_costs_no_time() -> None:
    pace = Pace(100.0, 80, 100)
    assert pace.left(101.0) is None
    pace.tell(110.0, 85, 100)  # 2 s each
    assert pace.left(110.0) == 30.0
    assert pace.left(112.0) == 28.0
    assert pace.left(200.0) == 0.0
    pace.tell(140.0, 100, 100)
    assert pace.left(140.0) == 0.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0, "0 s left"),
        (45.4, "45 s left"),
        (600, "10 min left"),
        (3600, "1 h 00 min left"),
        (2 * 3600 + 125, "2 h 02 min left"),
        (3 * 86400, "3.0 days left"),
    ],
)
def test_times_in_words(seconds: float | None, words: str) -> None:
    assert in_words(seconds) == words


def test_the_estimate_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    bar = Bar(patience=-1.0)
    progress = bar.stage("sweep")
    progress(90, 100)
    time.sleep(0.01)
    progress(91, 100)
    bar.close()
    assert "s left" in terminal.getvalue()


def test_the_bar_appears_while_the_first_step_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(monkeypatch)
    bar = Bar(patience=0.05)
    bar.stage("sweep")(0, 10)
    assert not bar.shown
    end = time.monotonic() + 10
    while not bar.shown and time.monotonic() < end:
        time.sleep(0.01)
    assert bar.shown
    bar.close()
    assert not bar.shown
