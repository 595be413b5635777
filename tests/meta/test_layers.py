"""Imports point one way, analytic <- numeric <- compare <- cli, whether they run at import or later."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.sources import ROOMS, ROOT, module_name, plant, room_files

RANK = {"_version": 0, "analytic": 1, "numeric": 2, "compare": 3, "cli": 4}


def targets(name: str, is_package: bool, tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield (dotted target, whether relative) for every import in a module, deferred and type-only ones included."""
    package = name.split(".") if is_package else name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, False) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((f"{module}.{alias.name}", bool(node.level)) for alias in node.names)


def fault(root: Path, source: str, target: str, relative: bool) -> str | None:
    """Say what is wrong with one import, if anything is."""
    top, *inside = target.split(".")
    if top in RANK:
        return "reaches a room by a name that only works in the root folder"
    if top != "toytoy":
        return None
    if not relative:
        return "is absolute: inside the library imports are relative"
    room = inside[0]
    if room not in RANK:
        return "goes through the front door"
    if room in ROOMS and not any((root / Path(*inside[:2])).with_suffix(s).exists() for s in (".py", "")):
        return "goes through a room's __init__"
    here = source.split(".")[1]
    return f"points from {here} up to {room}" if RANK[room] > RANK[here] else None


def violations(root: Path) -> list[str]:
    """List every import of every room, and of the command line, that breaks a rule."""
    found = []
    for path in [*room_files(root), *root.glob("cli.py")]:
        name = module_name(root, path)
        for target, relative in targets(name, path.name == "__init__.py", ast.parse(path.read_text("utf8"))):
            if reason := fault(root, name, target, relative):
                found.append(f"{name}: import of {target} {reason}")
    return found


def test_imports_point_one_way() -> None:
    assert not violations(ROOT)


def test_it_looks_at_something() -> None:
    relative = [
        target
        for path in room_files(ROOT)
        for target, is_relative in targets(module_name(ROOT, path), False, ast.parse(path.read_text("utf8")))
        if is_relative
    ]
    assert "toytoy.analytic.problem.Problem" in relative


LEGAL = """from ..analytic.loss import loss
from . import grid
from .grid import x
from .._version import __version__
"""


@pytest.mark.parametrize("room", ["numeric", "compare"])
def test_downward_imports_pass(tmp_path: Path, room: str) -> None:
    root = plant(tmp_path, {"analytic/loss.py": "", f"{room}/x.py": LEGAL, f"{room}/grid.py": ""})
    assert violations(root) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("from ..numeric.sampling import sample", "up to numeric"),
        ("from ..compare import plot", "__init__"),
        ("from ..cli import main", "up to cli"),
        ("def f():\n    from ..numeric.sampling import sample", "up to numeric"),
        ("if TYPE_CHECKING:\n    from ..numeric.sampling import sample", "up to numeric"),
        ("from ..numeric import sampling", "up to numeric"),
        ("from .. import loss", "front door"),
        ("from ..analytic import loss", "__init__"),
        ("from . import nothing", "__init__"),
        ("import toytoy", "absolute"),
        ("from toytoy.analytic.loss import loss", "absolute"),
        ("import analytic.loss", "root folder"),
    ],
)
def test_a_planted_violation_is_rejected(tmp_path: Path, line: str, reason: str) -> None:
    root = plant(tmp_path, {"analytic/x.py": line + "\n", "numeric/sampling.py": "", "cli.py": ""})
    (found,) = violations(root)
    assert reason in found
