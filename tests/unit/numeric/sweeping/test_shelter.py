"""Shelter: Ctrl-C waits and is not lost; threads are counted for processes that start, and for nobody else."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from toytoy.numeric.sweeping.shelter import THREADS, pipes_may_break, sheltered, shielded


@pytest.mark.parametrize("shelter", [sheltered, shielded])
def test_an_interrupt_waits_until_the_end(shelter: type) -> None:
    reached = []

    def interrupted() -> None:
        with shelter():
            os.kill(os.getpid(), signal.SIGINT)
            reached.append("end")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached == ["end"]
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_one_thread_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in THREADS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(THREADS[1], "5")
    before = dict(os.environ)
    with sheltered():
        assert [os.environ[name] for name in THREADS] == ["1", "5", "1", "1"]
    assert dict(os.environ) == before


def test_a_broken_pipe_is_an_error_and_no_end() -> None:
    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as the command line has it
    try:
        with pipes_may_break():
            reader, writer = os.pipe()
            os.close(reader)
            with pytest.raises(BrokenPipeError):
                os.write(writer, b"x")
            os.close(writer)
        assert signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGPIPE, before)


def test_other_threads_leave_signals_alone() -> None:
    seen: list[object] = []

    def look() -> None:
        with pipes_may_break():
            seen.append(signal.getsignal(signal.SIGPIPE))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGPIPE)]
