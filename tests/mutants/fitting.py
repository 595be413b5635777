"""Which tests fit a module: its mirror, then those that name it or what it gives to the front door, then its users'."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_LAWS = ("tests/properties/", "tests/cross/")
_FOLDERS = ("unit", "properties", "cross", "meta")
_KERNEL = re.compile(r"^@(compiled|inlined|vectorized)\b", re.MULTILINE)
# they walk over the sources of the repository, or ask how kernels are compiled: not what is computed
_ABOUT_SOURCES = (
    *("test_style", "test_mirrors", "test_layers", "test_cycles", "test_doctests", "test_light_import"),
    "test_compiled",
)


def has_kernels(root: Path, module: str) -> bool:
    """Tell whether a module is compiled."""
    return bool(_KERNEL.search((root / module).read_text("utf8")))


def mirror_of(module: str) -> str:
    """Give the test file of a module."""
    path = Path(module)
    return Path("tests", "unit", path.parent, f"test_{path.name}").as_posix()


@cache
def fitting_tests(root: Path, module: str) -> tuple[str, ...]:
    """List the test files for a module, most telling first; the first one is its mirror, if there is one.

    After the mirror come files that import the module, the mirrors of its users in its own room, and laws and
    comparisons of routes that use one of the names it gives to the front door.
    """
    dotted = _dotted(module)
    named = re.compile(rf"\b{re.escape(dotted)}\b")
    shown = _front_door(root).get(dotted, ())
    used = re.compile(rf"\btt\.({'|'.join(map(re.escape, shown))})\b") if shown else None
    direct, by_name = [], []
    for path, text in _test_files(root):
        if named.search(text) or _from_package(dotted).search(text):
            direct.append(path)
        elif used is not None and path.startswith(_LAWS) and used.search(text):
            by_name.append(path)
    room = Path(module).parts[0]
    users = [mirror_of(user) for user in _users(root).get(dotted, ()) if Path(user).parts[0] == room]
    wanted = [mirror_of(module), *direct, *users, *by_name]
    return tuple(path for path in dict.fromkeys(wanted) if (root / path).exists())


def _dotted(module: str) -> str:
    parts = ("toytoy", *Path(module).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _from_package(dotted: str) -> re.Pattern[str]:
    package, _, name = dotted.rpartition(".")
    return re.compile(rf"from {re.escape(package)} import [^\n]*\b{re.escape(name)}\b")


@cache
def _test_files(root: Path) -> list[tuple[str, str]]:
    paths = [path for folder in _FOLDERS for path in sorted((root / "tests" / folder).rglob("test_*.py"))]
    return [(p.relative_to(root).as_posix(), p.read_text("utf8")) for p in paths if p.stem not in _ABOUT_SOURCES]


@cache
def _front_door(root: Path) -> dict[str, tuple[str, ...]]:
    """Map each module to the names that the front door takes from it."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse((root / "__init__.pyi").read_text("utf8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.setdefault(f"toytoy.{node.module}", []).extend(alias.name for alias in node.names)
    return {module: tuple(names) for module, names in found.items()}


@cache
def _users(root: Path) -> dict[str, tuple[str, ...]]:
    """Map each module to the modules that import it."""
    found: dict[str, list[str]] = {}
    for room in ("analytic", "numeric", "compare"):
        for path in sorted((root / room).rglob("*.py")):
            module = path.relative_to(root).as_posix()
            for target in _imports(module, ast.parse(path.read_text("utf8"))):
                found.setdefault(target, []).append(module)
    return {target: tuple(users) for target, users in found.items()}


def _imports(module: str, tree: ast.AST) -> Iterator[str]:
    """Name what a module imports by relative paths; a name may be a module or something in one: both are given."""
    folder = ("toytoy", *Path(module).parent.parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = ".".join((*folder[: len(folder) - node.level + 1], *([node.module] if node.module else [])))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
