"""Equal losses of two and of three branches: rigorous enclosures, fifty digits, laws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.enclosure import enclose_boundary
from toytoy.numeric.boundaries.branch import Branch, BranchLost, State
from toytoy.numeric.boundaries.crossing import Crossing, apart, meet, solve

from tests import traced
from tests.reference import polygon

Array = NDArray[np.float64]
ACROSS = 1e-12  # relative: what equal losses promise where a jump is large
EQUAL_AND_UNEQUAL = [-0.88, 0.88, 0.2, 0.2], [-0.93, 0.5, 0.2, 0.45]  # columns and biases of pairs
LIMIT = (2 + math.sqrt(2)) / 8  # of r / p on the boundary of "not represented" at low density


@cache
def at_density(density: float) -> Crossing:
    """The boundary of "not represented" of the smaller toy, followed from p = 1/2."""
    found = traced.half() if density > 0.02 else at_density(density * 10)
    while found.density > density:
        p = max(0.94 * found.density, density)
        found = solve(found.moved(found.importance * p / found.density, p), traced.AT_DENSITY)
    return found


def check_enclosed(crossing: Crossing, unknown: str = "importance") -> None:
    """Compare with a rigorous enclosure of the same crossing, started from rounded models."""
    first, second = ([np.round(part, 7) for part in state.model] for state in crossing)
    held = {"importance": crossing.importance, "density": crossing.density}
    at = {**held, unknown: round(held[unknown], 6)}
    guess = tt.Problem.toy(crossing.below.branch.n_features, importance=at["importance"], density=at["density"])
    proved = enclose_boundary(guess, first, second, unknown=unknown, digits=20)
    truth = getattr(proved, unknown).estimate().value
    error = crossing.error[0] if unknown == "importance" else crossing.error[1] / crossing.density
    assert abs(held[unknown] / truth - 1) <= min(ACROSS, error + 4e-16)
    assert crossing.below.loss == pytest.approx(proved.loss.estimate().value, rel=ACROSS)


def test_the_boundary_at_one_half_has_the_digits_known() -> None:
    found = traced.half()
    assert abs(found.importance / traced.BOUNDARY - 1) < 1e-14
    assert abs(found.gap) < found.rounding
    assert found.density == 0.5


@pytest.mark.equation("boundary-equal-loss")
@pytest.mark.parametrize("density", [0.5, 0.37, 0.21, 0.1, 0.03])
def test_importances_of_both_toys_lie_in_rigorous_enclosures(density: float) -> None:
    found = at_density(density)
    check_enclosed(found)
    beside = Crossing(
        traced.NONE_3.settle(traced.NOTHING, found.importance, density),
        traced.PAIR_3.settle(found.above.theta, found.importance, density),
    )
    check_enclosed(solve(beside, traced.AT_DENSITY))


@pytest.mark.parametrize("importance", [0.5, 0.3])
def test_densities_lie_in_rigorous_enclosures(importance: float) -> None:
    start = at_density(0.48 if importance == 0.5 else 0.38)
    found = solve(start.moved(importance, start.density), traced.AT_IMPORTANCE)
    assert found.importance == importance
    check_enclosed(found, "density")


def test_the_triangle_takes_over_where_an_enclosure_says() -> None:
    equal = tt.minimize(tt.Problem.toy(3, density=0.53), tt.Multistart(n_starts=24, seed=1))
    triangle = Branch.at(np.asarray(equal.weights), np.asarray(equal.bias), 1.0, 0.53)
    assert triangle.branch == traced.TRIANGLE
    beside = traced.PAIR_3.settle(np.array([-0.97, 0.97, 0.1, 0.1]), 1.0, 0.53)
    found = solve(Crossing(triangle, beside), traced.AT_IMPORTANCE)
    assert found.density == pytest.approx(0.52183765907142, rel=1e-13)
    assert abs(found.importance - 1) < 1e-15
    check_enclosed(found, "density")


def test_at_low_density_the_boundary_scales_with_it() -> None:
    found = [at_density(p) for p in (2e-2, 2e-3)]
    gaps = [abs(each.importance / each.density / LIMIT - 1) for each in found]
    assert gaps[1] < 4e-3
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.1)  # the next term is of first order in p
    assert found[1].above.size == pytest.approx(2 - math.sqrt(2), abs=4e-3)


@pytest.mark.equation("boundary-envelope")
@pytest.mark.parametrize("make", [traced.half, traced.symmetric])
def test_the_slopes_of_the_gap_are_those_of_differences(make: Any) -> None:
    crossing, h = make(), 1e-4
    for k, step in enumerate((np.array([h, 0.0]), np.array([0.0, h]))):
        gaps = [crossing.shifted(s * step).gap for s in (-2, -1, 1, 2)]
        slope = float(np.array([1, -8, 8, -1]) @ gaps) / (12 * h)
        assert crossing.gradient[k] == pytest.approx(slope, abs=1e-11)


@pytest.mark.parametrize("make", [traced.half, traced.symmetric])
def test_below_wins_as_importance_falls_in_either_order_of_the_states(make: Any) -> None:
    crossing = make()
    for pair in (tuple(crossing), tuple(crossing)[::-1]):
        ordered = Crossing.ordered(*pair)
        assert ordered.below.branch == crossing.below.branch
        losses = {s: [state.loss for state in ordered.shifted(np.array([s * 1e-3, 0.0]))] for s in (-1, 1)}
        assert losses[-1][0] < losses[-1][1]
        assert losses[1][1] < losses[1][0]


def test_where_importance_does_not_matter_below_wins_at_lower_density() -> None:
    """The larger toy with a dedicated extra: the first two are an equal pair, or past p = 0.706 an unequal one."""
    states = []
    for density in (0.69, 0.72):
        solution = tt.minimize(tt.Problem.toy(2, density=density), tt.Multistart(n_starts=24, seed=2))
        pair = traced.PAIR.read(np.asarray(solution.weights), np.asarray(solution.bias))
        states.append(traced.OTHERS.settle(pair, 3.0, density).brought(3.0, 0.706))
    for one, other in (states, states[::-1]):
        found = Crossing.ordered(*solve(Crossing(one, other), traced.AT_IMPORTANCE))
        assert found.density == pytest.approx(0.70640369267, abs=1e-11)
        assert found.gradient[0] == 0.0
        assert abs(found.below.theta[0] + found.below.theta[1]) < 1e-10  # equal lengths
        assert abs(found.above.theta[0] + found.above.theta[1]) > 0.1


def test_a_swapped_pair_or_a_wrong_sign_of_a_slope_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    crossing = traced.half()
    swapped = Crossing(crossing.above, crossing.below)
    with monkeypatch.context() as patch:
        patch.setattr(Crossing, "ordered", staticmethod(lambda one, other: Crossing(one, other)))
        with pytest.raises(AssertionError):
            test_below_wins_as_importance_falls_in_either_order_of_the_states(lambda: swapped)
    honest: Any = Crossing.gradient.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Crossing, "gradient", property(lambda self: honest(self) * [1.0, -1.0]))
    with pytest.raises(AssertionError):
        test_the_slopes_of_the_gap_are_those_of_differences(lambda: crossing)


def triple(states: Sequence[State]) -> tuple[State, ...]:
    found = meet(states)
    place = {(state.importance, state.density) for state in found}
    assert len(place) == 1
    losses = [state.loss for state in found]
    assert max(losses) - min(losses) < 2e-16
    assert max(traced.steepest(state) for state in found) < 1e-13
    return found


def small_and_large() -> tuple[State, State, State]:
    place = 0.56415, 0.51174
    small = traced.PAIR.settle(np.array([-1.0009, 0.0072, 0.0006, 0.2577]), *place)
    return traced.NONE.settle(traced.NOTHING, *place), small, traced.half().above.brought(*place)


def test_a_triple_point_is_that_of_thirty_digits() -> None:
    """Ten equations in mpmath for two pairs, r and p: the loss is cut into polygons, and knows nothing of ours.

    The line between no extra and a small one is almost tangent to the two others': rounding moves the point further.
    """
    nothing, small, large = triple(small_and_large())
    r, p = nothing.importance, nothing.density
    with mpmath.workdps(100):

        def equations(*x: Any) -> list[Any]:
            one, other, r, p = x[:4], x[4:8], x[8], x[9]
            dropped = r * (p / 3 - p * p / 4)
            losses = [polygon.pair_loss(model, p, r) - dropped for model in (one, other)]
            return [*polygon.gradient(one, p, r), *polygon.gradient(other, p, r), *losses]

        start = [mpmath.mpf(float(x)) for x in (*small.theta, *large.theta, r, p)]
        root = mpmath.findroot(equations, start, tol=1e-40, maxsteps=5)
        errors = abs(r / root[8] - 1), abs(p - root[9])
    assert (round(float(root[8]), 12), round(float(root[9]), 12)) == (0.564131365348, 0.511738032118)
    assert max(errors) < 1e-9
    pairs = [Crossing(nothing, small), Crossing(nothing, large)]
    inverse = np.abs(np.linalg.inv(np.array([pair.gradient for pair in pairs])))
    stated = inverse @ np.array([pair.rounding for pair in pairs])
    assert errors[0] < stated[0] < 2e-8
    assert errors[1] < stated[1] < 1e-8


def test_the_pairs_of_equal_importance_meet_where_the_equal_one_gives_way() -> None:
    one = traced.unequal(0.999, 0.72).brought(1.0, 0.707)
    other = Branch(2, (0, 1), ()).settle(one.theta[[1, 0, 3, 2]], 1.0, 0.707)
    equal = traced.PAIR.settle(np.array([-0.9, 0.9, 0.2, 0.2]), 1.0, 0.707)
    found = triple((one, other, equal))
    assert found[0].importance == pytest.approx(1.0, abs=1e-13)
    assert found[0].density == pytest.approx(0.70640369267, abs=1e-11)


def test_what_never_meets_is_refused() -> None:
    crossing = traced.half()
    with pytest.raises(BranchLost, match="no equal losses"):
        solve(Crossing(crossing.below, crossing.below), traced.AT_DENSITY)
    pairs = [traced.OTHERS.settle(np.array(theta), 3.0, 0.75) for theta in EQUAL_AND_UNEQUAL]
    assert pairs[0].loss > pairs[1].loss + 1e-5
    with pytest.raises(BranchLost, match="no equal losses"):  # neither depends on the extra's importance
        solve(Crossing(pairs[0], pairs[1]), traced.AT_DENSITY)
    with pytest.raises(BranchLost):
        meet((crossing.below, crossing.above, Branch(2, (), (0,)).settle(traced.NOTHING, 0.53, 0.5)))


def test_the_distance_is_of_gram_entries_and_the_error_of_rounding() -> None:
    crossing = traced.half()
    grams = [traced.gram(state) for state in crossing]
    assert crossing.distance == np.abs(grams[0] - grams[1]).max()
    assert (crossing.error == crossing.rounding / np.abs(crossing.gradient)).all()
    assert 1e-15 < crossing.error[0] < 1e-12


def test_models_are_apart_by_their_gram_entries() -> None:
    below, above = traced.half()
    assert apart(below, below) == 0.0
    assert apart(below, above) == traced.half().distance > 0.5
