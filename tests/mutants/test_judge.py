"""The judge, on a planted library: sharp tests kill, weak ones let live, a mutant that hangs is ended."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutants` is not installed")
from tests.meta.sources import ROOT, plant
from tests.mutants.clones import clone, written
from tests.mutants.fitting import fitting_tests, has_kernels, mirror_of

# in a process of its own: a judge must not have loaded the library that it judges
SCRIPT = """
import json, sys
from pathlib import Path
from tests.mutants.mutations import mutants_of
from tests.mutants.verdict import Place, judge
folder, module = Path(sys.argv[1]), sys.argv[2]
(folder / "unmutated").mkdir()
place = Place(folder / "toytoy", folder, folder / "unmutated", more=20.0)
found = [judge(each, place) for each in mutants_of(module, (place.clone / module).read_text("utf8"))]
print(json.dumps([(v.after, v.status, v.by) for v in found]))
"""
ADD, DOWN = (f"from toytoy.analytic.{name} import {name}\n\n\n" for name in ("add", "down"))
LIBRARY = {
    "__init__.py": "",
    "__init__.pyi": "from .analytic.add import add as add\n",
    "analytic/__init__.py": "",
    "analytic/add.py": "def add(a, b):\n    return a + b\n",
    "analytic/user.py": "from .add import add\n\n\ndef twice(a):\n    return add(a, a)\n",
    "analytic/down.py": "def down(n):\n    while n > 0:\n        n = n - 1\n    return n\n",
    "analytic/shown.py": 'def shown(a, b):\n    """Add.\n\n    >>> shown(2, 3)\n    5\n    """\n    return a + b\n',
    "tests/unit/analytic/test_shown.py": "def test_nothing():\n    pass\n",
    "tests/unit/analytic/test_add.py": ADD + "def test_zero():\n    assert add(2, 0) == 2\n",
    "tests/unit/analytic/test_user.py": "def test_nothing():\n    pass\n",
    "tests/unit/analytic/test_down.py": DOWN + "def test_end():\n    assert down(2.5) == -0.5\n",
    "tests/properties/test_laws.py": "import toytoy as tt\n\n\ndef test_nothing():\n    tt.add\n",
}
SHARP = "from toytoy.analytic.user import twice\n\n\ndef test_two():\n    assert twice(1) == 2\n"
BROKEN = "import toytoy.analytic.add\n\n\ndef test_wrong():\n    assert False\n"


def statuses(folder: Path, module: str, **more: str) -> dict[str, tuple[str, str]]:
    files = {f"toytoy/{name}": text for name, text in LIBRARY.items()}
    plant(folder, files | {f"toytoy/tests/unit/analytic/test_{name}.py": text for name, text in more.items()})
    command = [sys.executable, "-c", SCRIPT, str(folder), module]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=100)
    return {after: (status, by) for after, status, by in json.loads(done.stdout)}


def test_weak_tests_let_live(tmp_path: Path) -> None:
    assert statuses(tmp_path, "analytic/add.py") == {"return a - b": ("survived", "")}


def test_sharp_tests_of_a_user_kill(tmp_path: Path) -> None:
    killer = "tests/unit/analytic/test_user.py"
    assert statuses(tmp_path, "analytic/add.py", user=SHARP) == {"return a - b": ("killed", killer)}


def test_tests_that_fail_without_any_mutant_kill_nobody(tmp_path: Path) -> None:
    assert statuses(tmp_path, "analytic/add.py", add=BROKEN) == {"return a - b": ("survived", "")}


def test_examples_kill(tmp_path: Path) -> None:
    assert statuses(tmp_path, "analytic/shown.py") == {"return a - b": ("killed", "doctests")}


@pytest.mark.slow  # some mutants run until their limit
def test_a_mutant_that_hangs_is_ended(tmp_path: Path) -> None:
    found = statuses(tmp_path, "analytic/down.py")
    assert found["n = n + 1"] == ("timeout", "tests/unit/analytic/test_down.py")
    assert found["while n >= 0:"][0] == "survived"  # -0.5 is the end of 2.5 either way


def test_a_file_is_put_back_with_its_time(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"x = 1\r\n")
    before = path.stat()
    with contextlib.suppress(KeyError), written(path, "x = 2\n"):
        assert path.read_text("utf8") == "x = 2\n"
        assert int(path.stat().st_mtime) != int(before.st_mtime)
        raise KeyError  # as Ctrl-C would
    assert path.read_bytes() == b"x = 1\r\n"
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_clone_holds_what_git_would_and_forgets_what_is_gone(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "worker"
    plant(root, {"a.py": "1", "b/c.py": "2", ".gitignore": "build/", "build/d.py": "3"})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    copy = clone(root, folder)
    assert {path.relative_to(copy).as_posix() for path in copy.rglob("*.py")} == {"a.py", "b/c.py"}
    (root / "a.py").rename(root / "b" / "a.py")
    clone(root, folder)
    assert {path.relative_to(copy).as_posix() for path in copy.rglob("*.py")} == {"b/a.py", "b/c.py"}


def test_fitting_tests_in_order(tmp_path: Path) -> None:
    plant(tmp_path, LIBRARY)
    mirror, user, law = "test_add.py", "test_user.py", "tests/properties/test_laws.py"
    folder = "tests/unit/analytic/"
    assert fitting_tests(tmp_path, "analytic/add.py") == (folder + mirror, folder + user, law)
    assert mirror_of("compare/paper/panels.py") == "tests/unit/compare/paper/test_panels.py"
    assert not has_kernels(tmp_path, "analytic/add.py")
    assert has_kernels(ROOT, "analytic/pair.py")
