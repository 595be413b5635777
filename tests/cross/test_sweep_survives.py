"""Sweeps that are killed, interrupted, run by few or many, here or on a cluster: always the same bytes."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from toytoy.numeric.sweep import sweep
from toytoy.numeric.sweeping.outcome import WORKER_DIED
from toytoy.numeric.sweeping.store import RESULT

from tests.cross.killed_sweep import GRID, noisy
from tests.meta.sources import ROOT

KILLS = 24  # at random moments
PATIENCE = 20.0  # seconds for processes to be gone: thousands of times what they need


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "tests.cross.killed_sweep", *map(str, words)]


def started(*words: object) -> subprocess.Popen[str]:
    """Start a sweep in a session of its own, which its workers share."""
    return subprocess.Popen(
        command(*words), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def nobody_left(session: int) -> bool:
    """Wait until no process of a session runs."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def saved(folder: Path, function: Callable[..., Any] = noisy, grid: Any = GRID, **how: Any) -> bytes:
    """Sweep, and return what is saved: by the store, and by the user, which is the same."""
    found = sweep(function, grid, store=folder / "store", **how)
    found.to_netcdf(folder / "own.nc", engine="h5netcdf")
    content = (folder / "store" / RESULT).read_bytes()
    assert (folder / "own.nc").read_bytes() == content
    return content


def test_a_kill_at_any_call_to_the_file_system_changes_nothing(tmp_path: Path) -> None:
    done = subprocess.run(command("calls", tmp_path), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    moments, wrong = done.stdout.split(maxsplit=1)
    assert int(moments) >= 2 * 20
    assert wrong.strip() == "[]"


@pytest.mark.slow
def test_a_store_that_writes_in_place_is_caught(tmp_path: Path) -> None:
    """The test above would notice."""
    done = subprocess.run(command("careless", tmp_path), cwd=ROOT, capture_output=True, text=True, check=False)
    _, wrong = done.stdout.split(maxsplit=1)
    assert wrong.strip() != "[]"


@pytest.mark.slow
@pytest.mark.timeout(600)  # each kill lets processes start and import: minutes, where the machine is busy
def test_kills_at_random_moments_change_nothing(tmp_path: Path) -> None:
    """Half of them by the clock, half just after some step was reported; a finished store is left for a new one."""
    draws = random.Random(0)
    begin = time.monotonic()
    subprocess.run(command("run", tmp_path / "whole"), cwd=ROOT, check=True, capture_output=True)
    whole = time.monotonic() - begin
    wanted = (tmp_path / "whole" / RESULT).read_bytes()
    stores = tries = kills = 0
    while kills < KILLS:
        tries += 1
        sweeping = started("run", tmp_path / str(stores))
        assert sweeping.stdout is not None
        if tries % 2:
            time.sleep(draws.uniform(0, 1.2 * whole))
        else:
            for _ in range(draws.randrange(1, 9)):
                sweeping.stdout.readline()
            time.sleep(draws.uniform(0, 0.01))
        sweeping.kill()
        sweeping.communicate()
        assert nobody_left(sweeping.pid)
        if sweeping.returncode == 0:  # it was done before
            assert (tmp_path / str(stores) / RESULT).read_bytes() == wanted
            stores += 1
        else:
            kills += 1
    subprocess.run(command("run", tmp_path / str(stores)), cwd=ROOT, check=True, capture_output=True)
    assert (tmp_path / str(stores) / RESULT).read_bytes() == wanted
    print(f"{kills} kills, {stores + 1} stores")


@pytest.mark.slow
def test_ctrl_c_stops_quietly_keeps_what_landed_and_says_how_to_go_on(tmp_path: Path) -> None:
    sweeping = started("run", tmp_path / "store")
    assert sweeping.stdout is not None
    while int(sweeping.stdout.readline()) < 5:
        pass
    os.killpg(sweeping.pid, signal.SIGINT)  # to all of them, as a terminal does
    _, errors = sweeping.communicate(timeout=PATIENCE)
    assert sweeping.returncode == -signal.SIGINT
    assert nobody_left(sweeping.pid)
    assert errors.count("Traceback") == 1  # Python's own, of the script that was interrupted
    (kept,) = re.findall(
        r"^(\d+) of 180 cells are kept in .*store; repeat it with the same store", errors, re.MULTILINE
    )
    assert 5 <= int(kept) < 180
    finished = subprocess.run(command("run", tmp_path / "store"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines()[0] == kept


MAP = "diagram -n 2 -m 1 --density 0.1:1:12 --importance 0.1:10:12 --method multistart --starts 60 --workers 2 --json"


@pytest.mark.slow
def test_ctrl_c_on_the_command_line_is_one_line_and_the_same_command_goes_on(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "toytoy", *MAP.split(), "--store", str(tmp_path / "store")]
    mapping = subprocess.Popen(
        words, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    while not list((tmp_path / "store").glob("tiles/*.tile")):
        assert mapping.poll() is None
        time.sleep(0.01)
    os.killpg(mapping.pid, signal.SIGINT)
    output, errors = mapping.communicate(timeout=PATIENCE)
    assert (mapping.returncode, output) == (130, "")
    way_out = "repeat it with the same store to go on from there"
    assert re.fullmatch(rf"toytoy: interrupted; \d+ of 144 cells are kept in \S+; {way_out}\n", errors)
    assert nobody_left(mapping.pid)
    resumed, whole = (
        subprocess.run(again, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        for again in (words, words[:-2])
    )
    assert resumed == whole


@pytest.mark.parametrize("tile_size", [None, 1, 4, 100])
def test_portions_do_not_matter(tmp_path: Path, tile_size: int | None) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = saved(tmp_path / "a", executor=ThreadPoolExecutor(1), tile_size=2)
    assert saved(tmp_path / "b", executor=ThreadPoolExecutor(3), tile_size=tile_size) == one


@pytest.mark.slow
@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_the_number_of_processes_does_not_matter(tmp_path: Path, n_workers: int) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = saved(tmp_path / "a", executor=ThreadPoolExecutor(1))
    assert saved(tmp_path / "b", n_workers=n_workers) == one


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs toytoy[distributed]")
    for name in "abc":
        (tmp_path / name).mkdir()
    one = saved(tmp_path / "a", executor=ThreadPoolExecutor(1))
    here = {"local_directory": str(tmp_path), "dashboard_address": None}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **here) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert saved(tmp_path / "b", executor=client, tile_size=1) == one
        assert saved(tmp_path / "c", executor=client.get_executor()) == one
        by_value = sweep(lambda x: 2 * x, {"x": [1.0, 2.0]}, client)
        assert by_value.value.values.tolist() == [2, 4]
        dies = sweep(os_exit_at_two, {"x": [1, 2, 3]}, client)
    assert dies.error.values.tolist() == ["", WORKER_DIED.error, ""]


def os_exit_at_two(x: int) -> int:
    if x == 2:
        os._exit(1)
    return x
