"""Bounds name the cell that breaks them, every trained instance's loss included."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.ansatz import CANDIDATES
from toytoy.compare.checks import Check, Entry, judge
from toytoy.compare.crosschecks import bounds as module
from toytoy.compare.crosschecks.evidence import Evidence, some_cells
from toytoy.compare.plans import Plan

from tests.unit.compare.crosschecks.test_closer import differ

DENSITY, IMPORTANCE = [0.05, 0.2, 0.5, 0.9], [0.2, 0.5, 1.0, 3.0]
NAME = "density=0.2, importance=1"


def made(method: object, n: int = 2) -> tt.PhaseDiagram:
    return tt.phase_diagram(n, n - 1, density=DENSITY, importance=IMPORTANCE, method=method)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole() -> Evidence:
    """The small maps of the (2,1) toy."""
    trained = made(tt.Trained(steps=5, batch=8, n_instances=2))
    return Evidence(Plan(2, 1), maps={"optimum": made("optimum"), "ansatz": made("ansatz"), "trained": trained})


def changed(whole: Evidence, name: str, variable: str, factor: float) -> Evidence:
    """Multiply what one cell of a map holds, at density 0.2 and importance 1."""
    data = whole.maps[name].data.copy(deep=True)
    data[variable][1, 2] *= factor
    return Evidence(whole.plan, maps=whole.maps | {name: tt.PhaseDiagram(data)})


def judged(entries: list[Entry]) -> Check:
    return judge("a law", entries, "why")


@pytest.mark.parametrize("name", ["ansatz", "trained"])
def test_sound_maps_hold(name: str, whole: Evidence) -> None:
    assert judged(module.never_below(name, whole)).agrees
    assert judged(module.no_disagreement(name, whole)).agrees


def test_a_loss_below_the_optimum_is_seen(whole: Evidence) -> None:
    low = changed(whole, "ansatz", "loss", 0.5)
    for entries in (module.never_below("ansatz", low), module.no_disagreement("ansatz", low)):
        assert judged(entries).failures == (NAME,)


def test_one_instance_below_the_optimum_is_seen(whole: Evidence) -> None:
    data = whole.maps["trained"].data.copy(deep=True)
    data.instance_loss[1, 2, data.instance_loss.values[1, 2].argmax()] = 0.0
    low = Evidence(whole.plan, maps=whole.maps | {"trained": tt.PhaseDiagram(data)})
    assert judged(module.never_below("trained", low)).failures == (NAME,)


@pytest.mark.parametrize("n", [2, 3])
def test_the_free_ansatz_lies_between(n: int) -> None:
    whole = Evidence(Plan(n, n - 1), maps={"optimum": made("optimum", n), "ansatz": made("ansatz", n)})
    below, above = module.free_below_frozen(whole), module.free_above_optimum(whole)
    assert judged(below).agrees
    assert judged(above).agrees
    assert min(entry.value for entry in below) < -1e-6  # freedom gains something somewhere
    names = {entry.where.split(",")[0] for entry in module.closed_form(whole)}
    assert ("triangle" in names) == (n == 3)
    assert judged(module.closed_form(whole)).value < 1e-16


def test_only_what_is_saved_can_be_loaded_to_look_closer(whole: Evidence, tmp_path: object) -> None:
    assert module.never_below("ansatz", whole)[0].look is None
    saved = Evidence(whole.plan, folder=tmp_path, maps=whole.maps)  # type: ignore[arg-type]
    look = module.never_below("trained", saved)[6].look
    assert look is not None
    assert f"{tmp_path}/trained.nc" in look()
    assert "isel(density=1, importance=2)" in look()


def test_not_a_number_is_seen(whole: Evidence) -> None:
    broken = changed(whole, "ansatz", "loss", np.nan)
    assert judged(module.never_below("ansatz", broken)).failures == (NAME,)


def test_what_losses_may_be_off_by_is_both_errors(whole: Evidence) -> None:
    optimum, trained = whole.maps["optimum"].data, whole.maps["trained"].data
    entries = module.never_below("trained", whole)
    least = trained.instance_loss.min("instance").values
    assert [entry.value for entry in entries] == (optimum.loss.values - least).ravel().tolist()
    both = optimum.loss_error.values + trained.loss_error.values
    assert [entry.tolerance for entry in entries] == both.ravel().tolist()
    assert {(entry.value, entry.tolerance) for entry in module.no_disagreement("trained", whole)} == {(0.0, 0.0)}


@pytest.mark.parametrize("n", [2, 3])
def test_frozen_families_are_bounded_within_both_errors(n: int) -> None:
    whole = Evidence(Plan(n, n - 1), maps={"optimum": made("optimum", n), "ansatz": made("ansatz", n)})
    below, above, formula = module.free_below_frozen(whole), module.free_above_optimum(whole), module.closed_form(whole)
    assert len(below) == len(above) == 4 * len(CANDIDATES[n])
    assert len(formula) == 4 * len([*CANDIDATES[n], *["triangle"] * (n - 2)])
    cells = [cell for cell in some_cells(whole.maps["optimum"]) for _ in CANDIDATES[n]]
    for k, ((i, j), under, over) in enumerate(zip(cells, below, above, strict=True)):
        name, optimum = CANDIDATES[n][k % len(CANDIDATES[n])], whole.maps["optimum"]
        problem = optimum.problem(DENSITY[i], IMPORTANCE[j])
        free, frozen = (tt.ansatz(name, problem, free=each).loss for each in (True, False))
        assert under.value == free.value - frozen.value
        assert under.tolerance == free.error + frozen.error
        assert over.value == float(optimum.data.loss[i, j]) - free.value
        assert over.tolerance == free.error + float(optimum.data.loss_error[i, j])
    for entries in (below, above, formula):
        for entry in entries[:: len(entries) // 3]:
            assert differ(entry) == pytest.approx(entry.value, abs=1e-15)
            assert entry.tolerance < 1e-9


def test_fine_maps_are_compared_with_fine_ones(whole: Evidence) -> None:
    coarse = Evidence(whole.plan, maps={"optimum_fine": whole.maps["optimum"], "ansatz_fine": whole.maps["ansatz"]})
    assert judged(module.never_below("ansatz_fine", coarse)).agrees
    assert {*coarse.maps} == {"optimum_fine", "ansatz_fine"}


def test_only_trained_maps_have_instances() -> None:
    said = {check.name: "every instance's" in check.compares for check in module.BOUNDS}
    assert [name for name, instances in said.items() if instances] == ["trained never below the optimum"]
