"""The lock: one holder, in this process or another; given back by a process that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from toytoy.numeric.sweeping.lock import Lock

HOLD = """
import sys, time
from pathlib import Path
from toytoy.numeric.sweeping.lock import Lock
held = Lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_the_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first = Lock(tmp_path)
    with pytest.raises(ValueError, match=f"in this process, {os.getpid()}; wait, or name another"):
        Lock(tmp_path / "." / ".." / tmp_path.name)
    first.release()
    assert os.listdir(tmp_path) == []
    Lock(tmp_path).release()


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ValueError, match=f"in use by process {other.pid} on "):
            Lock(tmp_path)
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    Lock(tmp_path).release()
    assert os.listdir(tmp_path) == []


def test_a_refused_one_does_not_free_the_other(tmp_path: Path) -> None:
    """Closing any handle of a file gives up all of a process's locks on it."""
    first = Lock(tmp_path)
    with pytest.raises(ValueError, match="in use"):
        Lock(tmp_path)
    text = HOLD.replace("time.sleep(60)", "")
    other = subprocess.run([sys.executable, "-c", text, str(tmp_path)], capture_output=True, text=True, check=False)
    assert f"in use by process {os.getpid()}" in other.stderr
    first.release()


def test_what_can_not_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="lock"):
        Lock(tmp_path / "nowhere")
