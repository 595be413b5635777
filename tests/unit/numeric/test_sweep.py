"""The sweep: results along the grid's axes, failures recorded, stores gone on with, bad input refused in a sentence."""

from __future__ import annotations

import functools
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.numeric.sweep import sweep
from toytoy.numeric.sweeping.grid import cell_seed
from toytoy.numeric.sweeping.outcome import WORKER_DIED

GRID: dict[str, Any] = {"x": [1.0, 2.0, 3.0], "y": [0, 1]}
HERE = ThreadPoolExecutor(1)


def product(x: float, y: int) -> float:
    return x * y


def quotient(x: float, y: int) -> dict[str, Any]:
    if y == 0 and x == 2:
        raise ZeroDivisionError(f"{x} / {y}")
    return {"ratio": x / (y + 1), "whole": y, "word": f"{x}/{y}", "pair": [x, y]}


def drawn(x: float, seed: int) -> float:
    return float(np.random.default_rng(seed).normal()) + 0 * x


def deadly(x: float, y: int) -> float:
    if (x, y) == (2.0, 1):
        os._exit(1)
    return x * y


def here(function: Any = product, grid: Any = GRID, **how: Any) -> xr.Dataset:
    """Sweep in this process."""
    return sweep(function, grid, HERE, **how)


def test_values_lie_along_the_axes() -> None:
    found = here()
    assert dict(found.sizes) == {"x": 3, "y": 2}
    for x in GRID["x"]:
        for y in GRID["y"]:
            assert float(found.value.sel(x=x, y=y)) == x * y
    assert set(found.error.values.ravel()) == set(found.traceback.values.ravel()) == {""}
    assert found.attrs == {"function": f"{__name__}.product", "seed": "none", "version": tt.__version__}


def test_a_failed_cell_is_recorded_and_the_rest_goes_on() -> None:
    found = here(quotient)
    failed = (found.error != "").values
    assert np.argwhere(failed).tolist() == [[1, 0]]
    assert found.error.values[1, 0] == "ZeroDivisionError: 2.0 / 0"
    assert "in quotient" in found.traceback.values[1, 0]
    assert np.array_equal(np.isnan(found.ratio.values), failed)
    assert np.array_equal(np.isnan(found.whole.values), failed)
    assert found.pair.dims == ("x", "y", "pair_0")
    assert np.array_equal(np.isnan(found.pair.values).all(axis=-1), failed)
    assert found.word.values.tolist() == [["1.0/0", "1.0/1"], ["", "2.0/1"], ["3.0/0", "3.0/1"]]


def test_whole_numbers_and_truths_stay_what_they_are() -> None:
    found = here(lambda x, y: {"n": y, "t": x > 1, "z": complex(x, y)})
    assert [found[name].dtype.kind for name in "ntz"] == ["i", "b", "c"]


def test_what_is_saved_loads_again(tmp_path: Path) -> None:
    found = here(quotient, store=tmp_path / "store")
    loaded = xr.load_dataset(tmp_path / "store" / "result.nc", engine="h5netcdf")
    xr.testing.assert_identical(loaded, found)
    kinds = [[data[name].dtype.kind.replace("O", "U") for name in found] for data in (loaded, found)]
    assert kinds[0] == kinds[1]


def test_seeds_belong_to_cells() -> None:
    one, finer = here(drawn, {"x": [1.0, 2.0]}), here(drawn, {"x": [2.0, 0.5, 1.0]})
    assert [float(one.value.sel(x=x)) for x in (1, 2)] == [float(finer.value.sel(x=x)) for x in (1, 2)]
    assert len(set(finer.value.values)) == 3
    wanted = np.random.default_rng(cell_seed(0, {"x": 1.0})).normal()
    assert float(one.value[0]) == wanted
    assert not np.array_equal(here(drawn, {"x": [1.0, 2.0]}, seed=1).value, one.value)


def test_a_finished_store_is_read_and_not_computed_again(tmp_path: Path) -> None:
    first = here(quotient, store=tmp_path)
    seen: list[tuple[int, int]] = []
    again = sweep(quotient, GRID, Refuses(), tmp_path, progress=lambda *given: seen.append(given))
    xr.testing.assert_identical(first, again)
    assert seen == [(6, 6)]


