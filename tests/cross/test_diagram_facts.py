"""What is known of the diagrams of the toy of the toy, and how far the published ansatz is from them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.ansatz import CANDIDATES
from toytoy.analytic.linear import best_linear
from toytoy.analytic.published import ansatz_loss

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)


def variance(p: Any) -> Any:
    """Loss of a dropped output whose bias is the mean input."""
    return p / 3 - p * p / 4


def published(name: str, p: Array, r: Array, n: int) -> Array:
    """The losses as the published notebook has them, summed over features; written out here on purpose."""
    table = {
        "not_represented": r * variance(p),
        "dedicated": variance(p) + 0 * r,
        "antipodal": (1 + r) * p**2 / 6,
        "antipodal_others": p**2 / 3 + 0 * r,
    }
    return np.asarray(table[name])


@pytest.mark.parametrize("n", [2, 3])
def test_the_ansatz_map_is_the_least_published_loss_cell_by_cell(n: int) -> None:
    density, importance = np.geomspace(1e-3, 1.0, 200), np.geomspace(1e-2, 1e2, 200)
    data = tt.phase_diagram(n, n - 1, density=density, importance=importance, method="ansatz").data
    names = [str(name) for name in CANDIDATES[n]]
    p, r = density[:, None], importance[None, :]
    losses = np.array([published(name, p, r, n) for name in names])
    rounding = 32 * EPS * p * (n - 1 + r)  # a few roundings of a sum of terms of the null loss' size
    assert (np.abs(data.loss.values - losses.min(axis=0)) <= rounding).all()
    chosen = np.array([names.index(name) for name in data.phase.values.ravel()]).reshape(200, 200)
    excess = np.take_along_axis(losses, chosen[None], axis=0)[0] - losses.min(axis=0)
    assert (excess <= rounding).all()
    tied = (losses <= losses.min(axis=0) + rounding).sum(axis=0) > 1
    assert (chosen[~tied] == losses.argmin(axis=0)[~tied]).all()
    assert tied.mean() < 0.01
    for name, values in zip(names, losses, strict=True):
        assert (np.abs(ansatz_loss(name, p, r, n) - values) <= rounding).all()


@pytest.mark.parametrize("n", [2, 3])
def test_the_linear_model_never_shows_superposition(n: int) -> None:
    """At r = 1 every plane of the right dimension is optimal, superposed ones too: ties, to rounding, and left aside.

    Elsewhere the optimum is unique up to rotation, and drops the least important feature (Eckart and Young).
    """
    density, importance = np.geomspace(0.01, 1.0, 12), np.geomspace(0.1, 10.0, 12)
    assert not (importance == 1.0).any()
    made = tt.phase_diagram(n, n - 1, density=density, importance=importance, method="optimum", activation="linear")
    expected = np.where(importance < 1, "not_represented", "dedicated")
    assert (made.data.regime.values == expected).all()
    assert (made.regime_at(0.01) == expected).all()
    least = np.minimum(importance, 1.0) * np.asarray(variance(density))[:, None]
    assert np.abs(made.data.loss.values - least).max() <= 64 * EPS * n * 10
    for r in (0.5, 3.0):
        problem = tt.Problem.toy(n, importance=r, density=0.4, activation="linear")
        assert abs(best_linear(problem).loss.value - min(r, 1.0) * variance(0.4)) <= 16 * EPS
    tie = tt.phase_diagram(n, n - 1, density=[0.4], importance=[1.0], method="optimum", activation="linear").data
    assert abs(float(tie.loss.squeeze()) - variance(0.4)) <= 64 * EPS
    assert float(tie.margin.squeeze()) <= float(tie.margin_error.squeeze())


@pytest.mark.parametrize("density", [0.55, 0.6, 0.8, 0.9, 0.99, 0.999])
def test_a_pair_beats_dedication_at_equal_importance_for_every_density_below_1(density: float) -> None:
    """Fact 1: no junction at 4/7, above which the published ansatz has no superposition."""
    solution = tt.minimize(tt.Problem.toy(2, density=density), tt.Multistart(n_starts=16))
    assert str(solution.structure) == "antipodal[0,1]"
    assert solution.loss.value < variance(density) - 1e-6
    unit = np.array([[1.0, -1.0]]) / np.sqrt(2)
    assert tt.loss(solution.problem, unit, [density / 2] * 2) < variance(density)
    linear = tt.loss(solution.problem.replace(activation="linear"), unit, [density / 2] * 2)
    assert abs(linear - variance(density)) <= 16 * EPS
    if density > 4 / 7:
        ansatz = tt.phase_diagram(2, 1, density=[density], importance=[1.0], method="ansatz").data
        assert str(ansatz.regime.squeeze().values) != "superposed"


@pytest.mark.parametrize(("p", "r"), [(0.6, 0.66), (0.7, 0.77), (0.75, 0.82)])
@pytest.mark.parametrize("n", [2, 3])
def test_dropping_the_extra_is_optimal_just_below_r_s_and_not_just_above(n: int, p: float, r: float) -> None:
    """Fact 2: at these points r_s is 0.6654, 0.7726 and 0.8213, the same in both toys."""
    for importance, dropped in ((r, True), (r + 0.01, False)):
        solution = tt.minimize(tt.Problem.toy(n, importance=importance, density=p), tt.Multistart(n_starts=16))
        assert (solution.regimes[-1] == "not_represented") == dropped
        gain = importance * variance(p) - solution.loss.value
        assert (abs(gain) <= 1e-12) if dropped else (gain > 1e-7)


def onset(p: float, r: Array) -> Array:
    """‖W_e‖ of the (2,1) optimum along importance."""
    data = tt.phase_diagram(2, 1, density=[p], importance=r, method="optimum").data
    return np.asarray(np.abs(data.weights.values[0, :, 0, 1]))


def test_in_the_window_the_onset_is_linear_and_below_it_a_jump() -> None:
    """Fact 3, and fact 4's "linear": at p = 0.65, ‖W_e‖ over r − r_s tends to a constant; at p = 0.5 it jumps."""
    r_s = 0.7203637969  # of the closed form, at p = 0.65
    steps = np.array([5e-5, 1e-4, 2e-4])
    slope = onset(0.65, r_s + steps) / steps
    near, far = 2 * slope[0] - slope[1], 2 * slope[1] - slope[2]
    assert abs(near - far) <= 0.02 * near  # steps this small leave a hundredth of curvature
    assert near > 10
    before, after = onset(0.5, np.array([0.5357, 0.5358]))
    assert before == 0.0
    assert after > 0.7


