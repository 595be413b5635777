"""Plans: two grids between the same ends, published training by default, and a command that repeats them."""

from __future__ import annotations

import shlex
import sys

import numpy as np
import pytest
import toytoy as tt
from click.testing import CliRunner
from toytoy.cli import verify as command
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan, make_plan, repeat, require_torch


def test_defaults_are_as_published() -> None:
    trained = make_plan(2, 1).trained
    assert (trained.steps, trained.batch, trained.lr, trained.weight_decay) == (10_000, 1024, 1e-3, 0.0)
    assert trained.n_instances >= 3
    assert make_plan(2, 1).trained_grid >= 10


def test_both_grids_have_the_same_ends() -> None:
    plan = make_plan(3, 2, density=Range(0.02, 0.9, 50), trained_grid=4)
    for name, ends in {"density": (0.02, 0.9), "importance": (0.1, 10.0)}.items():
        fine, coarse = (plan.grid(fine=fine)[name] for fine in (True, False))
        assert (fine[0], fine[-1]) == (coarse[0], coarse[-1]) == ends
    assert plan.grid(fine=True)["density"].size == 50
    assert plan.grid(fine=False)["density"].size == 4


def test_an_axis_of_one_value_stays_one() -> None:
    plan = make_plan(2, 1, density=Range(0.5, 0.5, 1), trained_grid=3)
    assert plan.grid(fine=False)["density"].tolist() == [0.5]


def test_quick_is_less_of_everything() -> None:
    quick, full = make_plan(2, 1, quick=True), make_plan(2, 1)
    assert quick.density.size < full.density.size
    assert quick.trained_grid < full.trained_grid
    assert quick.trained.steps < full.trained.steps
    assert make_plan(2, 1, quick=True, steps=7, seed=3).trained == tt.Trained(
        **{**vars(quick.trained), "steps": 7, "seed": 3}
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"n_features": 4}, "n_features=2, n_hidden=1"),
        ({"trained_grid": 0}, "trained_grid must be"),
        ({"seed": -1}, "seed must be"),
        ({"density": Range(0.5, 0.1, 3)}, "from low to high"),
        ({"importance": Range(0.0, 1.0, 3)}, "must be positive"),
    ],
)
def test_bad_plans_are_refused(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Plan(**{"n_features": 2, "n_hidden": 1, **fields})  # type: ignore[arg-type]


def test_the_command_repeats_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(2, 1, quick=True, density=Range(0.02, 0.9, 5), seed=3, steps=11)
    words = shlex.split(repeat(plan, "a folder"))
    assert words[:2] == ["toytoy", "verify"]
    seen: dict[str, object] = {}
    monkeypatch.setattr(command, "callback", lambda **given: seen.update(given))
    assert CliRunner().invoke(command, words[2:]).exit_code == 0
    given = {name: value for name, value in seen.items() if name not in ("out", "as_json", "pdf", "only", "listed")}
    assert seen["out"] == "a folder"
    assert seen["only"] == ()
    assert make_plan(**given) == plan  # type: ignore[arg-type]


def test_the_command_of_one_check_has_its_name_and_no_folder() -> None:
    words = shlex.split(repeat(make_plan(2, 1, quick=True), only="L(1/r) = L(r)/r"))
    assert words[-2:] == ["--only", "L(1/r) = L(r)/r"]
    assert "--out" not in words


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    require_torch()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r'pip install "toytoy\[torch\]"'):
        require_torch()


def test_where_torch_is_blocked_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def blocked(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr("importlib.util.find_spec", blocked)
    with pytest.raises(ImportError, match=r'pip install "toytoy\[torch\]"'):
        require_torch()


def test_grids_are_those_of_diagrams() -> None:
    grid = make_plan(2, 1, quick=True).grid(fine=False)
    diagram = tt.phase_diagram(2, 1, **grid, method="ansatz")  # type: ignore[arg-type]
    assert np.array_equal(diagram.densities, grid["density"])


@pytest.mark.parametrize(
    ("cells", "quick", "traces"), [(None, False, True), (None, True, False), (20, False, False), (21, False, True)]
)
def test_whole_lines_are_traced_for_fine_grids_only(cells: int | None, quick: bool, traces: bool) -> None:
    density, importance = (None if cells is None else Range(0.1, high, cells) for high in (1.0, 10.0))
    assert make_plan(2, 1, quick=quick, density=density, importance=importance).traces_lines is traces


def test_no_area_no_lines() -> None:
    assert not make_plan(2, 1, density=Range(0.5, 0.5, 1), importance=Range(0.1, 10.0, 1000)).traces_lines
