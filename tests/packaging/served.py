"""What each extra serves, as a small run in an environment that has it: a function an extra, `SERVED` their table."""

from __future__ import annotations

import signal
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.packaging.distributions import unpack
from tests.packaging.environments import Environment

SERVED: dict[str, Callable[[Environment, Path, Path], None]] = {}
TOY = "import toytoy as tt; problem = tt.Problem.toy(2, density=0.5)\n"


def extra(
    function: Callable[[Environment, Path, Path], None],
) -> Callable[[Environment, Path, Path], None]:
    """Enter a function into the table; it takes the environment, a folder to write in and the source distribution."""
    SERVED[function.__name__] = function
    return function


@extra
def torch(installed: Environment, folder: Path, sdist: Path) -> None:
    """Models, the exact loss as torch differentiates it, and the main job."""
    installed.python(
        f"{TOY}from toytoy.numeric.autograd import population_loss; from toytoy.numeric.models import ToyModel\n"
        "model = ToyModel(problem); population_loss(problem, model.weights, model.bias).sum().backward()\n"
        "assert float(model.weights.grad.abs().sum()) > 0"
    )
    words = ("verify", "-n", "2", "-m", "1", "--quick", "--out", folder / "report")
    assert "Verdict: agrees" in installed.call("toytoy", *words, bare=True, minutes=14)


@extra
def rigorous(installed: Environment, folder: Path, sdist: Path) -> None:
    """An enclosure of a loss."""
    code = "from toytoy.analytic.enclosure import enclose_loss as e\n"
    code += "print(e(problem, [[0.96875, -0.96875]], [0.1, 0.1], digits=25))"
    assert installed.python(TOY + code).startswith("0.0762879072549364899035253")


@extra
def explore(installed: Environment, folder: Path, sdist: Path) -> None:
    """The server answers, and ends by Ctrl-C."""
    command = [str(installed.bin / "toytoy"), "explore", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            address = next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
            with urllib.request.urlopen(address, timeout=60) as answer:
                assert b"toytoy" in answer.read()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    assert server.returncode in {0, 130}


@extra
def distributed(installed: Environment, folder: Path, sdist: Path) -> None:
    """A sweep by a dask client."""
    (folder / "study.py").write_text(
        "import toytoy as tt\nfrom distributed import Client\n\n\n"
        "def area(width, height):\n    return width * height\n\n\n"
        "if __name__ == '__main__':\n"
        "    with Client(processes=False, n_workers=1, dashboard_address=None) as client:\n"
        "        print(tt.sweep(area, {'width': [2.0, 3.0], 'height': [5.0]}, client).value.values.tolist())\n",
        "utf8",
    )
    assert installed.call("python", folder / "study.py").strip() == "[[10.0], [15.0]]"


@extra
def test(installed: Environment, folder: Path, sdist: Path) -> None:
    """Tests of the source distribution pass on the installed library, and its strategies draw problems."""
    installed.python(
        "import xdist, pytest_timeout, pytest_benchmark, playwright.sync_api, ipykernel, nbclient, nbformat"
    )
    installed.python(
        "from toytoy.compare import strategies; from hypothesis import find\n"
        "assert find(strategies.problems(), lambda problem: True).n_features >= 1"
    )
    root = unpack(sdist, folder)
    some = ("unit/analytic/test_gram.py", "unit/compare/test_ranges.py", "meta/test_packaging.py")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/{name}" for name in some))
    said = installed.call("python", *words, cwd=root, minutes=14)
    assert " passed" in said
    assert "failed" not in said


@extra
def docs(installed: Environment, folder: Path, sdist: Path) -> None:
    """A page with a docstring of the library, by the manual's theme and extensions; a warning is an error."""
    used = ["sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc", "myst_parser"]
    settings = f"extensions = {used}\nhtml_theme = 'pydata_sphinx_theme'\nnumpydoc_show_class_members = False\n"
    page = "# Page\n\n```{eval-rst}\n.. autofunction:: toytoy.capacity\n```\n"
    (folder / "page").mkdir()
    (folder / "page" / "conf.py").write_text(settings, "utf8")
    (folder / "page" / "index.md").write_text(page, "utf8")
    installed.call("sphinx-build", "-W", "-q", folder / "page", folder / "html")
    assert 'id="toytoy.capacity"' in (folder / "html" / "index.html").read_text("utf8")


@extra
def mutants(installed: Environment, folder: Path, sdist: Path) -> None:
    """The tool that changes modules finds places to change in a module of its own clone."""
    root = unpack(sdist, folder)
    code = (
        "from pathlib import Path; from tests.mutants.mutations import mutants_of; "
        "print(len(mutants_of('analytic/gram.py', Path('analytic/gram.py').read_text('utf8'))) > 20)"
    )
    assert installed.call("python", "-c", code, cwd=root).strip() == "True"


@extra
def lint(installed: Environment, folder: Path, sdist: Path) -> None:
    """Ruff finds nothing in the installed library; both type checkers find the one fault that is planted."""
    installed.call("ruff", "check", "--isolated", "--select", "E9,F", installed.site / "toytoy" / "analytic")
    (folder / "wrong.py").write_text("import toytoy as tt\n\ntt.Problem.toy('2', density=0.5)\n", "utf8")
    assert "Found 1 error" in installed.call("mypy", "--strict", folder / "wrong.py", fails=True)
    python = installed.bin / "python"
    assert "1 error" in installed.call("pyright", "--pythonpath", python, folder / "wrong.py", fails=True)
