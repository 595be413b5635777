"""One idea a file, functions that fit on a screen, no drawers."""

from __future__ import annotations

import ast
import io
import statistics
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, library_files, plant

MOST_LINES = 300  # of a file
MOST_CODE = 40  # lines of a function, without docstring, blank lines and comments: a screen
DRAWERS = {"utils", "util", "misc", "helpers", "helper", "common", "base", "core"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLANK = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


def code_rows(text: str) -> set[int]:
    """Number the rows that hold a token other than a comment; a string over several rows fills them all."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {row for t in tokens if t.type not in _BLANK for row in range(t.start[0], t.end[0] + 1)}


def outermost(node: ast.AST) -> Iterator[Function]:
    """Yield functions and methods; those nested in a function belong to the outer one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child
        else:
            yield from outermost(child)


def function_lengths(text: str) -> dict[str, int]:
    """Count each function's rows of code; the rows of docstrings, inner ones too, are none."""
    rows, lengths = code_rows(text), {}
    for function in outermost(ast.parse(text)):
        docs = {
            row
            for node in ast.walk(function)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
            for row in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
        }
        span = range(function.lineno, (function.end_lineno or 0) + 1)
        lengths[f"{function.name}:{function.lineno}"] = len(rows & set(span) - docs)
    return lengths


def faults(root: Path, paths: list[Path]) -> list[str]:
    """List the files and functions that are too long, and the files whose name says nothing."""
    found = []
    for path in paths:
        name, text = path.relative_to(root).as_posix(), path.read_text("utf8")
        if (n := len(text.splitlines())) > MOST_LINES:
            found.append(f"{name} has {n} lines, more than {MOST_LINES}")
        if path.stem in DRAWERS:
            found.append(f"{name} is a drawer: name the idea")
        long = {f: n for f, n in function_lengths(text).items() if n > MOST_CODE}
        found += [f"{name}:{f} has {n} lines of code, more than {MOST_CODE}" for f, n in long.items()]
    return found


def test_the_library_keeps_to_it() -> None:
    assert not faults(ROOT, list(library_files(ROOT)))


def test_tests_and_docs_keep_to_it() -> None:
    generated = ROOT / "docs" / "api" / "generated"
    paths = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").rglob("*.py")]
    assert not faults(ROOT, [path for path in paths if generated not in path.parents])


def test_medians_are_reported(record_property: Callable[[str, object], None]) -> None:
    """Aims, not limits: a median file of about 120 lines, a median function of about 6 (`pytest -rP` prints them)."""
    texts = [path.read_text("utf8") for path in library_files(ROOT)]
    median_file = statistics.median(len(text.splitlines()) for text in texts)
    median_function = statistics.median(n for text in texts for n in function_lengths(text).values())
    record_property("median_file", median_file)
    record_property("median_function", median_function)
    print(f"median file {median_file:g} lines, median function {median_function:g} lines of code")
    assert 0 < median_function <= MOST_CODE
    assert 0 < median_file <= MOST_LINES


def function_of(rows: int) -> str:
    """Write a function of so many rows of code, padded with what does not count."""
    statements = "        x = 1\n\n" * (rows - 1)
    return f'class C:\n    def f():\n        """Two rows\n        of docstring."""\n        # a comment\n{statements}'


@pytest.mark.parametrize("rows", [MOST_CODE, MOST_CODE + 1])
def test_a_long_function_is_rejected(tmp_path: Path, rows: int) -> None:
    assert list(function_lengths(function_of(rows)).values()) == [rows]
    plant(tmp_path, {"analytic/x.py": function_of(rows)})
    assert len(faults(tmp_path, list(library_files(tmp_path)))) == rows - MOST_CODE


@pytest.mark.parametrize("rows", [MOST_LINES, MOST_LINES + 1])
def test_a_long_file_is_rejected(tmp_path: Path, rows: int) -> None:
    plant(tmp_path, {"numeric/x.py": "# \n" * rows})
    assert len(faults(tmp_path, list(library_files(tmp_path)))) == rows - MOST_LINES


def test_a_drawer_is_rejected(tmp_path: Path) -> None:
    plant(tmp_path, {"compare/utils.py": ""})
    assert "drawer" in faults(tmp_path, list(library_files(tmp_path)))[0]
