"""Boundaries against lines: on them within both errors, broken when shifted or missing, and trained ones by loss."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.checks import Check, judge
from toytoy.compare.crosschecks import boundaries as module
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan

PAIR = ("not_represented", "superposed")
TOY = (2, 1)


def curve(shift: float = 0.0, error: float = 1e-9, between: tuple[str, str] = PAIR) -> BoundaryCurve:
    """Three points, r = p, moved by a share in log r; `error` is relative."""
    p = np.array([0.1, 0.2, 0.4])
    r = p * np.exp(shift)
    return BoundaryCurve(between, p, r, error * r, 0 * p, np.nan * p)


def against(curves: list[BoundaryCurve], lines: list[BoundaryCurve]) -> Check:
    return judge("a law", module.on_lines(TOY, curves, lines), "why")


def test_on_the_line_within_both_errors() -> None:
    check = against([curve(1.5e-9)], [curve()])
    assert check.agrees
    assert check.value == pytest.approx(1.5e-9, rel=1e-5)
    assert check.tolerance == pytest.approx(2e-9)


@pytest.mark.parametrize("shift", [1e-3, -1e-3, 3e-9])
def test_off_the_line_breaks_it(shift: float) -> None:
    check = against([curve(shift)], [curve()])
    assert (check.agrees, check.n_failures) == (False, 3)
    assert f"density=0.1, importance={0.1 * np.exp(shift):.10g} (not_represented | superposed)" in check.failures


def test_a_line_that_is_not_there_breaks_it() -> None:
    for there in ([], [curve(between=("superposed", "dedicated"))]):
        check = against([curve()], there)
        assert (check.agrees, check.value) == (False, np.inf)


def test_a_line_may_be_crossed_either_way_and_the_nearest_counts() -> None:
    assert against([curve(between=(PAIR[1], PAIR[0]))], [curve(0.5), curve(1e-10)]).agrees


def test_no_curves_are_no_entries() -> None:
    assert module.on_lines(TOY, [], [curve()]) == []
    plain = tt.phase_diagram(2, 1, density=[0.05], importance=[0.5, 0.6], method="ansatz")
    assert module.closed_form(Evidence(Plan(2, 1), maps={"ansatz_fine": plain})) == []


@pytest.mark.parametrize("n", [2, 3])
def test_known_digits_are_met(n: int) -> None:
    (entry,) = module.known(Evidence(Plan(n, n - 1)))
    assert entry.value <= entry.tolerance < 1e-12


def test_lines_are_asked_for_only_where_the_plan_traces_them() -> None:
    small = Evidence(Plan(2, 1, Range(0.1, 1, 3), Range(0.1, 10, 3)))
    assert module.bisected_on_traced(small) == module.solved_on_traced(small) == []
    assert small.maps == {}


def perfect(n: int) -> Evidence:
    """Take the optimum for a trained map."""
    grid = {"density": np.array([0.2, 0.5, 0.9]), "importance": np.geomspace(0.1, 10.0, 8)}
    optimum = tt.phase_diagram(n, n - 1, **grid, method="optimum")  # type: ignore[arg-type]
    return Evidence(Plan(n, n - 1), maps={"optimum": optimum, "trained": optimum})


@pytest.mark.parametrize("n", [2, 3])
def test_perfect_models_cross_near_the_line(n: int) -> None:
    """Their crossing misses the boundary by less than a third of half a cell, as the declared reason says."""
    entries = module.trained_by_loss(perfect(n))
    assert len(entries) >= 2
    assert max(entry.value / entry.tolerance for entry in entries) < 1 / 3


def test_models_that_did_not_reach_the_optimum_are_left_out() -> None:
    whole = perfect(2)
    data = whole.maps["optimum"].data.copy(deep=True)
    data["weights"] = data.weights * 0.0
    whole.maps["trained"] = tt.PhaseDiagram(data)
    assert module.trained_by_loss(whole) == []
