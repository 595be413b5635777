"""Losses and labels that a map keeps are compared with its models, cell by cell: one wrong cell is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import judge
from toytoy.compare.crosschecks.evidence import MAPS, Evidence
from toytoy.compare.crosschecks.whole_maps import extra_regime, labels_kept, losses_kept
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan


@pytest.fixture(scope="module")
def made() -> Evidence:
    """All maps of a small plan."""
    plan = Plan(3, 2, Range(0.1, 1.0, 3), Range(0.2, 2.0, 3), trained_grid=2, trained=tt.Trained(steps=5, batch=8))
    whole = Evidence(plan)
    for name in MAPS:
        whole.map(name)
    return whole


def broken(whole: Evidence, name: str, variable: str, change: Callable[[Any], Any]) -> Evidence:
    """Change one cell of a map."""
    data = whole.map(name).data.copy(deep=True)
    data[variable][1, 0] = change(data[variable][1, 0])
    return Evidence(whole.plan, maps=whole.maps | {name: tt.PhaseDiagram(data)})


def test_every_cell_of_all_maps_is_compared(made: Evidence) -> None:
    for entries in (losses_kept(made), labels_kept(made)):
        assert len(entries) == 9 + 9 + 4 + 4 + 4
        assert judge("a law", entries, "why").agrees


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("factor", [1 + 1e-12, 1 - 1e-12, np.nan])
def test_one_wrong_loss_is_named(name: str, factor: float, made: Evidence) -> None:
    found = judge("a law", losses_kept(broken(made, name, "loss", lambda x: x * factor)), "why")
    assert found.n_failures == 1
    assert found.worst.startswith(f"{name}, density=")


def test_the_least_instance_is_the_maps_loss(made: Evidence) -> None:
    assert not judge("a law", losses_kept(broken(made, "trained", "instance_loss", lambda x: x / 2)), "why").agrees


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("variable", ["regime", "phase"])
def test_one_wrong_label_is_named(name: str, variable: str, made: Evidence) -> None:
    found = judge("a law", labels_kept(broken(made, name, variable, lambda _: "triangle"[:6])), "why")
    assert found.n_failures == 1


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("tolerance", [1e-8, 0.01, 0.3])
def test_the_gram_matrix_tells_the_same_regime(seed: int, tolerance: float) -> None:
    weights = np.random.default_rng(seed).normal(size=(2, 3)) * 10.0 ** -np.random.default_rng(seed).integers(0, 4, 3)
    assert extra_regime(weights, tolerance) == tt.regimes(weights, tolerance)[-1]


def test_what_a_kept_loss_may_be_off_by(made: Evidence) -> None:
    (entry, *_) = losses_kept(made)
    diagram = made.maps["ansatz_fine"]
    problem = diagram.problem(diagram.densities[0], diagram.importances[0])
    exact = tt.loss_estimate(problem, diagram.data.weights.values[0, 0], diagram.data.bias.values[0, 0])
    assert entry.tolerance == float(diagram.data.loss_error[0, 0]) + exact.error
    assert {(each.value, each.tolerance) for each in labels_kept(made)} == {(0.0, 0.0)}


@pytest.mark.parametrize("variable", ["regime", "phase"])
def test_either_label_alone_is_a_fault(variable: str, made: Evidence) -> None:
    faults = [entry.value for entry in labels_kept(broken(made, "ansatz", variable, lambda _: "other"))]
    assert sorted(faults) == [0.0] * (len(faults) - 1) + [1.0]


@pytest.mark.parametrize(
    ("weights", "tolerance", "regime"),
    [
        ([[1.0, 0.5]], 0.25, "not_represented"),  # as long as the tolerance is not longer
        ([[1.0, 0.5]], 0.2499, "superposed"),
        ([[0.5, 1.0]], 0.25, "dedicated"),  # (0.5 * 1)² / 1 is just the tolerance
        ([[0.5, 1.0]], 0.2499, "superposed"),
        ([[1.0, 0.0, 0.0], [0.0, 0.6, 0.5]], 0.3, "not_represented"),
        ([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]], 0.4, "superposed"),  # a fourth from each of the others
        ([[1.0, 0.0, 0.0], [0.0, 0.2, 2.0]], 0.1, "dedicated"),
    ],
)
def test_regimes_at_just_the_tolerance(weights: Any, tolerance: float, regime: str) -> None:
    assert extra_regime(np.array(weights), tolerance) == regime
    assert tt.regimes(np.array(weights), tolerance)[-1] == regime
