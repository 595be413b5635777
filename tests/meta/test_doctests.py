"""Every example runs: in the docstrings of every module, in the README and in the manual."""

from __future__ import annotations

import doctest
import importlib
import re
import types
from pathlib import Path
from typing import Any

import pytest

from tests.meta.sources import ROOT, library_files, module_name

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
MODULES = [module_name(ROOT, path) for path in library_files(ROOT) if path.stem != "__main__"]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def run_module(module: types.ModuleType) -> doctest.TestResults:
    """Run the examples of one module, each docstring in a namespace of its own."""
    return doctest.testmod(module, optionflags=OPTIONS)


def run_page(text: str, name: str) -> int:
    """Run a page's Python fences in one namespace, sessions as doctests, others as code; count them."""
    namespace: dict[str, Any] = {}
    blocks = FENCE.findall(text)
    for block in blocks:
        if ">>>" not in block:
            exec(compile(block, name, "exec"), namespace)
            continue
        examples = doctest.DocTestParser().get_doctest(block, namespace, name, name, 0)
        runner = doctest.DebugRunner(optionflags=OPTIONS)
        runner.run(examples, clear_globs=False)
        namespace.update(examples.globs)  # the parser copied it
    return len(blocks)


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # for examples that write files
    assert run_module(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_page(page.read_text("utf8"), page.name)


def test_examples_are_found() -> None:
    assert run_module(importlib.import_module("toytoy.analytic.problem")).attempted > 0


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_wrong_docstring_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_module(types.ModuleType("planted", ">>> 1 + 1\n3\n")).failed == 1
    assert "Expected" in capsys.readouterr().out


SHARED_NAMESPACE = """
```python
x = 2
```
text
```python
>>> y = x + 1
>>> y
3
```
```python
assert y == 3
```
"""


def test_a_right_page_passes() -> None:
    assert run_page(SHARED_NAMESPACE, "page") == SHARED_NAMESPACE.count("```python")


@pytest.mark.parametrize("block", [">>> 1 + 1\n3\n", "assert 1 + 1 == 3\n", ">>> 1 / 0\n0\n"])
def test_a_wrong_page_is_rejected(block: str) -> None:
    with pytest.raises((doctest.DocTestFailure, doctest.UnexpectedException, AssertionError)):
        run_page(f"```python\n{block}```\n", "planted")
