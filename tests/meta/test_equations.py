"""Every formula of docs/derivations stands in three places: its page, a docstring, and a test of it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.sources import ROOT, plant, room_files

LABEL = re.compile(r"^```\{math\}\n:label: *(\S*) *$", re.MULTILINE)
DISPLAYED = re.compile(r"^```\{math\}$", re.MULTILINE)
ROLE = re.compile(r":eq:`([^`]+)`")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
PLACES = ("page", "docstring", "test")


def on_pages(root: Path) -> Iterator[str]:
    """Yield the id of every labelled formula of the derivations."""
    for page in sorted((root / "docs" / "derivations").glob("*.md")):
        yield from LABEL.findall(page.read_text("utf8"))


def in_docstrings(root: Path) -> Iterator[str]:
    """Yield every id that a docstring of the library names."""
    for path in room_files(root):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, DOCUMENTED):
                yield from ROLE.findall(ast.get_docstring(node, clean=False) or "")


def in_tests(root: Path) -> Iterator[str]:
    """Yield every id that stands in a mark ``pytest.mark.equation(...)`` of a test."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.equation":
                yield from (str(ast.literal_eval(argument)) for argument in node.args)


def faults(root: Path) -> list[str]:
    """List the ids that miss one of their three places, those that stand twice on pages, and formulas without one."""
    places = dict(zip(PLACES, (set(on_pages(root)), set(in_docstrings(root)), set(in_tests(root))), strict=True))
    found = [
        f"{equation} has no {place}"
        for equation in sorted(set().union(*places.values()))
        for place, there in places.items()
        if equation not in there
    ]
    found += [f"{equation} is given twice" for equation, times in Counter(on_pages(root)).items() if times > 1]
    for page in sorted((root / "docs" / "derivations").glob("*.md")):
        text = page.read_text("utf8")
        if len(DISPLAYED.findall(text)) > len(LABEL.findall(text)):
            found.append(f"{page.name} has a formula without an id")
    return found


def test_every_formula_stands_in_three_places() -> None:
    assert faults(ROOT) == []


def test_there_are_formulas() -> None:
    assert {name.partition("-")[0] for name in on_pages(ROOT)} >= {"onehot"}


PAGE = "```{math}\n:label: x-y\nx = y\n```\n"
CODE = 'def f():\n    """Compute x, :eq:`x-y`."""\n'
TEST = 'import pytest\n@pytest.mark.equation("x-y")\ndef test_f(): ...\n'


@pytest.mark.parametrize(
    ("page", "code", "test", "expected"),
    [
        (PAGE, CODE, TEST, []),
        ("", CODE, TEST, ["x-y has no page"]),
        (PAGE, "", TEST, ["x-y has no docstring"]),
        (PAGE, CODE, "", ["x-y has no test"]),
        (PAGE, CODE.replace("x-y", "x-z"), TEST, ["x-y has no docstring", "x-z has no page", "x-z has no test"]),
        (PAGE + PAGE, CODE, TEST, ["x-y is given twice"]),
        (PAGE + "```{math}\nx = z\n```\n", CODE, TEST, ["a.md has a formula without an id"]),
        (PAGE, "# :eq:`x-y`\n", TEST, ["x-y has no docstring"]),
    ],
)
def test_a_missing_place_is_seen(tmp_path: Path, page: str, code: str, test: str, expected: list[str]) -> None:
    root = plant(tmp_path, {"docs/derivations/a.md": page, "analytic/f.py": code, "tests/unit/test_f.py": test})
    assert faults(root) == expected
