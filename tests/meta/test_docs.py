"""The manual's API pages name every public name, and its decisions are numbered without a gap."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import toytoy

from docs.front_door import BESIDE, public_names, room_page, undocumented
from tests.meta.sources import ROOMS, ROOT, plant

STUB = """from ._version import __version__ as __version__
from .analytic.x import f as f
__all__ = ["__version__", "f"]
"""


def page_entries(root: Path) -> list[str]:
    """List the names that the API pages of all rooms have an entry for."""
    rooms = public_names(root)
    pages = "\n".join(room_page(root, room, modules) for room, modules in rooms.items())
    return re.findall(r"^   (\w+)$", pages, re.MULTILINE)


def decision_faults(folder: Path) -> list[str]:
    """List decisions whose number is missing, doubled or not the one in their title."""
    files = sorted(folder.glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in files]
    titles = [path.read_text("utf8").partition("\n")[0] for path in files]
    faults = [] if numbers == list(range(1, len(files) + 1)) else [f"numbers are {numbers}"]
    pairs = zip(numbers, titles, strict=True)
    return faults + [f"{title!r} is not number {n}" for n, title in pairs if not title.startswith(f"# {n}. ")]


def test_every_public_name_has_one_entry() -> None:
    assert sorted(page_entries(ROOT)) == sorted(set(toytoy.__all__))


def test_the_index_leads_to_every_room() -> None:
    index = (ROOT / "docs" / "api" / "index.md").read_text("utf8")
    assert re.findall(r"^generated/(\w+)$", index, re.MULTILINE) == list(ROOMS)
    assert set(public_names(ROOT)) == set(ROOMS)


@pytest.mark.parametrize("name", BESIDE)
def test_public_modules_beside_the_front_door_are_there(name: str) -> None:
    place = ROOT / name.replace(".", "/")
    assert place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def test_a_name_on_no_page_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, {"analytic/__init__.py": "", "analytic/x.py": "", "__init__.pyi": STUB})
    assert page_entries(tmp_path) == ["f"]
    assert undocumented(tmp_path, {"toytoy.f"}) == []
    assert undocumented(tmp_path, {"toytoy.g", "f"}) == ["f"]


def test_decisions_are_numbered() -> None:
    assert decision_faults(ROOT / "docs" / "decisions") == []


@pytest.mark.parametrize(
    "files",
    [
        {"0002-b.md": "# 2. B"},
        {"0001-a.md": "# 2. A"},
        {"0001-a.md": "# 1. A", "0001-b.md": "# 1. B"},
        {"0001-a.md": "# 1. A", "0003-c.md": "# 3. C"},
    ],
)
def test_a_wrong_number_is_seen(tmp_path: Path, files: dict[str, str]) -> None:
    assert decision_faults(plant(tmp_path, files))


IMPORTED = re.compile(r"^(?:>>> )?(?:from|import) toytoy\.([a-z_.0-9]+)", re.MULTILINE)


def imported_by_pages(pages: list[Path]) -> set[str]:
    """List the modules that the manual's examples import from; `toytoy.compare import plot` is no module."""
    names = {name for page in pages for name in IMPORTED.findall(page.read_text("utf8"))}
    return {name for name in names if "." in name}


def test_what_pages_import_from_has_a_page() -> None:
    assert sorted(imported_by_pages([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]) - set(BESIDE)) == []


def test_an_import_is_seen(tmp_path: Path) -> None:
    lines = ">>> from toytoy.analytic.x import f", "from toytoy.numeric.y import g", "    from toytoy.other.z import h"
    plant(tmp_path, {"a.md": "\n".join(lines)})
    assert imported_by_pages([tmp_path / "a.md"]) == {"analytic.x", "numeric.y"}
