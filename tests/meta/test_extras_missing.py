"""Where an optional library is missing, what needs it says in one line which extra brings it; all else works."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache

import pytest

from docs.front_door import BESIDE

OPTIONAL = ("torch", "flint", "dash", "flask", "waitress", "distributed", "dask", "hypothesis", "pytest", "yaml")
# the public modules that can do nothing without an optional library, and the extra that brings it
NEED = {
    "analytic.enclosure": "rigorous",
    "compare.strategies": "test",
    "numeric.autograd": "torch",
    "numeric.fit": "torch",
    "numeric.line_torch": "torch",
    "numeric.models": "torch",
}
GRID = "density=[0.1, 1.0], importance=[0.5, 1.0]"
ASKED = {
    "tt.minimize(tt.Problem.toy(2, density=0.5), tt.Trained(steps=5))": "torch",
    f"tt.phase_diagram(2, 1, {GRID}, method=tt.Trained(steps=5))": "torch",
    "cli('explore')": "explore",
    "cli('verify', '-n', '2', '-m', '1', '--quick', '--out', 'report')": "torch",
    "cli('verify', '-n', '2', '-m', '1', '--quick', '--only', 'scale of importances')": "torch",
    "cli('solve', '-n', '2', '-m', '1', '-p', '0.5', '--method', 'trained')": "torch",
    "cli('diagram', '-n', '2', '-m', '1', '--method', 'trained', '--out', 'x.nc')": "torch",
    "cli('figure', 'intro', '--out', 'intro.png')": "torch",
}
WORKS = (
    "tt.loss(tt.Problem.toy(2, density=0.5), [[0.9, -0.8]], [0.1, 0.2])",
    "tt.certify(tt.Problem.toy(2, density=0.5, importance=0.4))",
    "[getattr(tt, name) for name in tt.__all__]",
)
SCRIPT = """import contextlib, importlib, io, json, sys
optional, modules, asked = json.loads(sys.argv[1])
sys.modules.update(dict.fromkeys(optional))  # None there: as if it were not installed
import toytoy as tt

def cli(*words):
    from toytoy.cli import main
    sys.argv = ["toytoy", *words]
    heard = io.StringIO()
    with contextlib.redirect_stderr(heard), contextlib.redirect_stdout(heard):
        try:
            main()
        except SystemExit as ended:
            assert ended.code == 2, (ended.code, heard.getvalue())
    raise ImportError(heard.getvalue().strip())

def said(action):
    try:
        action()
    except ImportError as error:
        return str(error)
    except BaseException as error:
        return "another error: " + repr(error)
    return "works"

found = {name: said(lambda: importlib.import_module("toytoy." + name)) for name in modules}
found |= {line: said(lambda: eval(line)) for line in asked}
print(json.dumps(found))
"""


@cache
def answers(optional: tuple[str, ...] = OPTIONAL) -> dict[str, str]:
    """Say what each public module and each call answers where the optional libraries are missing."""
    given = json.dumps([optional, BESIDE, [*ASKED, *WORKS]])
    command = [sys.executable, "-c", SCRIPT, given]
    with tempfile.TemporaryDirectory() as folder:  # for what would be written if nothing were refused
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, str] = json.loads(done.stdout)
    return found


def names_extra(answer: str, extra: str) -> bool:
    """Judge whether an answer is one line that names the extra as pip wants it."""
    return len(answer.splitlines()) == 1 and "pip install" in answer and f"toytoy[{extra}]" in answer


@pytest.mark.parametrize("name", BESIDE)
def test_a_public_module_works_or_names_its_extra(name: str) -> None:
    answer = answers()[name]
    assert names_extra(answer, NEED[name]) if name in NEED else answer == "works", answer


@pytest.mark.parametrize(("line", "extra"), ASKED.items())
def test_what_is_asked_for_names_its_extra(line: str, extra: str) -> None:
    assert names_extra(answers()[line], extra), answers()[line]


@pytest.mark.parametrize("line", WORKS)
def test_the_rest_works(line: str) -> None:
    assert answers()[line] == "works"


@pytest.mark.parametrize(
    "answer",
    ["works", "No module named 'torch'", 'pip install "toytoy[explore]"', "another\npip install toytoy[torch]"],
)
def test_a_poor_answer_is_seen(answer: str) -> None:
    assert not names_extra(answer, "torch")
