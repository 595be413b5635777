"""Boundaries: closed forms, a known value, symmetry, and errors that hold."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.published import ansatz_boundary
from toytoy.compare.curves import BoundaryCurve, published_curve

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
ONSET, EXCHANGE = ("not_represented", "superposed"), ("superposed", "dedicated")
CRITICAL = 0.53573876406532962  # r on the (2,1) boundary at p = 0.5
CONTINUOUS = (0.55, 0.6, 0.65, 0.7, 0.75, 0.8)  # densities of the window of continuous onset


@cache
def diagram(n: int, method: Any, densities: tuple[float, ...], low: float = 0.1, high: float = 10.0) -> tt.PhaseDiagram:
    return tt.phase_diagram(n, n - 1, density=densities, importance=np.geomspace(low, high, 16), method=method)


def curve(
    n: int, method: Any, between: tuple[str, str], densities: tuple[float, ...], of: str = "regime"
) -> BoundaryCurve:
    return {c.between: c for c in diagram(n, method, densities).boundaries(of)}[between]


def r_s(p: float) -> float:
    """Where "not represented" loses local stability: min over β of c / v, a quadratic's root."""
    v, s = p / 3 - p * p / 4, 1 - p
    quadratic, linear, constant = p * s, p / 2 + 2 * s * s, -p * p / 4  # c′(β) = 0
    beta = (-linear + np.sqrt(linear**2 - 4 * quadratic * constant)) / (2 * quadratic)
    c = p * v + p * (beta - p / 2) ** 2 / 4 + (s * beta) ** 2 + p * s * beta**3 / 3
    return float(c / v)


@pytest.mark.parametrize("n", [2, 3])
def test_the_window_of_continuous_onset_lies_on_the_closed_form(n: int) -> None:
    found = curve(n, "optimum", ONSET, CONTINUOUS)
    assert found.density.tolist() == list(CONTINUOUS)
    wanted = np.array([r_s(p) for p in CONTINUOUS])
    assert (np.abs(found.importance - wanted) <= found.error).all()
    assert (found.error <= 1e-5).all()  # about what labels at 1e-8 are late by
    assert (found.importance > wanted).all()  # late, not early
    assert (np.abs(found.jump) <= 1e-3).all()


@pytest.mark.parametrize("n", [2, 3])
def test_the_known_value(n: int) -> None:
    found = curve(n, "optimum", ONSET, (0.3, 0.5))
    assert abs(found.importance[1] - CRITICAL) <= found.error[1] <= 1e-8
    assert found.jump[1] > 0.5
    assert abs(found.ansatz[1] - 2 / 3) <= 4 * EPS


def test_low_density_slope() -> None:
    """r_c / p → (2 + √2) / 8: extrapolated from p, p/2 and p/4, the difference of two extrapolations is the error."""
    densities = (0.001, 0.002, 0.004)
    (found,) = (
        c
        for c in tt.phase_diagram(
            2, 1, density=densities, importance=np.geomspace(2e-4, 4e-3, 9), method="optimum"
        ).boundaries()
        if c.between == ONSET
    )
    slope = found.importance / found.density
    near, far = 2 * slope[0] - slope[1], 2 * slope[1] - slope[2]
    error = abs(near - far) + 10 * (found.error / found.density).max()
    assert error < 1e-5
    assert abs(near - (2 + np.sqrt(2)) / 8) <= error
    assert found.jump == pytest.approx(2 - np.sqrt(2), abs=0.02)  # ‖W_e‖ there; linear in p, like the slope
    assert found.ansatz / found.density == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("of", ["regime", "phase"])
def test_curves_of_the_ansatz_are_closed_forms(n: int, of: str) -> None:
    curves = diagram(n, "ansatz", (0.1, 0.3, 0.5, 0.7, 0.9)).boundaries(of)
    points = 0
    for found in curves:
        known = ~np.isnan(found.ansatz)
        points += known.sum()
        tie = 32 * EPS * found.importance  # losses differ by rounding on both sides
        assert (np.abs(found.importance - found.ansatz)[known] <= (found.error + tie)[known]).all()
        assert (found.error[known] <= 1e-9 * found.importance[known]).all()
    assert points >= 6
    if of == "phase":
        wanted = {("not_represented", "antipodal"), ("not_represented", "dedicated")}
        wanted |= {("antipodal", "dedicated")} if n == 2 else {("antipodal", "antipodal_others")}
        assert {c.between for c in curves} == wanted


def test_exchanging_the_two_features_turns_r_into_its_inverse() -> None:
    densities = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    onset, exchange = (curve(2, "optimum", pair, densities) for pair in (ONSET, EXCHANGE))
    assert onset.density.tolist() == exchange.density.tolist() == list(densities)
    inverse = 1 / exchange.importance
    error = onset.error + exchange.error * inverse**2
    assert (np.abs(onset.importance - inverse) <= error).all()
    assert (error[[0, 1, 5, 6]] <= 1e-8).all()


