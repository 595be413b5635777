"""The equations of docs/derivations/boundaries.md: exact fractions where losses are compared, laws where limits are."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.fraction import exact_loss, exactly
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.continuation import End, Window, corrected, follow
from toytoy.numeric.boundaries.crossing import Crossing, meet, solve
from toytoy.numeric.boundaries.cusp import critical_point
from toytoy.numeric.boundaries.fold import spinodal_point
from toytoy.numeric.boundaries.landscape import Landscape

from tests import traced

F = Fraction
Array = NDArray[np.float64]
LENGTH = 1  # of θ of a pair, the entry that is ± the extra's length


def variance(p: Any) -> Any:
    return p / 3 - p * p / 4


def exactly_of(state: State, importance: Fraction, density: Fraction) -> Fraction:
    """Compute the loss of a state's model, its doubles taken as they are, at any place."""
    weights, bias = state.model
    problem = tt.Problem.toy(state.branch.n_features, importance=importance, density=density)
    return F(exact_loss(problem, *([[exactly(x) for x in row] for row in np.atleast_2d(weights)], list(map(F, bias)))))


@pytest.mark.equation("boundary-blocks")
def test_the_loss_is_a_sum_over_blocks() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        p, r = F(int(rng.integers(1, 65)), 64), F(int(rng.integers(1, 200)), 64)
        first, second, *biases = (F(int(k), 32) for k in rng.integers(-50, 51, 4))
        lone, other = biases
        pair = exact_loss(tt.Problem.toy(2, importance=r, density=p), [[first, second]], [lone, other])
        dedicated = [[first, 0, second], [0, 1, 0]], [lone, 0, other]
        dropped = [[first, 0, second], [0, 0, 0]], [lone, p / 2, other]
        toy = tt.Problem.toy(3, importance=r, density=p)
        assert exact_loss(toy, *dedicated) == pair
        assert exact_loss(toy, *dropped) == pair + variance(p)
        turned = [[F(3, 5) * a - F(4, 5) * b for a, b in zip(*dedicated[0], strict=True)]]
        turned += [[F(4, 5) * a + F(3, 5) * b for a, b in zip(*dedicated[0], strict=True)]]
        assert exact_loss(toy, turned, dedicated[1]) == pair  # a rotation changes nothing


@pytest.mark.equation("boundary-blocks")
def test_a_lone_feature_is_free_or_costs_its_variance() -> None:
    for p, gram, bias in np.random.default_rng(1).uniform((0.01, 0.0, -1.0), (1.0, 2.0, 1.0), (200, 3)):
        problem = tt.Problem(n_features=1, n_hidden=1, density=p)
        assert tt.loss(problem, [[math.sqrt(gram)]], [bias]) >= 0
        assert tt.loss(problem, [[0.0]], [bias]) >= variance(p) * (1 - 1e-14)
    problem = tt.Problem(n_features=1, n_hidden=1, density=F(3, 7))
    assert exact_loss(problem, [[1]], [0]) == 0
    assert exact_loss(problem, [[0]], [F(3, 14)]) == variance(F(3, 7))


@pytest.mark.equation("boundary-envelope")
@pytest.mark.parametrize("crossing", [traced.half, traced.symmetric])
def test_slopes_of_the_gap_are_those_at_fixed_models(crossing: Any) -> None:
    """Differences of exact fractions, whose only error is that of the difference; and of losses that followed."""
    at: Crossing = crossing()
    r, p, step = exactly(at.importance), exactly(at.density), F(1, 2**20)

    def gap(importance: Fraction, density: Fraction) -> Fraction:
        return exactly_of(at.below, importance, density) - exactly_of(at.above, importance, density)

    by_log_r = r * (gap(r + step, p) - gap(r - step, p)) / (2 * step)  # exact: the loss is linear in r
    by_p = (gap(r, p + step) - gap(r, p - step)) / (2 * step)
    assert at.gradient == pytest.approx([float(by_log_r), float(by_p)], rel=1e-9, abs=1e-13)
    h = 1e-4
    followed = [[at.shifted(s * h * e).gap for s in (1, -1)] for e in np.eye(2)]
    slopes = [(ahead - behind) / (2 * h) for ahead, behind in followed]
    assert at.gradient == pytest.approx(slopes, rel=1e-6, abs=1e-10)


