"""Where the library's own sources are: what the tests about the repository walk over."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("analytic", "numeric", "compare")


def room_files(root: Path) -> Iterator[Path]:
    """Yield every source file of every room, subpackages included, room by room."""
    for room in ROOMS:
        yield from sorted((root / room).rglob("*.py"))


def library_files(root: Path) -> Iterator[Path]:
    """Yield every source file of the library: the root's own, then the rooms'."""
    yield from sorted(root.glob("*.py"))
    yield from room_files(root)


def module_name(root: Path, path: Path) -> str:
    """Give the dotted name under which a source file is imported."""
    parts = ("toytoy", *path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def first_line(path: Path) -> str:
    """Give the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf8"))) or "").partition("\n")[0]


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Write a small library for a checker to judge: a text for every path below root."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf8")
    return root
