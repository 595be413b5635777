"""The worker: computes cells with their arguments, loads a task once, and ends with its parent."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from toytoy.numeric.sweeping.grid import cell_seed, grid_of
from toytoy.numeric.sweeping.outcome import Failure
from toytoy.numeric.sweeping.tile import Disagree
from toytoy.numeric.sweeping.worker import Task, compute, follow_parent, trouble

GRID = grid_of({"x": [1, 2, 3], "y": [0, 1]})


def given(**arguments: Any) -> dict[str, Any]:
    if arguments["x"] == 2:
        raise ValueError("no")
    return {f"got_{name}": value for name, value in arguments.items()}


@pytest.mark.parametrize("packed", [False, True])
def test_cells_get_their_arguments(packed: bool) -> None:
    task = Task(given, GRID, None)
    tile, seconds = compute(pickle.dumps(task) if packed else task, range(1, 5))
    assert tile.cells == (1, 2, 3, 4)
    assert set(tile.failures) == {2, 3}
    assert isinstance(tile.failures[2], Failure)
    assert {name: stack.tolist() for name, stack in tile.values.items()} == {"got_x": [1, 3], "got_y": [1, 0]}
    assert seconds >= 0


def test_seeds_are_those_of_the_cells() -> None:
    tile = compute(Task(given, GRID, 7), [5]).tile
    assert tile.values["got_seed"].tolist() == [cell_seed(7, {"x": 3, "y": 1})]


def test_cells_that_disagree_are_refused() -> None:
    with pytest.raises(Disagree):
        compute(Task(lambda x, y: [0] * x, GRID, None), range(6))


class Unloadable:
    def __reduce__(self) -> Any:
        return (int, ("no number",))


class Counted:
    loads = 0

    def __setstate__(self, state: Any) -> None:
        Counted.loads += 1

    def __getstate__(self) -> Any:
        return {"some": "state"}

    def __call__(self, x: int, y: int) -> int:
        return x


def test_what_can_not_be_loaded_is_told() -> None:
    assert trouble(Task(given, GRID, None)) == ""
    assert trouble(pickle.dumps(Task(given, GRID, None))) == ""
    assert trouble(pickle.dumps(Task(Unloadable(), GRID, None))).startswith("ValueError: invalid literal")  # type: ignore[arg-type]


def test_a_task_is_loaded_once() -> None:
    packed = pickle.dumps(Task(Counted(), GRID, None))
    for cell in range(6):
        compute(bytes(bytearray(packed)), [cell])
    assert Counted.loads == 1


PARENT = """
import multiprocessing, sys, time
from toytoy.numeric.sweeping.worker import follow_parent
def wait():
    follow_parent()
    print("waits", flush=True)
    time.sleep(60)
if __name__ == "__main__":
    child = multiprocessing.get_context("fork").Process(target=wait)
    child.start()
    print(child.pid, flush=True)
    time.sleep(60)
"""


def test_it_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        said = {parent.stdout.readline().strip() for _ in range(2)}
        (child,) = (int(word) for word in said - {"waits"})
        os.kill(child, 0)
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":  # nobody took its status: it has ended
            return
        time.sleep(0.02)
    raise AssertionError("it is still there")


def test_who_has_no_parent_follows_nobody() -> None:
    assert multiprocessing.parent_process() is None
    follow_parent()
