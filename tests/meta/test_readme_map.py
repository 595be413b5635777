"""README's map of modules says what the modules' docstrings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.meta.readme_map import CLOSE, HEADER, OPEN, expected_map, rewrite, split_at_map
from tests.meta.sources import ROOT, first_line, library_files, plant


def wrong_rows(root: Path) -> set[str]:
    """List the rows that the README has and should not, or lacks."""
    _, between, _ = split_at_map((root / "README.md").read_text("utf8"))
    return set(between.splitlines()) ^ set(expected_map(root).splitlines())


def planted(tmp_path: Path) -> Path:
    rows = f"{HEADER}\n| `cli.py` | Two. |\n| `analytic/x.py` | One. |"
    files = {
        "README.md": f"# Title\n{OPEN}\n{rows}\n{CLOSE}\nend\n",
        "analytic/__init__.py": '"""A room."""\n',
        "analytic/x.py": '"""One.\n\nMore.\n"""\n',
        "cli.py": '"""Two."""\n',
    }
    return plant(tmp_path, files)


def test_the_map_is_true() -> None:
    assert wrong_rows(ROOT) == set(), "run: make map"


def test_every_module_says_what_it_holds() -> None:
    assert [path for path in library_files(ROOT) if not first_line(path)] == []


def test_a_true_map_passes(tmp_path: Path) -> None:
    assert wrong_rows(planted(tmp_path)) == set()


def test_a_changed_docstring_is_rejected(tmp_path: Path) -> None:
    root = planted(tmp_path)
    plant(root, {"analytic/x.py": '"""Another."""\n'})
    assert wrong_rows(root) == {"| `analytic/x.py` | One. |", "| `analytic/x.py` | Another. |"}


@pytest.mark.parametrize("change", ["new module", "module gone"])
def test_a_module_too_many_or_too_few_is_rejected(tmp_path: Path, change: str) -> None:
    root = planted(tmp_path)
    if change == "new module":
        plant(root, {"numeric/y.py": '"""New."""\n'})
    else:
        (root / "analytic" / "x.py").unlink()
    assert len(wrong_rows(root)) == 1


def test_a_room_within_a_room_is_one_row(tmp_path: Path) -> None:
    root = plant(planted(tmp_path), {"analytic/deep/__init__.py": '"""Deep."""\n', "analytic/deep/y.py": '"""Y."""\n'})
    assert wrong_rows(root) == {"| `analytic/deep/` | Deep. |"}


def test_rewriting_makes_it_true_and_keeps_the_rest(tmp_path: Path) -> None:
    root = plant(planted(tmp_path), {"numeric/y.py": '"""New."""\n'})
    rewrite(root)
    assert wrong_rows(root) == set()
    before, _, after = split_at_map((root / "README.md").read_text("utf8"))
    assert (before, after) == ("# Title\n", "\nend\n")


@pytest.mark.parametrize("readme", ["", OPEN, f"{CLOSE}{OPEN}", f"{OPEN}{OPEN}{CLOSE}"])
def test_markers_must_be_there(readme: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        split_at_map(readme)
