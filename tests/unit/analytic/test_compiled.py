"""Compilation: the cache is put where something can be written, follows the sources, and can be done without."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest
from toytoy.analytic import compiled as module
from toytoy.analytic.compiled import compiled

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