@pytest.mark.equation("boundary-error")
def test_the_error_of_a_boundary_holds_what_exact_losses_say() -> None:
    """The gap of the two models as they are, exact, over its slope: how far the zero of the true gap is."""
    at = traced.half()
    while at.density > 0.02:
        at = solve(at.moved(0.97 * at.importance, 0.97 * at.density), traced.AT_DENSITY)
        place = exactly(at.importance), exactly(at.density)
        gap = float(exactly_of(at.below, *place) - exactly_of(at.above, *place))
        assert np.all(abs(gap) / np.abs(at.gradient) <= at.error)
        assert at.error[0] < 1e-12


@pytest.mark.equation("boundary-concave")
@pytest.mark.parametrize("n_features", [2, 3])
def test_the_least_loss_is_concave_in_the_importance(n_features: int) -> None:
    r = np.linspace(0.05, 2.0, 60)
    data = tt.phase_diagram(
        n_features, n_features - 1, density=[0.3, 0.55, 0.7, 0.9], importance=r, method="optimum"
    ).data
    losses, slack = data.loss.values, 1e-12
    slopes = np.diff(losses, axis=1) / np.diff(r)
    assert np.all(slopes >= -slack)
    assert np.all(np.diff(slopes, axis=1) <= slack)
    ratio = losses / r
    assert np.all(np.diff(ratio, axis=1) <= slack)
    dropped = data.phase.values == "not_represented"
    assert np.all(dropped[:, :-1] >= dropped[:, 1:])  # never again once another model was better
    assert 0 < dropped.sum() < dropped.size


@pytest.mark.equation("boundary-concave")
def test_the_extra_is_read_better_above_a_jump() -> None:
    for at in (traced.half(), traced.symmetric()):
        assert at.below.slopes.by_log_r > at.above.slopes.by_log_r
        for sign in (1, -1):
            beside = at.moved(at.importance * math.exp(sign * 1e-3), at.density)
            assert sign * beside.gap > 0


@pytest.mark.equation("boundary-arclength")
def test_a_traced_curve_runs_across_the_gradient_and_holds_equal_losses() -> None:
    start = traced.half()
    points, end = follow(start, 1.0, Window((0.3, 1.0), (0.2, 0.6)))
    assert end in (End.WINDOW, End.LOST, End.MERGED)
    places = np.array([[math.log(at.importance), at.density] for at in (start, *points)])
    chords = np.diff(places, axis=0)
    lengths = np.linalg.norm(chords, axis=1)
    assert len(points) > 10
    for at, ahead, chord, length in zip((start, *points[:-1]), points, chords, lengths, strict=True):
        slope = (at.gradient + ahead.gradient) / np.linalg.norm(at.gradient + ahead.gradient)
        assert abs(slope @ chord) < 0.02 * length  # a chord lies along the mean tangent, to second order
        assert abs(ahead.gap) <= 2 * ahead.rounding
    off = start.shifted(1e-3 * np.array([1.0, 1.0]))
    back = corrected(off)
    way = np.array([math.log(back.importance / off.importance), back.density - off.density])
    across = off.gradient / np.linalg.norm(off.gradient)
    assert abs(way @ across) == pytest.approx(np.linalg.norm(way), rel=1e-4)  # by the shortest way
    assert abs(off.gap) > 1e6 * abs(back.gap)


