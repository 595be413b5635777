"""Checks hold where they should, and a planted fault breaks each one, naming the cells."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare import checks
from toytoy.compare.diagram import PhaseDiagram

DENSITY, IMPORTANCE = [0.05, 0.2, 0.5, 0.9], [0.2, 0.5, 1.0, 3.0]
NAME = "density=0.2, importance=1"
ONE = np.array([1.0])


def make(n: int, method: str = "optimum") -> PhaseDiagram:
    """Draw a small diagram of a toy."""
    return tt.phase_diagram(n, n - 1, density=DENSITY, importance=IMPORTANCE, method=method)


@pytest.fixture(scope="module")
def optimum() -> PhaseDiagram:
    """The optimum of the (2,1) toy."""
    return make(2)


@pytest.fixture(scope="module")
def ansatz() -> PhaseDiagram:
    """The published ansatz of the (2,1) toy."""
    return make(2, "ansatz")


def changed(diagram: PhaseDiagram, name: str, change: float) -> PhaseDiagram:
    """Multiply what one cell holds, at density 0.2 and importance 1."""
    data = diagram.data.copy(deep=True)
    data[name][1, 2] *= change
    return PhaseDiagram(data)


def test_judge_reports_the_worst_entry() -> None:
    values, tolerances = np.array([0.0, 3.0, 1.0]), np.array([1.0, 2.0, 0.5])
    check = checks.judge("a law", values, tolerances, ["a", "b", "c"], "why")
    assert (check.agrees, check.verdict, check.value, check.tolerance) == (False, "disagreement", 3.0, 2.0)
    assert (check.failures, check.n_failures) == (("b", "c"), 2)


def test_judge_takes_what_is_equal_to_its_tolerance() -> None:
    check = checks.judge("a law", ONE, ONE, ["a"], "why")
    assert (check.agrees, check.failures) == (True, ())


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_judge_fails_what_is_no_number(value: float) -> None:
    check = checks.judge("a law", np.array([value, 0.0]), np.ones(2), ["a", "b"], "why")
    assert check.failures == ("a",)


def test_judge_refuses_to_compare_nothing() -> None:
    with pytest.raises(ValueError, match="one value an entry"):
        checks.judge("a law", np.array([]), np.array([]), [], "why")


def test_all_hold(optimum: PhaseDiagram, ansatz: PhaseDiagram) -> None:
    found = [
        checks.no_disagreement("ansatz", tt.agreement(ansatz, optimum)),
        checks.never_below("ansatz", ansatz, optimum),
        checks.stationary(optimum),
        checks.mirrored(optimum),
        checks.known_value(2, seed=0),
        checks.known_value(3, seed=0),
        checks.independent_search(optimum, seed=0),
        checks.sampled([ansatz, optimum], seed=0),
        checks.closed_form_boundaries(ansatz),
        checks.never_above_smaller(make(3)),
    ]
    assert [check for check in found if check is None or not check.agrees] == []


def test_a_loss_below_the_optimum_is_seen(optimum: PhaseDiagram, ansatz: PhaseDiagram) -> None:
    low = changed(ansatz, "loss", 0.5)
    for check in (
        checks.never_below("ansatz", low, optimum),
        checks.no_disagreement("ansatz", tt.agreement(low, optimum)),
    ):
        assert check.failures == (NAME,)


def test_one_instance_below_the_optimum_is_seen(optimum: PhaseDiagram) -> None:
    trained = tt.phase_diagram(
        2, 1, density=DENSITY, importance=IMPORTANCE, method=tt.Trained(steps=5, batch=8, n_instances=2)
    )
    assert checks.never_below("trained", trained, optimum).agrees
    data = trained.data.copy(deep=True)
    data.instance_loss[1, 2, data.instance_loss.values[1, 2].argmax()] = 0.0
    assert checks.never_below("trained", PhaseDiagram(data), optimum).failures == (NAME,)


def test_a_model_that_is_no_optimum_has_a_gradient(optimum: PhaseDiagram) -> None:
    assert checks.stationary(changed(optimum, "weights", 1.001)).failures == (NAME,)


def test_a_missed_optimum_breaks_the_symmetry(optimum: PhaseDiagram) -> None:
    assert checks.mirrored(changed(optimum, "loss", 1 + 1e-9)).failures == (NAME,)


def test_a_missed_optimum_of_three_features_is_above_the_smaller_toy() -> None:
    larger = make(3)
    data = larger.data.copy(deep=True)
    data.loss[0, 0] *= 1.001  # at low density both toys have the same optimum
    assert checks.never_above_smaller(PhaseDiagram(data)).failures == ("density=0.05, importance=0.2",)


def test_a_missed_optimum_is_found_by_multistart(optimum: PhaseDiagram) -> None:
    data = optimum.data.copy(deep=True)
    data["loss"] = data.loss * 1.001
    assert not checks.independent_search(PhaseDiagram(data), seed=0).agrees


def test_another_known_value_is_not_met(monkeypatch: pytest.MonkeyPatch) -> None:
    density, importance, loss = checks.KNOWN[2]
    monkeypatch.setitem(checks.KNOWN, 2, (density, importance, loss + 1e-12))
    assert not checks.known_value(2, seed=0).agrees


def test_a_wrong_exact_loss_is_seen_by_sampling(optimum: PhaseDiagram, monkeypatch: pytest.MonkeyPatch) -> None:
    def mean_for_sum(*model: object) -> tt.Estimate:
        exact = tt.loss_estimate(*model)  # type: ignore[arg-type]
        return tt.Estimate(exact.value / 2, exact.error, exact.kind)

    monkeypatch.setattr(checks, "loss_estimate", mean_for_sum)
    check = checks.sampled([optimum], seed=0)
    assert check is not None
    assert not check.agrees


def test_cells_too_sparse_to_sample_are_left_out() -> None:
    sparse = tt.phase_diagram(2, 1, density=[1e-5, 1e-4], importance=IMPORTANCE, method="ansatz")
    assert checks.sampled([sparse], seed=0) is None


def test_a_shifted_boundary_is_seen(ansatz: PhaseDiagram, monkeypatch: pytest.MonkeyPatch) -> None:
    curves = [dataclasses.replace(c, importance=c.importance * 1.001) for c in ansatz.boundaries()]
    monkeypatch.setattr(PhaseDiagram, "boundaries", lambda self, of="regime": tuple(curves))
    check = checks.closed_form_boundaries(ansatz)
    assert check is not None
    assert not check.agrees


def test_without_a_boundary_there_is_nothing_to_check() -> None:
    plain = tt.phase_diagram(2, 1, density=[0.05], importance=[0.5, 0.6], method="ansatz")
    assert checks.closed_form_boundaries(plain) is None


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (10, 10)])
def test_some_cells_lie_inside_and_are_spread(shape: tuple[int, int]) -> None:
    diagram = tt.phase_diagram(
        2, 1, density=np.linspace(0.1, 0.9, shape[0]), importance=np.linspace(0.1, 3, shape[1]), method="ansatz"
    )
    cells = checks.some_cells(diagram)
    rows, columns = zip(*cells, strict=True)
    assert 0 <= min(rows) <= max(rows) < shape[0]
    assert 0 <= min(columns) <= max(columns) < shape[1]
    assert len(set(cells)) == len(cells)
    assert len(set(rows)) == min(4, shape[0])
