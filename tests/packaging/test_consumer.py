"""A project that uses the installed wheel is type checked by it, and the wheel does its main job where nothing else is.

The environment borrows the dependencies of the one that runs the tests; fresh ones are in test_installs.py.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import toytoy

from tests.packaging.distributions import build_both, clone
from tests.packaging.environments import Environment, borrowing

pytestmark = pytest.mark.slow

RIGHT = """import toytoy as tt
from toytoy.compare.agreements import agreements
from toytoy.numeric.models import ToyModel

problem = tt.Problem.toy(2, importance=1.0, density=0.5)
solution = tt.minimize(problem, tt.Multistart(n_starts=4, seed=0))
loss: float = float(solution.loss)
"""
REVEALED = {
    "problem": "Problem",
    "solution": "Solution",
    "solution.loss": "Estimate",
    "solution.loss.interval": "tuple[float, float]",
    "float(tt.certify(problem))": "float",
    "tt.decompose(problem, [[0.9, -0.8]], [0.1, 0.2])": "LossDecomposition",
    "tt.boundary(2, 1, between=('not_represented', 'antipodal'), density=0.5)": "Boundary",
    "tt.phase_diagram(2, 1, density=[0.1], importance=[1.0])": "PhaseDiagram",
    "ToyModel(problem, n_instances=2)": "ToyModel",
    "tt.__version__": "str",
}
WRONG = (
    "tt.Problem.toy('2', importance=1.0, density=0.5)",
    "tt.Problem.toy(2, importance=1.0, sparsity=0.5)",
    "tt.minimize(problem, 32)",
    "tt.Multistart(n_start=4)",
    "tt.loss(problem)",
    "tt.certify(problem).intervall",
    "solution.loss + 'a'",
    "tt.nothing_of_this_name",
    "tt.phase_diagram(2, 1, density=[0.1], importance=[1.0], metod='ansatz')",
    "int(tt.structure)",
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Install the wheel of what stands here."""
    folder = tmp_path_factory.mktemp("consumer")
    wheel, _ = build_both(clone(folder / "clone", as_it_stands=True), folder / "dist")
    environment = borrowing(folder / "environment", wheel)
    where = environment.python("import toytoy; print(toytoy.__file__)").strip()
    assert where == str(environment.site / "toytoy" / "__init__.py")
    return environment


def project(folder: Path) -> tuple[Path, Path]:
    """Write one module that uses the library rightly, and one that uses it wrongly on every line but the first few."""
    right = RIGHT + "".join(f"reveal_type({expression})\n" for expression in REVEALED)
    (folder / "right.py").write_text(right, "utf8")
    (folder / "wrong.py").write_text(RIGHT + "".join(f"{line}\n" for line in WRONG), "utf8")
    return folder / "right.py", folder / "wrong.py"


def check(checker: str, environment: Environment, folder: Path, file: Path) -> dict[int, str]:
    """Run "mypy" or "pyright" on a file: what it says of each line, in short names."""
    tool = [sys.executable, "-m", checker]
    python, cache = str(environment.bin / "python"), str(environment.folder / "mypy-cache")
    options = {
        "mypy": ["--strict", "--cache-dir", cache, "--python-executable", python],
        "pyright": ["--pythonpath", python],
    }[checker]
    done = subprocess.run([*tool, *options, file.name], cwd=folder, capture_output=True, text=True, check=False)
    said = re.findall(rf"{re.escape(file.name)}:(\d+)(?::\d+)?(?:: | - )(.*)", done.stdout)
    assert said, done.stdout + done.stderr
    short = [(int(line), re.sub(r"\b(?:\w+\.)+(?=\w)", "", text)) for line, text in said]
    return dict(sorted(short, key=lambda one: "error" in one[1]))  # of several on a line the error, not its note


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.timeout(600)
def test_types_reach_a_project_that_uses_the_wheel(checker: str, installed: Environment, tmp_path: Path) -> None:
    right, wrong = project(tmp_path)
    said = check(checker, installed, tmp_path, right)
    first = RIGHT.count("\n") + 1
    assert sorted(said) == list(range(first, first + len(REVEALED))), said  # what is revealed, and no error
    revealed = zip((said[line] for line in sorted(said)), REVEALED.values(), strict=True)
    assert [(text, name) for text, name in revealed if not text.endswith(f' is "{name}"')] == []
    faulty = check(checker, installed, tmp_path, wrong)
    assert sorted(faulty) == list(range(first, first + len(WRONG))), faulty
    assert all("error" in text for text in faulty.values()), faulty


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.timeout(600)
def test_without_the_mark_no_type_reaches_mypy(checker: str, installed: Environment, tmp_path: Path) -> None:
    """The test above can fail: mypy believes an installed package where py.typed stands; pyright, any package."""
    _, wrong = project(tmp_path)
    mark = installed.site / "toytoy" / "py.typed"
    mark.rename(mark.with_name("untyped"))
    try:
        said = check(checker, installed, tmp_path, wrong)
    finally:
        mark.with_name("untyped").rename(mark)
    untyped = any("installed, but missing library stubs" in text for text in said.values())
    assert untyped == (checker == "mypy"), said


@pytest.mark.timeout(900)
def test_the_wheel_verifies_without_git_home_compiler_and_cache(installed: Environment, tmp_path: Path) -> None:
    """Its own folder can't be written either: files stand where the caches would, since nothing stops root."""
    shutil.rmtree(installed.site / "toytoy" / "__pycache__")
    (installed.site / "toytoy" / "__pycache__").write_text("", "utf8")
    report = tmp_path / "report"
    words = ("verify", "-n", "2", "-m", "1", "--quick", "--out", report)
    assert "Verdict: agrees" in installed.call("toytoy", *words, bare=True, minutes=14)
    verdict = json.loads((report / "verdict.json").read_text("utf8"))
    assert verdict["verdict"] == "agrees"
    held = {path.name for path in report.iterdir()}
    assert held >= {"report.html", "ansatz.nc", "optimum.nc", "trained.nc", "phase_maps.png", "verdict.json"}


def test_its_commands_say_their_version_anywhere(installed: Environment) -> None:
    version = f"toytoy {toytoy.__version__}\n"
    assert installed.call("toytoy", "--version", bare=True) == version
    assert installed.call("python", "-m", "toytoy", "--version", bare=True) == version