def test_where_one_of_three_pairs_is_as_good_as_another() -> None:
    """(3,2) at low density: at r = 1 the extra changes places with another, exactly."""
    found = curve(3, "optimum", EXCHANGE, (0.1, 0.3, 0.5))
    assert (np.abs(found.importance - 1) <= found.error + 4 * EPS).all()
    assert (found.error <= 1e-9).all()


@pytest.mark.parametrize("n", [2, 3])
def test_losses_of_both_phases_are_equal_on_a_first_order_boundary(n: int) -> None:
    found = curve(n, "optimum", ONSET, (0.3, 0.5))
    for p, r in zip(found.density, found.importance, strict=True):
        problem = tt.Problem.toy(n, density=float(p), importance=float(r))
        dropped = float(r) * (p / 3 - p * p / 4)
        runs = tt.minimize(problem, tt.Multistart(n_starts=24)).runs
        overlapping = runs.losses[tt.superposition(runs.weights)[:, -1] > 0.01].min()
        assert abs(dropped - overlapping) <= 1e-9 * problem.null_loss  # the bracket, times a slope of order one


def test_trained_boundaries_are_known_to_half_a_cell() -> None:
    """The weights of an optimum, said to be trained: no search is made between cells."""
    data = diagram(2, "optimum", (0.3, 0.5)).data.copy()
    data.attrs |= {"kind": "trained", "tolerance": 0.01}
    found = {c.between: c for c in tt.PhaseDiagram(data).boundaries()}[ONSET]
    grid = data.importance.values
    for p, r, error in zip(found.density, found.importance, found.error, strict=True):
        at = np.searchsorted(grid, r)
        assert error == (grid[at] - grid[at - 1]) / 2
        assert abs(r - np.sqrt(grid[at] * grid[at - 1])) <= 4 * EPS * r
        exact = {0.3: 0.2046990764, 0.5: CRITICAL}[float(p)]
        assert abs(r - exact) <= error


def test_coarser_and_finer_grids_give_the_same_curve() -> None:
    one = curve(2, "optimum", ONSET, (0.5,))
    found = tt.phase_diagram(2, 1, density=[0.5], importance=[0.05, 0.9], method="optimum").boundaries()
    assert len(found) == 1
    assert abs(found[0].importance[0] - one.importance[0]) <= found[0].error[0] + one.error[0]


def test_a_strip_between_two_cells_is_not_lost() -> None:
    """p = 0.9: the superposed strip around r = 1 lies wholly between r = 0.5 and 2; both its sides are found."""
    found = tt.phase_diagram(2, 1, density=[0.9], importance=[0.5, 2.0], method="optimum").boundaries()
    assert [c.between for c in found] == [ONSET, EXCHANGE]
    fine = diagram(2, "optimum", (0.9,), low=0.8, high=1.25).boundaries()
    for coarse, exact in zip(found, fine, strict=True):
        assert abs(coarse.importance[0] - exact.importance[0]) <= coarse.error[0] + exact.error[0]


def test_no_change_no_curve() -> None:
    assert tt.phase_diagram(2, 1, density=[0.5], importance=[0.7, 1.0], method="optimum").boundaries() == ()
    assert tt.phase_diagram(2, 1, density=[0.5], importance=[1.0], method="ansatz").boundaries("phase") == ()


def test_what_boundaries_are_of() -> None:
    with pytest.raises(ValueError, match="did you mean 'phase'"):
        diagram(2, "ansatz", (0.5,)).boundaries("phases")


def test_the_published_curve_beside_regimes_and_phases() -> None:
    density = np.array([0.3, 0.9])
    pair = ansatz_boundary(2, ("antipodal", "dedicated"), density=density)
    assert np.array_equal(published_curve(tt.Problem.toy(2, density=1), EXCHANGE, density), pair, equal_nan=True)
    assert published_curve(tt.Problem.toy(3, density=1), EXCHANGE, density)[0] == 1.0
    assert np.isnan(published_curve(tt.Problem.toy(2, density=1), ("aligned", "antipodal"), density)).all()
    assert np.isnan(published_curve(tt.Problem.toy(2, density=1, activation="gelu"), EXCHANGE, density)).all()


def test_a_phase_narrower_than_the_first_bisections_see_is_not_skipped() -> None:
    """At this density a small antipodal extra is the optimum over three millionths of r, before the triangle is."""
    p = (0.8554672535565679,)
    two, three = (curve(n, "optimum", ("not_represented", "antipodal"), p, "phase") for n in (2, 3))
    # beside a dedicated feature the pair is that of the smaller toy
    assert abs(two.importance[0] - three.importance[0]) <= two.error[0] + three.error[0] < 2e-9
    end = curve(3, "optimum", ("antipodal", "triangle"), p, "phase")
    assert 1e-6 < end.importance[0] / three.importance[0] - 1 < 5e-6
    both = curve(3, "optimum", ONSET, p)
    assert abs(both.importance[0] - three.importance[0]) <= both.error[0] + three.error[0]
