"""The README's map of modules, written from their docstrings' first lines: `make map`."""

from __future__ import annotations

from pathlib import Path

from tests.meta.sources import ROOT, first_line, library_files

OPEN, CLOSE = "<!-- map -->", "<!-- /map -->"
HEADER = "| module | what it holds |\n|---|---|"


def expected_map(root: Path) -> str:
    """Write the table: a row for every module of a room, and one for every room within a room."""
    rows = []
    for path in library_files(root):
        name, depth = path.relative_to(root).as_posix(), len(path.relative_to(root).parts)
        if path.stem != "__init__" and depth < 3:
            rows.append(f"| `{name}` | {first_line(path)} |")
        elif path.stem == "__init__" and depth == 3:
            rows.append(f"| `{name.removesuffix('__init__.py')}` | {first_line(path)} |")
    return "\n".join([HEADER, *rows])


def split_at_map(readme: str) -> tuple[str, str, str]:
    """Cut a README into what stands before, between and after the two markers."""
    if readme.count(OPEN) != 1 or readme.count(CLOSE) != 1 or readme.index(OPEN) > readme.index(CLOSE):
        raise ValueError(f"README.md must hold {OPEN} and {CLOSE} once each, in this order")
    before, rest = readme.split(OPEN)
    between, after = rest.split(CLOSE)
    return before, between.strip(), after


def rewrite(root: Path) -> None:
    """Put the table as it should be between the markers."""
    before, _, after = split_at_map((root / "README.md").read_text("utf8"))
    text = f"{before}{OPEN}\n{expected_map(root)}\n{CLOSE}{after}"
    (root / "README.md").write_text(text, "utf8")


if __name__ == "__main__":
    rewrite(ROOT)
