"""Evidence is computed when first asked for, once, and what is given is taken as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.crosschecks import evidence as module
from toytoy.compare.crosschecks.evidence import Evidence, cell_models, some_cells
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan

SMALL = Plan(2, 1, Range(0.2, 0.8, 3), Range(0.2, 2.0, 3), trained_grid=2, trained=tt.Trained(steps=3, batch=8))


def test_only_what_is_asked_for_is_computed_and_once() -> None:
    whole = Evidence(SMALL)
    first = whole.map("optimum")
    assert list(whole.maps) == ["optimum"]
    assert whole.map("optimum") is first
    assert whole.optimum_of("trained") is first
    whole.agreement("ansatz")
    assert set(whole.maps) == {"optimum", "ansatz"}
    assert whole.agreement("ansatz") is whole.agreement("ansatz")


def test_what_is_given_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = tt.phase_diagram(2, 1, density=[0.5], importance=[1.0])
    monkeypatch.setattr(module, "phase_diagram", None)
    assert Evidence(SMALL, maps={"optimum": given}).map("optimum") is given


def test_maps_of_one_grid_share_the_exact_boundaries() -> None:
    whole = Evidence(SMALL)
    assert whole.exact("trained") is whole.exact("optimum") is whole.exact("ansatz")
    assert whole.exact("optimum_fine") == ()  # no lines are traced beside so small a grid
    assert whole.lines is None


def test_stages_are_told_as_they_start() -> None:
    seen: list[str] = []
    whole = Evidence(SMALL, lambda name: seen.append(name))
    whole.map("ansatz_fine")
    whole.exact("optimum")
    assert seen == ["ansatz, 3 × 3 cells", "optimum, 2 × 2 cells", "boundaries at 2 densities"]


def test_models_are_those_drawn_and_those_of_all_maps() -> None:
    names = [model.name for model in Evidence(SMALL).models]
    assert len(set(names)) == len(names)
    for start in ("drawn model", "ansatz, density", "optimum, density", "trained, density"):
        assert any(name.startswith(start) for name in names)


def test_models_of_cells_are_the_maps() -> None:
    diagram = tt.phase_diagram(2, 1, density=[0.2, 0.6], importance=[0.5, 1.0])
    for (i, j), model in zip(some_cells(diagram), cell_models(diagram), strict=True):
        assert float(tt.loss(model.problem, model.weights, model.bias)) == pytest.approx(
            float(diagram.data.loss[i, j]), rel=1e-13
        )


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (10, 10)])
def test_some_cells_lie_inside_and_are_spread(shape: tuple[int, int]) -> None:
    diagram = tt.phase_diagram(
        2, 1, density=np.linspace(0.1, 0.9, shape[0]), importance=np.linspace(0.1, 3, shape[1]), method="ansatz"
    )
    cells = some_cells(diagram)
    rows, columns = zip(*cells, strict=True)
    assert 0 <= min(rows) <= max(rows) < shape[0]
    assert 0 <= min(columns) <= max(columns) < shape[1]
    assert len(set(cells)) == len(cells)
    assert len(set(rows)) == min(4, shape[0])


def test_a_cell_can_be_loaded_only_where_maps_are_saved() -> None:
    assert Evidence(SMALL).cell_command(("ansatz",), 0, 1, "print(ansatz)") is None
    written = Evidence(SMALL, folder=Path("a 'folder'")).cell_command(("ansatz",), 0, 1, "print(ansatz)")
    assert written is not None
    assert "isel(density=0, importance=1)" in written


def test_four_cells_lie_on_no_line_of_the_grid_twice() -> None:
    grid = tt.phase_diagram(
        2, 1, density=np.linspace(0.1, 1.0, 10), importance=np.linspace(0.1, 3, 13), method="ansatz"
    )
    assert some_cells(grid) == [(0, 4), (3, 12), (6, 0), (9, 8)]
    half = some_cells(grid, sparsest=float(grid.densities[4]))
    assert half == [(4, 4), (6, 12), (7, 0), (9, 8)]
    assert some_cells(grid, sparsest=2.0) == []
    ends = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.5, 2.0], method="ansatz")
    assert {i for i, _ in some_cells(ends)} == {j for _, j in some_cells(ends)} == {0, 1}


def test_each_grid_has_its_own_optimum() -> None:
    coarse, fine = (tt.phase_diagram(2, 1, density=[p], importance=[1.0], method="ansatz") for p in (0.5, 0.4))
    whole = Evidence(SMALL, maps={"optimum": coarse, "optimum_fine": fine})
    assert whole.optimum_of("ansatz_fine") is whole.optimum_of("optimum_fine") is fine
    assert whole.optimum_of("ansatz") is whole.optimum_of("trained") is coarse


def test_it_is_itself_and_its_text_holds_no_comparisons() -> None:
    one, other = Evidence(SMALL), Evidence(SMALL)
    assert {one: "a", other: "b"}[one] == "a"
    assert "_agreements" not in repr(one)
    assert one.size == (2, 1)


def test_a_line_about_a_cell_is_written_when_it_is_asked_for() -> None:
    assert Evidence(SMALL).closer(("ansatz",), 0, 1, "print(ansatz)") is None
    whole = Evidence(SMALL, folder=Path("a"))
    look = whole.closer(("ansatz",), 0, 1, "print(ansatz)")
    assert look is not None
    assert look() == whole.cell_command(("ansatz",), 0, 1, "print(ansatz)")
    assert "print(ansatz)" in look()