class Refuses(Executor):
    def submit(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("nothing is left to compute")


class Flaky:
    """Fails at some cells while a file is there."""

    def __init__(self, switch: Path) -> None:
        self.switch = switch

    def __call__(self, x: float, y: int) -> float:
        if self.switch.exists() and x > 1:
            raise OSError("not now")
        return x * y


@pytest.mark.parametrize("tile_size", [1, 4, 6])
def test_failed_cells_are_computed_again_when_asked(tmp_path: Path, tile_size: int) -> None:
    function, store = Flaky(tmp_path / "off"), tmp_path / "store"
    function.switch.touch()
    first = here(function, store=store, tile_size=tile_size)
    assert int((first.error != "").sum()) == 4
    function.switch.unlink()
    xr.testing.assert_identical(here(function, store=store), first)
    seen: list[int] = []
    second = here(function, store=store, retry_failed=True, progress=lambda done, _: seen.append(done))
    assert seen[0] == 2
    assert seen[-1] == 6
    xr.testing.assert_identical(second, here(function))
    xr.testing.assert_identical(here(function, store=store), second)


def test_all_failing_is_one_error_with_the_first(tmp_path: Path) -> None:
    def fail(x: float, y: int) -> float:
        raise ValueError(f"never at {x}")

    says = r"all 6 cells failed, the first, at x=1.0, y=0: ValueError: never at 1.0"
    for _ in range(2):  # stored the second time
        with pytest.raises(RuntimeError, match=says):
            here(fail, store=tmp_path)


@pytest.mark.parametrize("tile_size", [1, 6])
def test_cells_that_disagree_are_one_error(tile_size: int) -> None:
    says = r"value as numbers of shape \(1,\) at x=1.0, y=0, and value as numbers of shape \(2,\)"
    with pytest.raises(ValueError, match=says):
        here(lambda x, y: np.zeros(int(x)), tile_size=tile_size)


def test_names_that_clash_are_one_error() -> None:
    with pytest.raises(ValueError, match="a_0 must name the axis of a"):
        here(lambda x, y: {"a": [1], "a_0": 2})


def test_a_tampered_store_is_refused(tmp_path: Path) -> None:
    here(store=tmp_path)
    (tile, *_) = sorted((tmp_path / "tiles").iterdir())
    tile.write_bytes(tile.read_bytes()[:-1])
    with pytest.raises(ValueError, match=f"with tiles/{tile.name}: its checksum does not fit"):
        here(store=tmp_path)
    with pytest.raises(ValueError, match=f"with tiles/{tile.name}: its checksum does not fit"):
        here(store=tmp_path)  # and is not left locked


def test_a_progress_function_that_fails_stops_it_and_leaves_the_store_good(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        here(store=tmp_path, tile_size=1, progress=stop)
    (note,) = stopped.value.__notes__
    kept = int(note.split()[0])
    assert 2 <= kept < 6
    assert note == f"{kept} of 6 cells are kept in {tmp_path}; repeat it with the same store to go on from there"
    seen: list[int] = []
    xr.testing.assert_identical(here(store=tmp_path, progress=lambda done, _: seen.append(done)), here())
    assert seen[0] == kept
    with pytest.raises(KeyboardInterrupt) as stopped:
        here(tile_size=1, progress=stop)
    assert stopped.value.__notes__[0].startswith("nothing is kept: with store=FOLDER what is computed is")


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ({"function": 3}, TypeError, "function must be callable, got 3"),
        ({"function": lambda x: x}, TypeError, r"must take the grid's names, x, y, as keywords.*'y'"),
        ({"function": lambda x, y, z: x}, TypeError, "'z'.*functools.partial"),
        ({"grid": {}}, ValueError, "at least one axis"),
        ({"executor": 4}, TypeError, "executor must be .* got 4; for so many processes give n_workers"),
        ({"executor": ProcessPoolExecutor}, TypeError, "executor must be"),
        ({"n_workers": 0}, ValueError, "n_workers must be a whole number"),
        ({"n_workers": 1.5}, TypeError, "n_workers must be a whole number"),
        ({"tile_size": -1}, ValueError, "tile_size must be a whole number"),
        ({"seed": -1}, ValueError, "seed must be a whole number"),
        ({"store": ""}, TypeError, "store must be the name of a folder"),
        ({"progress": 3}, TypeError, r"progress must be a function \(done, total\), got 3"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(how: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as refused:
        sweep(**({"function": product, "grid": GRID, "executor": HERE} | how))  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def test_a_closed_executor_says_so() -> None:
    closed = ThreadPoolExecutor(1)
    closed.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        sweep(product, GRID, closed)


@pytest.mark.parametrize(
    "local", [lambda x, y: x, functools.partial(lambda x, y, z: x, z=1)], ids=["lambda", "partial"]
)
def test_what_processes_can_not_import_is_refused_with_the_way_out(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(TypeError, match=r"other processes can import.*pip install cloudpickle.*ThreadPoolExecutor"):
        sweep(local, GRID, n_workers=1)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_processes_take_any_function_by_value() -> None:
    pytest.importorskip("cloudpickle")
    factor = 3.0
    found = sweep(lambda x, y: factor * x * y, GRID, n_workers=2)
    assert found.value.equals(3 * here().value)
    assert multiprocessing.active_children() == []


def test_our_own_processes_and_one_that_dies(tmp_path: Path) -> None:
    found = sweep(deadly, GRID, store=tmp_path, n_workers=2, tile_size=3)
    assert found.error.values.tolist() == [["", ""], ["", WORKER_DIED.error], ["", ""]]
    assert np.isnan(found.value.values[1, 1])
    assert np.nansum(found.value.values) == 4
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_a_lent_pool_that_breaks_is_an_error_with_the_way_out() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert float(sweep(product, GRID, pool).value.sum()) == 6
        with pytest.raises(RuntimeError, match=r"the executor broke.*leave executor out"):
            sweep(deadly, GRID, pool, tile_size=1)


SCRIPT = """
from toytoy.numeric.sweep import sweep
def f(x):
    return x
print(sweep(f, {"x": [1, 2]}, n_workers=1).value.values)
"""
LACKING = "import sys; sys.modules['cloudpickle'] = None"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        (SCRIPT, ["script.py"], '__name__ == "__main__"'),
        (SCRIPT, ["-c", LACKING + SCRIPT], "not in a notebook"),
        (SCRIPT, ["-c", SCRIPT], ""),
        (SCRIPT, [], ""),
        (SCRIPT.replace("print(", "if __name__ == '__main__':\n    print("), ["script.py"], ""),
    ],
    ids=["no guard", "no cloudpickle", "no file", "standard input", "guard"],
)
def test_scripts(tmp_path: Path, text: str, words: list[str], says: str) -> None:
    (tmp_path / "script.py").write_text(text)
    done = subprocess.run(
        [sys.executable, *words], input=text, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert says in done.stderr
    assert done.stderr.count("Traceback") == bool(says)
    assert done.stdout == ("" if says else "[1 2]\n")
