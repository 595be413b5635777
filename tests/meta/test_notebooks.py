"""The example notebooks run from top to bottom, show what their texts claim, and are kept without outputs."""

from __future__ import annotations

import copy
import html
import importlib.util
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt

from tests.meta.sources import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
NEEDED = ("nbclient", "nbformat", "ipykernel")
PATIENCE = 60  # seconds a cell: ten times what the slowest takes, on a machine that does other things
NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there


def requirements() -> None:
    """Skip where notebooks can't be run; where everything is installed, that is a failure."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing and os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"notebooks need {', '.join(missing)}")
    if missing:
        pytest.skip(f'notebooks need {", ".join(missing)}: pip install "toytoy[test]"')


def read(path: Path) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)


def run(notebook: Any, folder: Path) -> Any:
    """Run a copy of a notebook in a folder, in a kernel of its own."""
    from nbclient import NotebookClient

    done = copy.deepcopy(notebook)
    NotebookClient(
        done, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return done


def shown(cell: Any) -> str:
    """Give the words that a cell's outputs show, in whatever form."""
    texts = [output.get("text", "") for output in cell.outputs]
    texts += [str(data) for output in cell.outputs for kind, data in output.get("data", {}).items() if "text" in kind]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", " ".join(texts))).split())


def unsaid(notebook: Any) -> list[str]:
    """List what a text prints in bold and the cell above it does not show."""
    found, above = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            above = shown(cell)
        elif above:
            claims = (" ".join(claim.split()) for claim in re.findall(r"\*\*(.+?)\*\*", cell.source, re.DOTALL))
            found += [f"{cell.id}: {claim}" for claim in claims if claim not in above]
    return found


def unstripped(notebook: Any) -> list[str]:
    """List the cells that keep outputs or counts, and what metadata says of a machine."""
    found = [cell.id for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count") or cell.metadata]
    return found + sorted(set(notebook.metadata) - {"kernelspec", "language_info"})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run_and_show_what_they_say(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements()
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    done = run(read(path), tmp_path)
    assert unsaid(done) == []
    assert sum(cell.source.count("**") for cell in done.cells if cell.cell_type == "markdown") >= 20
    cards = [data for cell in done.cells for output in cell.get("outputs", ()) if (data := output.get("data"))]
    assert sum("text/html" in data for data in cards) >= 5  # of a problem, a solution, its parts, a map, an agreement
    assert any("image/png" in data for data in cards)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    requirements()
    assert unstripped(read(path)) == []
    assert json.loads(path.read_text("utf8"))["nbformat"] == 4


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


def test_what_the_tour_says_beyond_its_outputs() -> None:
    problem = tt.Problem.toy(2, importance=1.0, density=0.5)
    optimum = tt.minimize(problem, tt.Multistart(n_starts=32, seed=0))
    parts = {
        name: float(np.sum(values))
        for name, values in tt.decompose(problem, optimum.weights, optimum.bias).parts().items()
    }
    assert max(parts, key=lambda name: parts[name]) == "distortion"
    frozen = tt.ansatz("antipodal", problem)
    assert np.linalg.norm(optimum.weights) < np.linalg.norm(frozen.weights)
    assert not frozen.bias.any()
    assert optimum.bias.all()


def made(claim: str, text: str, **cell: Any) -> Any:
    """Make a notebook of one output and one claim."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    outputs = [new_output("stream", text=text)]
    cells = [new_code_cell("1", outputs=outputs, **cell), new_markdown_cell(claim)]
    return new_notebook(cells=cells)


def test_a_claim_that_is_not_shown_is_seen() -> None:
    requirements()
    assert unsaid(made("It is **0.25 in\nall**.", "0.25 in all\n")) == []
    assert len(unsaid(made("It is **0.26**, not **0.25**.", "0.25 in all\n"))) == 1


def test_outputs_and_metadata_that_are_kept_are_seen() -> None:
    requirements()
    notebook = made("", "x", execution_count=3)
    notebook.metadata["widgets"] = {}
    assert len(unstripped(notebook)) == 2


def test_a_cell_that_raises_is_seen(tmp_path: Path) -> None:
    requirements()
    from nbclient.exceptions import CellExecutionError

    notebook = made("", "")
    notebook.cells[0].source = "1 / 0"
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(notebook, tmp_path)


def test_the_manual_runs_cells_as_a_notebook_does() -> None:
    pytest.importorskip("sphinx")
    from docs.notebook_of import cells
    from docs.notebook_of import run as shown_by

    names: dict[str, Any] = {}
    assert shown_by("%matplotlib inline\nx = 2\nprint(x)\nx + 1", names) == ("2\n", 3)
    assert shown_by("x", names) == ("", 2)
    assert shown_by("y = x", names) == ("", None)
    assert shown_by("", names) == ("", None)
    with pytest.raises(ZeroDivisionError):
        shown_by("1 / 0", names)
    assert [kind for kind, _ in cells(NOTEBOOKS[0])][:2] == ["markdown", "code"]
