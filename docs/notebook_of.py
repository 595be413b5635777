"""Sphinx extension: a page that shows a notebook, with the outputs that running it now gives."""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DPI = 150  # as of the other figures


class Shown(NamedTuple):
    """What a cell printed, and the value of its last line; None where it has none."""

    printed: str
    value: Any


def cells(notebook: Path) -> Iterator[tuple[str, str]]:
    """Give each cell's kind, "markdown" or "code", and its source."""
    for cell in json.loads(notebook.read_text("utf8"))["cells"]:
        yield cell["cell_type"], "".join(cell["source"])


def run(source: str, names: dict[str, Any]) -> Shown:
    """Run a cell; what begins with % is for notebooks alone."""
    lines = "\n".join(line for line in source.splitlines() if not line.startswith("%"))
    tree = ast.parse(lines)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None
    return Shown(printed.getvalue(), value)


class NotebookOf(SphinxDirective):
    """``notebook-of name``: docs/notebooks/name.ipynb below its heading, run from top to bottom."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Lay out texts, code and outputs; files that cells write go to a folder that is thrown away."""
        docs = Path(self.env.srcdir)
        notebook = docs / "notebooks" / f"{self.arguments[0]}.ipynb"
        self.env.note_dependency(str(notebook))
        found: list[nodes.Node] = []
        names: dict[str, Any] = {}
        with TemporaryDirectory() as folder, chdir(folder):
            for kind, source in cells(notebook):
                found += self._text(source) if kind == "markdown" else self._code(source, names, docs)
        return found

    def _text(self, source: str) -> list[nodes.Node]:
        box = nodes.Element()
        lines = [line for line in source.splitlines() if not line.startswith("# ")]  # the page has a heading
        self.state.nested_parse(StringList(lines, self.get_source_info()[0]), self.content_offset, box)
        return list(box.children)

    def _code(self, source: str, names: dict[str, Any], docs: Path) -> list[nodes.Node]:
        shown = run(source, names)
        found: list[nodes.Node] = [nodes.literal_block(source, source, language="python")]
        if shown.printed:
            found.append(nodes.literal_block(shown.printed, shown.printed, language="text"))
        if shown.value is not None:
            found.append(self._value(shown.value, docs, f"{self.arguments[0]}_{len(names)}"))
        return found

    def _value(self, value: Any, docs: Path, name: str) -> nodes.Node:
        """Show a value as a notebook does: as its card, as a picture, or as text."""
        if hasattr(value, "savefig"):
            target = docs / "figures" / "generated" / f"{name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            value.savefig(target, dpi=DPI)
            return nodes.image(uri=f"/figures/generated/{target.name}", alt="What the cell above draws.", width="60%")
        card = value._repr_html_() if hasattr(value, "_repr_html_") else None
        if card is None:
            return nodes.literal_block(repr(value), repr(value), language="text")
        return nodes.raw("", card, format="html")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("notebook-of", NotebookOf)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
