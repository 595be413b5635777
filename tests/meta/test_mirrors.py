"""Every module has its test file, and every unit test file its module."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.meta.sources import ROOT, plant, room_files


def mirror(module: Path) -> Path:
    """Give where a module's tests stand, both relative to the root."""
    return Path("tests", "unit", *module.parts[:-1], f"test_{module.name}")


def mismatches(root: Path) -> tuple[set[str], set[str]]:
    """List the test files that are missing, and those that mirror nothing."""
    modules = [path for path in [*room_files(root), *root.glob("cli.py")] if path.stem != "__init__"]
    wanted = {mirror(path.relative_to(root)).as_posix() for path in modules}
    there = {path.relative_to(root).as_posix() for path in (root / "tests" / "unit").rglob("*.py")}
    return wanted - there, there - wanted


def test_modules_and_unit_tests_mirror_each_other() -> None:
    missing, orphans = mismatches(ROOT)
    assert missing == set()
    assert orphans == set()


MIRRORED = {
    "analytic/__init__.py": "",
    "analytic/x.py": "",
    "numeric/deep/y.py": "",
    "cli.py": "",
    "tests/unit/analytic/test_x.py": "",
    "tests/unit/numeric/deep/test_y.py": "",
    "tests/unit/test_cli.py": "",
}


def test_a_mirrored_tree_passes(tmp_path: Path) -> None:
    assert mismatches(plant(tmp_path, MIRRORED)) == (set(), set())


@pytest.mark.parametrize("gone", [name for name in MIRRORED if name.startswith("tests")])
def test_a_missing_test_file_is_rejected(tmp_path: Path, gone: str) -> None:
    missing, _ = mismatches(plant(tmp_path, {name: "" for name in MIRRORED if name != gone}))
    assert missing == {gone}


@pytest.mark.parametrize("stray", ["compare/test_x.py", "test_x.py", "analytic/y.py"])
def test_a_stray_test_file_is_rejected(tmp_path: Path, stray: str) -> None:
    _, orphans = mismatches(plant(tmp_path, {**MIRRORED, f"tests/unit/{stray}": ""}))
    assert orphans == {f"tests/unit/{stray}"}