def test_small_and_large_extras_are_parted_by_a_second_line() -> None:
    """Fact 4: at p = 0.6, inside the antipodal region, ‖W_e‖ jumps once more."""
    r = np.linspace(0.68, 1.0, 65)
    sizes = onset(0.6, r)
    data = tt.phase_diagram(2, 1, density=[0.6], importance=r, method="optimum").data
    assert set(data.phase.values.ravel()) == {"antipodal"}
    steps = np.diff(sizes)
    assert (steps > 0.2).sum() == 1
    assert (steps > -1e-9).all()


def test_at_equal_importance_the_symmetric_pair_gives_way_near_0_706() -> None:
    """Fact 4: by a jump, to an unequal one."""
    unequal = []
    for p in (0.69, 0.70, 0.71, 0.72):
        weights = tt.minimize(tt.Problem.toy(2, density=p), tt.Multistart(n_starts=24)).weights
        unequal.append(abs(abs(weights[0, 0]) - abs(weights[0, 1])))
    assert max(unequal[:2]) <= 1e-6
    assert min(unequal[2:]) > 0.1


@pytest.mark.parametrize(("density", "structure"), [(0.51, "antipodal"), (0.53, "triangle"), (0.9, "triangle")])
def test_the_triangle_beats_a_pair_and_a_dedicated_feature_from_0_52_on(density: float, structure: str) -> None:
    """Fact 5, r = 1: the crossing is at p = 0.52183765907142."""
    solution = tt.minimize(tt.Problem.toy(3, density=density), tt.Multistart(n_starts=24))
    assert structure in {name for name, _ in solution.structure.signature}
    if density == 0.53:
        columns = np.linalg.norm(solution.weights, axis=0)
        assert np.abs(columns - columns.mean()).max() <= 1e-6  # equilateral


def test_the_crossing_of_triangle_and_pair() -> None:
    losses = []
    for p in (0.52183765907142 - 1e-6, 0.52183765907142 + 1e-6):
        problem = tt.Problem.toy(3, density=p)
        losses.append([tt.ansatz(name, problem, free=True).loss.value for name in ("triangle", "antipodal")])
        pair = tt.minimize(problem, tt.Multistart(n_starts=0, warm_starts=(tt.ansatz("antipodal", problem),))).runs
        losses[-1][1] = pair.losses[-1]  # a pair beside a dedicated feature, all lengths free
    assert losses[0][0] > losses[0][1]
    assert losses[1][0] < losses[1][1]


def test_at_density_1_column_signs_are_free() -> None:
    """Fact 6: antipodal and aligned optima tie, with other biases."""
    problem = tt.Problem.toy(2, importance=1.0, density=1.0)
    solution = tt.minimize(problem, tt.Multistart(n_starts=16))
    runs = solution.runs
    least = runs.losses <= runs.losses.min() + 64 * EPS
    signs = np.sign(runs.weights[least][:, 0].prod(axis=-1))
    assert set(signs) == {-1.0, 1.0}


@cache
def shares(n: int, count: int) -> tuple[float, float, float]:
    """Shares of cells whose regime, or phase, the ansatz has wrong, and the lowest density at which one is."""
    density, importance = np.geomspace(0.01, 1.0, count), np.geomspace(0.1, 10.0, count)
    ansatz, optimum = (
        tt.phase_diagram(n, n - 1, density=density, importance=importance, method=method).data
        for method in ("ansatz", "optimum")
    )
    wrong = [ansatz[name].values != optimum[name].values for name in ("regime", "phase")]
    return wrong[0].mean(), wrong[1].mean(), float(density[wrong[1].any(axis=1)].min())


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("n", "what", "share"), [(2, "regime", 0.032), (3, "phase", 0.081)])
def test_how_much_of_the_published_diagram_is_wrong(n: int, what: str, share: float) -> None:
    """About 3 % of the (2,1) cells change regime and 8 % of the (3,2) cells change phase, all at p > 0.1."""
    regime, phase, lowest = shares(n, 100)
    print(f"\n({n},{n - 1}), 100 x 100: regime {regime:.2%}, phase {phase:.2%}, none below p = {lowest:.3f}")
    assert abs({"regime": regime, "phase": phase}[what] - share) <= 0.002  # cells on a line may fall to either side
    assert lowest > 0.1


@pytest.mark.parametrize(("n", "low", "high"), [(2, 0.02, 0.05), (3, 0.06, 0.11)])
def test_how_much_of_it_is_wrong_on_a_coarse_grid(n: int, low: float, high: float) -> None:
    _, phase, lowest = shares(n, 24)
    assert low < phase < high
    assert lowest > 0.1