@pytest.mark.equation("boundary-triple")
def test_three_models_tie_where_two_equations_say() -> None:
    pair = np.array([-0.97, 0.97, 0.1, 0.1])
    triangle = _equilateral(0.53)
    near = triangle.importance, triangle.density
    found = meet((traced.PAIR_3.settle(pair, *near), traced.OTHERS.settle(pair, *near), triangle))
    assert abs(found[0].importance - 1) < 1e-12
    assert found[0].density == pytest.approx(0.52183765907142, rel=1e-13)  # two solvers of the project's notes
    place = exactly(found[0].importance), exactly(found[0].density)
    losses = [float(exactly_of(state, *place)) for state in found]
    assert max(losses) - min(losses) < 4e-16


def _equilateral(density: float) -> State:
    angles = np.deg2rad([90.0, 210.0, 330.0])
    weights = 0.96 * np.array([np.cos(angles), np.sin(angles)])
    return Branch.at(weights, np.full(3, 0.22), 1.0, density)


def _pair(importance: float, density: float) -> State:
    return traced.PAIR.settle(traced.LARGE, importance, density)


@pytest.mark.equation("boundary-held")
def test_slopes_of_the_force_are_schur_complements() -> None:
    """Against differences of the force that is left when the rest is solved again."""
    state = _pair(0.54, 0.5)
    landscape = Landscape.coordinate(state.branch, LENGTH)
    u, r, p, step = float(state.theta[LENGTH]), state.importance, state.density, 1e-4
    at = landscape.held(u + 0.05, r, p, state.theta)

    def force(du: float, dr: float, dp: float) -> float:
        return landscape.held(at.u + du, r * math.exp(dr), p + dp, at.theta).push

    for k, exact in enumerate((at.stiffness, at.push_by_log_r, at.push_by_p)):
        shift = step * np.eye(3)[k]
        assert exact == pytest.approx((force(*shift) - force(*-shift)) / (2 * step), rel=1e-6)
    places = [landscape.stationary(at.u + du, r, p, at.theta) for du in (-step, 0.0, step)]
    log_r = [math.log(place.importance) for place in places]
    assert places[1].lean == pytest.approx((log_r[2] - log_r[0]) / (2 * step), rel=1e-6)


@pytest.mark.equation("boundary-held")
def test_a_fold_is_an_extremum_of_the_importance() -> None:
    end = spinodal_point(_pair(0.54, 0.5), towards=-1)
    landscape = Landscape.along(end.state, end.mode, end.basis)
    place = end.importance, end.density
    beside = [landscape.stationary(u, *place, end.state.theta).importance for u in (-1e-3, 1e-3)]
    assert min(beside) > end.importance
    assert max(beside) / end.importance - 1 < 1e-5  # of second order in u
    assert abs(landscape.stationary(0.0, *place, end.state.theta).stiffness) < 1e-8


@pytest.mark.equation("boundary-critical")
def test_at_a_critical_point_three_models_of_one_branch_become_one() -> None:
    small = np.array([-0.65, -0.65, 0.46, 0.74, -0.74, 0.13, 0.13, 0.48])
    comparable = np.array([-0.62, -0.62, 0.6, 0.75, -0.75, 0.18, 0.18, 0.48])
    lower = traced.TRIANGLE.settle(small, 0.87, 0.7)
    found = critical_point(lower, traced.TRIANGLE.settle(comparable, 0.873, 0.7))
    landscape = Landscape.along(found.state, found.mode)
    nodes = np.linspace(-0.02, 0.02, 9)

    def slopes(density: float) -> Array:
        start = landscape.stationary(0.0, found.importance, density, found.state.theta)
        return np.array([landscape.stationary(float(u), start.importance, density, start.theta).lean for u in nodes])

    slope, bend, third = np.polynomial.polynomial.polyfit(nodes, slopes(found.density), 6)[:3]
    assert abs(slope) < 1e-9 * abs(third)
    assert abs(bend) < 1e-6 * abs(third)
    before, beyond = (slopes(found.density + side * 1e-4) * third for side in (-1, 1))
    assert before.min() < 0 < beyond.min()  # two folds on one side, none on the other
