"""Compilation: the cache is put where something can be written, follows the sources, and can be done without."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic import compiled as module
from toytoy.analytic.compiled import compiled, inlined, vectorized
from toytoy.analytic.cube import scratch
from toytoy.analytic.tables import tables
from toytoy.numeric.descent import descend_batch

runtime: Any = importlib.import_module("numba.core.runtime.nrt")  # numba says nothing of its types
folder: Callable[[], Path | None] = module._cache_folder.__wrapped__  # without what was found before


def double(x: float) -> float:
    return 2.0 * x


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a file where the package, the home and the temporary folder would be: nothing can be made below."""
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(module, "_PACKAGE", file)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(file))
    monkeypatch.setenv("HOME", str(file))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    return tmp_path


def test_without_any_folder_it_compiles_without_a_cache(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder() is None
    monkeypatch.setattr(module, "_cache_folder", folder)
    function: Any = compiled(double)
    assert function(1.5) == 3.0
    assert function.stats.cache_path is None


def test_the_users_choice_comes_first_then_home_then_temporary(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [nowhere / name for name in ("temporary", "home", "chosen")]
    for place in places:
        place.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(places[0]))
    assert places[0] in (folder() or Path()).parents
    monkeypatch.setenv("HOME", str(places[1]))
    assert places[1] in (folder() or Path()).parents
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(places[2]))
    assert places[2] in (folder() or Path()).parents


