"""`import toytoy` is quick, and works where nothing can be written and there is no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import toytoy

from tests.meta.sources import ROOMS, ROOT

HEAVY = {"scipy", "torch", "matplotlib", "sympy", "xarray", "numba", "hypothesis", "dash"}
REPORT = "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
IMPORT = "import toytoy as tt; print(tt.__file__); tt.loss; "  # which decorates the kernels, and chooses a cache
COMPUTE = "print(float(tt.loss(tt.Problem.toy(2, density=0.5), [[0.9, -0.8]], [0.1, 0.2])))"  # which compiles them


def heavy_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and name the heavy packages that it loaded."""
    done = subprocess.run([sys.executable, "-c", code + REPORT], capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    assert heavy_after("import toytoy") == set()


def test_words_load_nothing_heavy() -> None:
    assert heavy_after("import toytoy as tt; tt.Problem.toy(2, density=0.5); tt.Phase; tt.Estimate; dir(tt)") == set()


def test_a_heavy_import_is_seen() -> None:
    assert heavy_after("import toytoy, sympy") == {"sympy"}


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    """Copy the library where no cache can be written: write bits off, and a file in each cache folder's place.

    The files are for root, whom no permission stops.
    """
    copy = tmp_path / "site" / "toytoy"
    copy.mkdir(parents=True)
    for path in [*ROOT.glob("*.py"), *ROOT.glob("*.pyi")]:
        shutil.copy(path, copy)
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [copy, *(path for path in copy.rglob("*") if path.is_dir())]:
        (folder / "__pycache__").touch()
        folder.chmod(0o555)
    return copy


def run_without_home(code: str, copy: Path, **settings: str) -> list[str]:
    """Run code on a copy of the library with no home in the environment but the one given; return what it prints."""
    environment = {k: v for k, v in os.environ.items() if k not in {"HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"}}
    environment |= {"PYTHONPATH": str(copy.parent), **settings}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_read_only_install_imports_without_home(read_only: Path) -> None:
    assert run_without_home(IMPORT, read_only) == [str(read_only / "__init__.py")]


def test_a_read_only_install_computes_where_home_is_no_folder(read_only: Path) -> None:
    """The other test falls back on the user's entry in the password file; here that is not asked."""
    file, value = run_without_home(IMPORT + COMPUTE, read_only, HOME=os.devnull)
    assert file == str(read_only / "__init__.py")
    here = toytoy.loss(toytoy.Problem.toy(2, density=0.5), [[0.9, -0.8]], [0.1, 0.2])
    assert float(value) == float(here)
