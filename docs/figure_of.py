"""Sphinx extension: figures and tables made while the manual is built, by scripts that run the library."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DPI = 150  # sharp on screens of two pixels a point, 100 kB a figure
# TOYTOY_FIGURES=keep takes figures and tables that lie there and are newer than their scripts: for who writes texts
KEEP = os.environ.get("TOYTOY_FIGURES") == "keep"


@cache
def load(script: Path) -> Any:
    """Import a script by its path, once: its table and its figure may share what they compute."""
    spec = importlib.util.spec_from_file_location(f"figure_of_{script.stem}", script)
    if spec is None or spec.loader is None or not script.is_file():
        raise FileNotFoundError(f"no figure script {script}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw(script: Path, target: Path) -> None:
    """Run a script's `figure()` and save what it returns."""
    target.parent.mkdir(parents=True, exist_ok=True)
    load(script).figure().savefig(target, dpi=DPI)


@cache
def drawn(script: Path, target: Path) -> None:
    """Draw a figure once a build, however many pages show it."""
    if not kept(script, target):
        draw(script, target)


@cache
def table(script: Path) -> tuple[list[str], list[list[str]]]:
    """Give the head and the rows that a script computes, once a build, and leave them beside the figures."""
    target = script.parent / "generated" / f"{script.stem}.json"
    if not kept(script, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(load(script).table()), "utf8")
    head, rows = json.loads(target.read_text("utf8"))
    return head, rows


def kept(script: Path, target: Path) -> bool:
    """Tell whether what a script made before may stand."""
    return KEEP and target.is_file() and target.stat().st_mtime > script.stat().st_mtime


class FigureOf(SphinxDirective):
    """``figure-of name``: what docs/figures/name.py draws, with the directive's content as caption."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[Any] = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Draw the figure below the sources' generated folder, and include it as any image."""
        name = self.arguments[0]
        docs = Path(self.env.srcdir)
        script, target = docs / "figures" / f"{name}.py", docs / "figures" / "generated" / f"{name}.png"
        drawn(script, target)
        self.env.note_dependency(str(script))
        image = nodes.image(uri=f"/figures/generated/{name}.png", alt=self.options.get("alt", " ".join(self.content)))
        full = f"{'../' * self.env.docname.count('/')}_images/{name}.png"  # many panels are small in a column
        figure = nodes.figure("", nodes.reference("", "", image, refuri=full, internal=True))
        self.state.nested_parse(self.content, self.content_offset, caption := nodes.Element())
        if caption.children:
            figure += nodes.caption("", "", *caption.children[0].children)
        return [figure]


class TableOf(SphinxDirective):
    """``table-of name``: the rows that docs/figures/name.py computes, with the directive's content as caption."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Lay out the head and the rows of the script's `table()`."""
        script = Path(self.env.srcdir) / "figures" / f"{self.arguments[0]}.py"
        self.env.note_dependency(str(script))
        head, rows = table(script)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
        group += nodes.thead("", _row(head))
        group += nodes.tbody("", *map(_row, rows))
        return [nodes.table("", nodes.title("", " ".join(self.content)), group, classes=["colwidths-auto"])]


def _row(cells: Sequence[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directives."""
    app.add_directive("figure-of", FigureOf)
    app.add_directive("table-of", TableOf)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
