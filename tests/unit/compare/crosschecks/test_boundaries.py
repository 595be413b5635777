"""Boundaries against lines: on them within both errors, broken when shifted or missing, and trained ones by loss."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from scipy.optimize import brentq
from toytoy.compare.checks import Check, judge
from toytoy.compare.crosschecks import boundaries as module
from toytoy.compare.crosschecks.evidence import Evidence
from toytoy.compare.curves import BoundaryCurve
from toytoy.compare.notation import Range
from toytoy.compare.plans import Plan

from tests.unit.compare.crosschecks.test_closer import differ

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


GRID = np.array([0.1, 0.3, 1.0, 3.0])


@pytest.mark.parametrize(
    ("r", "ends"), [(0.2, [0.1, 0.3]), (0.5, [0.3, 1.0]), (2.0, [1.0, 3.0]), (0.01, [0.1, 0.3]), (9.0, [1.0, 3.0])]
)
def test_a_row_is_bisected_again_between_the_two_cells_beside_it(r: float, ends: list[float]) -> None:
    written = module._look_row(Evidence(Plan(2, 1)), GRID, "ansatz", 0.2, r, 0.25)
    assert f"importance={ends}" in written


def test_the_ansatz_is_on_its_closed_form_and_nowhere_else() -> None:
    """r = 2 p / (4 - 5 p) below the junction, and r = 4 / (2 p) - 5 / 2, from p = 4 / (5 + 2 r), above."""
    density = np.array([0.2, 0.4])
    diagram = tt.phase_diagram(2, 1, density=density, importance=np.geomspace(0.05, 20.0, 9), method="ansatz")
    whole = Evidence(Plan(2, 1), maps={"ansatz_fine": diagram})
    entries = module.closed_form(whole)
    assert judge("a law", entries, "why").agrees
    wanted = sorted([*(2 * density / (4 - 5 * density)), *(2 / density - 2.5)])
    met = sorted(float(entry.where.split("importance=")[1].split(")")[0]) for entry in entries)
    assert met == pytest.approx(wanted, rel=1e-3)
    for entry in entries:
        assert differ(entry) == pytest.approx(entry.value, abs=1e-15)


def test_a_point_without_a_line_keeps_its_own_error() -> None:
    (entry, *_) = module.on_lines(TOY, [curve(error=0.25)], [])
    assert (entry.value, entry.tolerance) == (np.inf, 0.25)


def test_the_line_that_comes_closest_to_holding_a_point_is_taken() -> None:
    """One is nearer and exact, the other further and too uncertain to be told from the point."""
    near, wide = curve(0.1, error=1e-9), curve(0.2, error=0.5)
    for lines in ([near, wide], [wide, near]):
        (entry, *_) = module.on_lines(TOY, [curve()], lines)
        assert entry.value == pytest.approx(0.2)
        assert entry.tolerance == pytest.approx(0.5)


def losses_cross(problem: Any, models: Any, low: float, high: float) -> float:
    """Search for the importance at which two models have the same loss."""

    def gap(r: float) -> float:
        return float(tt.loss(problem(r), *models[0]) - tt.loss(problem(r), *models[1]))

    found: Any = brentq(gap, low, high, xtol=1e-14)
    return float(found)


@pytest.mark.parametrize("scale", [1.0, 1.001])
def test_crossings_by_search(scale: float) -> None:
    """Perfect models, and those whose weights are a little too large: each pair, its crossing, and its tolerance."""
    whole = perfect(2)
    optimum = whole.maps["optimum"]
    data = optimum.data.drop_vars(["margin", "margin_error"]).copy(deep=True)
    data.attrs = data.attrs | {"kind": "trained", "tolerance": 0.01}
    data["weights"] = data.weights * scale
    for i, p in enumerate(optimum.densities):
        for j, r in enumerate(optimum.importances):
            model = data.weights.values[i, j], data.bias.values[i, j]
            data["loss"][i, j] = float(tt.loss(optimum.problem(p, r), *model))
    trained = whole.maps["trained"] = tt.PhaseDiagram(data)
    lines = {
        (c.between, float(p)): (float(np.log(r)), float(e / r))
        for c in whole.exact("trained")
        for p, r, e in zip(c.density, c.importance, c.error, strict=True)
    }
    regimes, wanted = optimum.data.regime.values, []
    for i, p in enumerate(optimum.densities):
        for j, (low, high) in enumerate(pairwise(optimum.importances.tolist())):
            sides = str(regimes[i, j]), str(regimes[i, j + 1])
            if (sides, float(p)) not in lines:
                continue  # the same on both sides, or two that have no boundary between them
            log_r, error = lines[sides, float(p)]
            models = [(data.weights.values[i, k], data.bias.values[i, k]) for k in (j, j + 1)]
            crossing = losses_cross(lambda r, p=p: optimum.problem(p, r), models, low / 3, high * 3)
            slope = [
                float(tt.loss(optimum.problem(p, r), *models[0]) - tt.loss(optimum.problem(p, r), *models[1]))
                for r in (low, high)
            ]
            excess = sum(float(data.loss[i, k] - optimum.data.loss[i, k]) for k in (j, j + 1))
            moved = excess / abs((slope[1] - slope[0]) / (high - low)) / low
            wanted.append((abs(np.log(crossing) - log_r), np.log(high / low) / 2 + error + moved, low, high))
    entries = module.trained_by_loss(whole)
    assert len(entries) == len(wanted) > 2
    for entry, (value, tolerance, low, high) in zip(entries, wanted, strict=True):
        assert entry.value == pytest.approx(value, abs=1e-7)
        assert entry.tolerance == pytest.approx(tolerance, rel=1e-6)
        assert entry.where.endswith(f"importance={low:.4g} to {high:.4g}")
        assert differ(entry) == pytest.approx(value, abs=1e-7)
    assert trained is whole.map("trained")


@pytest.mark.parametrize("n", [2, 3])
def test_lines_say_what_was_compared(n: int) -> None:
    (entry,) = module.known(Evidence(Plan(n, n - 1)))
    assert differ(entry) == pytest.approx(entry.value, abs=1e-15)


def test_a_point_is_solved_for_again_beside_its_line() -> None:
    (entry, *_) = module.on_lines(TOY, [curve(0.1)], [curve()])
    there, line = (float(np.log(0.1 * np.exp(shift))) for shift in (0.1, 0.0))
    assert f"x, y = {there!r}, {line!r};" in (entry.look() if entry.look else "")
    (entry, *_) = module.on_lines(TOY, [curve(0.1)], [])
    assert "np.inf" in (entry.look() if entry.look else "")
