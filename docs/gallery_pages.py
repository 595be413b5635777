"""The gallery's contents: what every script of docs/figures says of itself, and a page for each."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

# Where a picture stands says what it is about: the first that begins its page's name
GROUPS = {
    "paper": "The paper's figures",
    "training/": "What training does",
    "derivations/": "In the derivations",
    "": "Diagrams, maps and measures",
}
SHOWN = re.compile(r"^```\{(figure|table)-of\} (\w+)$|^```\{(?:figure|image)\} (?:\.\./)*(_static/\w+\.png)$", re.M)
NAMED = re.compile(r"docs/figures/(\w+)\.py")
PAGE = """{title}
{line}

{body}

{where}

{text}

.. literalinclude:: /figures/{name}.py
   :language: python
"""


class Script(NamedTuple):
    """A script of docs/figures: what it says of itself, what it makes, and the first page that shows it."""

    path: Path
    title: str
    text: str
    makes: str  # "figure", "table", the picture in _static that it wrote, or "numbers" that a page quotes
    page: str  # "" where none does

    @property
    def name(self) -> str:
        """Give the name by which pages ask for it."""
        return self.path.stem

    @property
    def group(self) -> str:
        """Give the heading of the gallery below which it stands."""
        return next(heading for start, heading in GROUPS.items() if self.page.startswith(start))


class Shown(NamedTuple):
    """The first page that shows something, and whether as a figure, a table or numbers."""

    page: str
    makes: str


def standing(docs: Path) -> dict[str, Shown]:
    """Find the first page that shows what a script makes: by the script's name, or by its picture in _static."""
    found: dict[str, Shown] = {}
    quoted: dict[str, Shown] = {}
    for path in sorted(docs.rglob("*.md")):
        text, page = path.read_text("utf8"), path.relative_to(docs).with_suffix("").as_posix()
        for makes, name, picture in SHOWN.findall(text):
            if makes == "figure" or (name or picture) not in found:
                found[name or picture] = Shown(page, makes or picture)
        quoted |= {name: Shown(page, "numbers") for name in NAMED.findall(text) if name not in quoted}
    return quoted | found


def picture_of(tree: ast.Module) -> str:
    """Give the picture in _static that a script says it writes, "" where it names none."""
    words = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return next((f"_static/{word}" for word in words if isinstance(word, str) and word.endswith(".png")), "")


def scripts(docs: Path) -> list[Script]:
    """Read every script of docs/figures."""
    shown = standing(docs)
    found = []
    for path in sorted((docs / "figures").glob("*.py")):
        tree = ast.parse(path.read_text("utf8"))
        title, _, text = (ast.get_docstring(tree) or "").partition("\n")
        if not title:
            raise ValueError(f"docs/figures/{path.name} has no docstring; its first line is its title in the gallery")
        picture = picture_of(tree)
        page, makes = shown.get(picture) or shown.get(path.stem) or Shown("", picture or "figure")
        plain = title.rstrip(".").replace("`", "")  # cards, alternative texts and headings have no code in them
        found.append(Script(path, plain, text.strip(), makes, page))
    return found


def page_of(script: Script) -> str:
    """Write the page of one script: what it makes, where that stands, and the code."""
    alt = f"   :alt: {script.title}."
    body = {
        "figure": f".. figure-of:: {script.name}\n{alt}",
        "table": f".. table-of:: {script.name}",
        "numbers": "This script takes minutes: it is run by hand, and the page quotes its numbers.",
    }
    return PAGE.format(
        title=script.title,
        line="=" * len(script.title),
        body=body.get(script.makes, f".. image:: /{script.makes}\n{alt}"),
        where=f"Explained on :doc:`/{script.page}`, made by the code below." if script.page else "Made by this code:",
        text=script.text.replace("`", "``"),  # code, in reStructuredText
        name=script.name,
    )


def write_pages(docs: Path) -> None:
    """Write the scripts' pages beside their pictures; those of scripts that are gone go, too."""
    folder = docs / "figures" / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{script.name}.rst": page_of(script) for script in scripts(docs)}
    for path in folder.glob("*.rst"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text("utf8") != text:  # a page that stays need not be read again
            path.write_text(text, "utf8")
