"""No module needs itself: imports form no cycle, neither those at import nor those that functions defer."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, library_files, module_name, plant
from tests.meta.test_layers import targets


class WithoutTypes(ast.NodeTransformer):
    """Drops what is imported for type checkers alone, and never runs."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def needs(root: Path) -> dict[str, set[str]]:
    """Give the modules that each module imports, at once or later."""
    files = {module_name(root, path): path for path in library_files(root)}
    graph = {}
    for name, path in files.items():
        tree = WithoutTypes().visit(ast.parse(path.read_text("utf8")))
        wanted = (target for target, _ in targets(name, path.name == "__init__.py", tree))
        # of "from .a import b": the module a.b if there is one, else the module a
        met = {target if target in files else target.rpartition(".")[0] for target in wanted}
        graph[name] = met & set(files) - {name, "toytoy"}
    return graph


def cycle(root: Path) -> list[str]:
    """Name the modules of a cycle, the first one again at its end; none if there is none."""
    try:
        TopologicalSorter(needs(root)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_needs_itself() -> None:
    assert cycle(ROOT) == []
    assert len(needs(ROOT)["toytoy.compare.agreement"]) > 5  # the walk sees something


@pytest.mark.parametrize(
    "second",
    ["from .a import x", "def f():\n    from .a import x", "def f():\n    from . import a"],
    ids=["at import", "deferred", "by its package"],
)
def test_a_cycle_is_named(second: str, tmp_path: Path) -> None:
    files = {"compare/__init__.py": "", "compare/a.py": "from .b import y\nx = 1", "compare/b.py": second}
    assert set(cycle(plant(tmp_path, files))) == {"toytoy.compare.a", "toytoy.compare.b"}


def test_what_only_type_checkers_import_is_no_cycle(tmp_path: Path) -> None:
    second = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import x"
    assert cycle(plant(tmp_path, {"compare/a.py": "from .b import y", "compare/b.py": second})) == []