def test_a_cache_is_written_and_the_setting_of_numba_is_left_alone(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_cache_folder", lambda: nowhere)
    before: str = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    function: Any = compiled(double)
    assert function(1.5) == 3.0
    assert before == numba.config.CACHE_DIR  # type: ignore[attr-defined]
    assert list(nowhere.rglob("*.nbi"))


def test_the_folder_follows_the_sources_of_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", tmp_path)
    source = tmp_path / "analytic" / "x.py"
    source.parent.mkdir()
    names = []
    for text in ("@compiled\ndef f(): return 1", "@compiled\ndef f(): return 2", "def f(): return 2"):
        source.write_text(text)
        names.append(module._sources_hash())
    assert len(set(names)) == 3
    source.write_text("def f(): return 3")  # no kernel: nothing to compile again
    assert module._sources_hash() == names[2]


def test_a_division_by_zero_is_an_infinity() -> None:
    @compiled
    def reciprocal(x: float) -> float:
        return 1.0 / x

    assert reciprocal(0.0) == float("inf")


def test_what_is_inlined_is_not_compiled_by_itself() -> None:
    @inlined
    def half(x: float) -> float:
        return 0.5 * x

    @compiled
    def quarter(x: float) -> float:
        return half(half(x))  # type: ignore[no-any-return]

    assert quarter(2.0) == 0.5
    dispatchers: Any = (quarter, half)
    assert [len(dispatcher.signatures) for dispatcher in dispatchers] == [1, 0]
    assert half(2.0) == 1.0


def allocations(function: Callable[[], Any]) -> int:
    """Count the arrays that numba allocates while a function runs."""
    function()
    before = int(runtime.rtsys.get_allocation_stats().alloc)
    function()
    return int(runtime.rtsys.get_allocation_stats().alloc) - before


@pytest.fixture
def counted() -> Iterator[None]:
    """Let numba count its allocations."""
    was = runtime._nrt.memsys_stats_enabled()
    runtime._nrt.memsys_enable_stats()
    yield
    if not was:
        runtime._nrt.memsys_disable_stats()


@compiled
def careless(count: Any) -> Any:
    total = 0.0
    for i in range(count):
        one = np.empty(1)
        one[0] = i
        total += one[0]
    return total


@pytest.mark.usefixtures("counted")
def test_the_count_of_allocations_sees_them() -> None:
    assert allocations(lambda: careless(1000)) - allocations(lambda: careless(10)) == 990


@pytest.mark.usefixtures("counted")
def test_ten_thousand_models_allocate_no_more_than_ten() -> None:
    def evaluate(count: int) -> Callable[[], Any]:
        weights, bias = np.ones((count, 2, 3)), np.zeros((count, 3))
        return lambda: tt.loss_and_grad(tt.Problem.toy(3, density=0.5), weights, bias)

    assert allocations(evaluate(10_000)) == allocations(evaluate(10))


@pytest.mark.usefixtures("counted")
def test_descents_allocate_no_more_for_more_starts() -> None:
    problem, table = tt.Problem.toy(2, density=0.5), tables(tt.Problem.toy(2, density=0.5))

    def descend(count: int) -> Callable[[], Any]:
        thetas, out, rng = np.empty((count, 4)), np.empty((count, 3)), np.random.default_rng(0)
        free, pin, steps, tolerances = np.ones(4, bool), 0.0, 50, np.full(count, 1e-10)
        importances, probabilities = np.tile(table.importance, (count, 1)), np.tile(table.probabilities, (count, 1))
        law = (importances, table.masks, probabilities, table.activation)
        thetas[:] = rng.normal(size=thetas.shape)
        return lambda: descend_batch(thetas, free, pin, 1, *law, steps, tolerances, out, *scratch(problem.n_features))

    assert allocations(descend(300)) == allocations(descend(3))


COMMAND = """
import json
import toytoy as tt
from toytoy.analytic import cube, many, pair, rows, strip
from toytoy.numeric import descent
tt.minimize(tt.Problem.toy(2, density=0.5), tt.Multistart(n_starts=1))
tt.loss(tt.Problem.toy(2, density=0.5), [[1.0, 0.0]], [0.0, 0.0])
kernels = {f for room in (cube, many, pair, rows, strip, descent) for f in vars(room).values() if hasattr(f, "stats")}
print(json.dumps({f.__name__: [len(f.signatures), sum(f.stats.cache_misses.values())] for f in kernels}))
"""


def run_command(folder: Path | None) -> dict[str, list[int]]:
    """Evaluate and minimize in a process of its own; return each kernel's signatures and those it had to compile."""
    environment = dict(os.environ) | ({"NUMBA_CACHE_DIR": str(folder)} if folder else {})
    done = subprocess.run([sys.executable, "-c", COMMAND], env=environment, capture_output=True, text=True, check=True)
    found: dict[str, list[int]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("fresh", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_nothing_is_compiled_twice(fresh: bool, tmp_path: Path) -> None:
    """One copy of each kernel, in the first process alone; the fresh cache is filled here, the other one is warm."""
    folder = tmp_path if fresh else None
    first = run_command(folder)
    assert len(first) > 20
    assert max(signatures for signatures, _ in first.values()) == 1
    assert not fresh or sum(misses for _, misses in first.values()) > 5  # those that are not inlined
    assert sum(misses for _, misses in run_command(folder).values()) == 0


@pytest.mark.parametrize("cached", [False, True])
def test_kernels_hold_no_lock_divide_like_numpy_and_count_only_what_they_make(
    cached: bool, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_cache_folder", lambda: nowhere if cached else None)

    def maker(n: Any) -> Any:
        return np.empty(n)

    for compile_, more in ((compiled, {}), (inlined, {"inline": "always"}), (vectorized, {"fastmath": {"contract"}})):
        for function, counts in ((double, False), (maker, True)):
            kernel: Any = compile_(function)
            options = kernel.targetoptions
            wanted = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": counts, **more}
            assert {name: options[name] for name in wanted} == wanted
            assert (type(kernel._cache).__name__ == "NullCache") != cached
    assert module._OPTIONS == {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}  # not added to


def test_a_folder_that_exists_is_taken_again_and_its_name_is_short(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(nowhere / "deep" / "below"))
    first = folder()
    assert first is not None
    assert first == folder()
    assert first.parent == nowhere / "deep" / "below"
    assert len(first.name) == len("toytoy-kernels-") + 12
    assert not list(first.iterdir())  # what was tried out is gone
