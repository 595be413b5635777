"""The gallery shows every figure script, under its own title, and says where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.gallery_pages import page_of, scripts, write_pages
from tests.meta.sources import ROOT, plant

DOCS = ROOT / "docs"
SCRIPT = '"""A `title`.\n\nMore.\n"""\n\n\ndef figure():\n    return None\n'


def test_every_script_is_there_and_stands_on_a_page() -> None:
    found = scripts(DOCS)
    assert sorted(script.path for script in found) == sorted((DOCS / "figures").glob("*.py"))
    assert [script.name for script in found if not script.page] == []


def test_titles_are_short_and_differ() -> None:
    titles = [script.title for script in scripts(DOCS)]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if len(title) > 110 or "python docs" in title] == []


def test_pictures_of_scripts_are_there() -> None:
    pictures = [script.makes for script in scripts(DOCS) if script.makes.endswith(".png")]
    assert pictures
    assert [picture for picture in pictures if not (DOCS / picture).is_file()] == []


@pytest.mark.parametrize(
    ("page", "makes"),
    [
        ("```{figure-of} one\ntext\n```\n", "figure"),
        ("```{table-of} one\n```\n```{figure-of} one\n```\n", "figure"),
        ("```{table-of} one\ntext\n```\n", "table"),
        ("`python docs/figures/one.py` prints it\n", "numbers"),
        ("nothing\n", "figure"),
    ],
)
def test_a_page_says_what_a_script_makes(tmp_path: Path, page: str, makes: str) -> None:
    (script,) = scripts(plant(tmp_path, {"figures/one.py": SCRIPT, "a/page.md": page}))
    assert (script.title, script.text, script.makes) == ("A title", "More.", makes)
    assert script.page == ("" if page == "nothing\n" else "a/page")
    assert "A title\n=======" in page_of(script)
    assert "/figures/one.py" in page_of(script)


def test_a_script_without_a_title_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"one\.py has no docstring"):
        scripts(plant(tmp_path, {"figures/one.py": "def figure():\n    return None\n"}))


def test_pages_follow_the_scripts(tmp_path: Path) -> None:
    there = {"figures/generated/gone.rst": "old", "figures/generated/one.png": ""}
    root = plant(tmp_path, {"figures/one.py": SCRIPT} | there)
    write_pages(root)
    assert sorted(path.name for path in (root / "figures" / "generated").iterdir()) == ["one.png", "one.rst"]
