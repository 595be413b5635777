"""Bounds name the cell that breaks them, every trained instance's loss included."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import Check, Entry, judge
from toytoy.compare.crosschecks import bounds as module
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.plans import Plan

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
