"""The main job, end to end by the command line: what it writes, what it says, and when it says no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toytoy as tt
from click.testing import CliRunner, Result
from toytoy.cli import toytoy
from toytoy.compare import results
from toytoy.compare.crosschecks import evidence as module
from toytoy.compare.findings import mismatches
from toytoy.compare.plans import Plan

SMALL = (
    *("--density", "0.05:1:6", "--importance", "0.1:10:6", "--trained-grid", "3"),
    *("--steps", "40", "--batch", "32", "--lr", "0.02", "--instances", "2", "--seed", "1"),
)


def verify(n: int, folder: Path, *words: str) -> Result:
    """Run the main job of a toy."""
    size = ("--features", str(n), "--hidden", str(n - 1))
    return CliRunner().invoke(toytoy, ["verify", *size, "--out", str(folder), *words])


def by_regime(diagram: tt.PhaseDiagram) -> float:
    """Share of cells whose extra feature is superposed."""
    return float((diagram.data.regime == "superposed").mean())


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out figures and report, which take longest."""
    monkeypatch.setattr(results, "write_results", lambda verification, folder, command: folder / "report.html")


def test_it_agrees_and_leaves_everything_behind(tmp_path: Path) -> None:
    result = verify(2, tmp_path / "report", *SMALL)
    assert result.exit_code == 0, result.stderr
    assert "Verdict: agrees" in result.stdout
    assert f"Open {tmp_path / 'report' / 'report.html'}" in result.stdout
    maps = {name: tt.PhaseDiagram.load(tmp_path / "report" / f"{name}.nc") for name in ("ansatz", "optimum", "trained")}
    losses = {name: diagram.data.loss.values for name, diagram in maps.items()}
    errors = maps["optimum"].data.loss_error.values * 2  # both losses are rounded alike
    assert (losses["trained"] >= losses["optimum"] - errors).all()
    assert (losses["ansatz"] >= losses["optimum"] - errors).all()
    left = {path.name for path in (tmp_path / "report").iterdir()}
    assert {*(f"{name}.nc" for name in results.SHOWN.values()), "report.html", "phase_maps.png"} <= left
    assert json.loads((tmp_path / "report" / "verdict.json").read_text())["verdict"] == "agrees"


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("n", [2, 3])
def test_json_is_the_contract_and_nothing_else_and_repeats(n: int, tmp_path: Path) -> None:
    result = verify(n, tmp_path, *SMALL, "--json")
    printed = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert printed.keys() == {"verdict", "checks"}
    assert printed["verdict"] == "agrees"
    assert all(check.keys() >= {"name", "verdict", "value", "tolerance"} for check in printed["checks"])
    assert verify(n, tmp_path, *SMALL, "--json").stdout == result.stdout


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.usefixtures("no_report")
def test_a_disagreement_is_status_1_and_names_the_cells(
    as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trained map whose losses are means over features, not sums, lies below the optimum."""

    def mean_for_sum(*size: int, **settings: object) -> tt.PhaseDiagram:
        diagram = tt.phase_diagram(*size, **settings)  # type: ignore[arg-type]
        if diagram.kind == "trained":
            for name in ("loss", "instance_loss"):
                diagram.data[name] = diagram.data[name] / 1000
        return diagram

    monkeypatch.setattr(module, "phase_diagram", mean_for_sum)
    result = verify(2, tmp_path, *SMALL, *(["--json"] if as_json else []))
    assert result.exit_code == 1
    said = result.stderr if as_json else result.stdout
    assert "trained never below the optimum" in said
    assert "density=0.05, importance=0.1" in said
    if as_json:
        assert json.loads(result.stdout)["verdict"] == "disagreement"


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        (2, "regime", 0.025, 0.035),  # 3 % were found before this library stood, 8 % of phases of the larger toy
        pytest.param(3, "phase", 0.075, 0.085, marks=pytest.mark.slow),
    ],
)
def test_the_published_mismatch_on_the_grid_of_the_paper(n: int, of: str, low: float, high: float) -> None:
    """What share of cells the ansatz names otherwise, all of them above density 0.1."""
    grid = Plan(n, n - 1).grid(fine=True)
    assert [axis.size for axis in grid.values()] == [100, 100]
    maps = [tt.phase_diagram(n, n - 1, **grid, method=method) for method in ("ansatz", "optimum")]  # type: ignore[arg-type]
    found = {m.of: m for m in mismatches(*maps)}
    assert low < found[of].share < high
    assert found[of].lowest_density > 0.1
    assert by_regime(maps[1]) > by_regime(maps[0])


@pytest.mark.slow
@pytest.mark.parametrize("n", [2, 3])
def test_quick_agrees(n: int, tmp_path: Path) -> None:
    assert verify(n, tmp_path, "--quick").exit_code == 0
