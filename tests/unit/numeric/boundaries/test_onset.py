"""Onsets by extrapolation, against the closed threshold, exact fractions and independent searches."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.stability import kappa, onset_window, threshold
from toytoy.numeric.boundaries.branch import Branch, State
from toytoy.numeric.boundaries.landscape import Landscape
from toytoy.numeric.boundaries.onset import onset_at_importance, onset_point, trace_onset, tricritical_point

from tests.reference import stationary

PAIR = Branch(2, (0, 1), ())
TRIANGLE = Branch(3, (0, 1, 2), ())
ROUNDED = 1e-12  # of an onset: what the extrapolation promises here, and what its stated error must stay below
OVERLAP, LENGTH_2, LENGTH_3 = 0, 1, 2  # coordinates


def pair() -> State:
    return PAIR.settle(np.array([-1.0, 0.15, 0.03, 0.39]), 0.8, 0.7)


def isosceles() -> State:
    return TRIANGLE.settle(np.array([-0.71, -0.71, 0.08, 0.71, -0.71, 0.01, 0.01, 0.38]), 0.777, 0.7)


def scalene() -> State:
    return TRIANGLE.settle(np.array([-0.05, -0.03, 1.0, 0.45, -0.93, 0.5, 0.21, 0.03]), 1.152, 0.8)


@pytest.mark.equation("stability-threshold")
@pytest.mark.equation("onset-linear")
@pytest.mark.parametrize(
    ("make", "coordinate", "share"), [(pair, LENGTH_2, 1.0), (isosceles, LENGTH_3, math.sqrt(0.5))]
)
@pytest.mark.parametrize("density", [0.53, 0.65, 0.74, 0.83, 0.9])
def test_the_extra_appears_at_the_threshold(make: object, coordinate: int, share: float, density: float) -> None:
    """Both toys have one threshold; beside two features at right angles the cubic coefficient is 1/√2 of it."""
    found = onset_point(make(), coordinate, density)  # type: ignore[operator]
    truth, p = threshold(density), density
    assert abs(found.importance / truth - 1) < found.error < ROUNDED
    variance = p / 3 - p * p / 4
    slope = share * 3 * kappa(p) / (2 * variance * truth)
    assert abs(found.slope - slope) < found.slope_error < 1e-9
    assert found.growth == 1
    assert found.order == ("continuous" if kappa(p) > 0 else "jump")


@pytest.mark.equation("onset-coefficient")
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(("make", "coordinate"), [(pair, LENGTH_2), (isosceles, LENGTH_3)])
def test_tricritical_points_of_both_toys_are_the_zeros_of_kappa(make: object, coordinate: int, which: int) -> None:
    truth = onset_window()[which]
    found = tricritical_point(make(), coordinate, (truth - 0.01, truth + 0.02))  # type: ignore[operator]
    assert abs(found.density - truth) < found.density_error < 1e-8
    assert found.importance == pytest.approx(threshold(truth), rel=1e-8)


def test_a_kinked_onset_agrees_with_exact_fractions() -> None:
    """Three exact values at small overlaps, extrapolated by a parabola in rational arithmetic."""
    found = onset_point(scalene(), OVERLAP)
    assert found.error < ROUNDED
    landscape, near = Landscape.coordinate(TRIANGLE, OVERLAP), found.state
    values: list[Any] = []
    with mpmath.workdps(stationary.DIGITS):
        for size in (Fraction(3, 5000), Fraction(2, 5000), Fraction(1, 5000)):
            near = landscape.stationary(-float(size), near.importance, 0.8, near.theta).state
            start = near.theta.tolist()
            truth = stationary.importance_at(start, OVERLAP, -size, near.importance, Fraction(0.8))
            values.insert(0, mpmath.log(truth))
        limit = 3 * values[0] - 3 * values[1] + values[2]
        slope = (-5 * values[0] + 8 * values[1] - 3 * values[2]) / 2 * 5000
        # the next terms of the law, u³ and u², have coefficients of order 1
        assert abs(math.log(found.importance) - limit) < 10 * 6e-4**3
        assert abs(found.slope - slope) < 10 * 6e-4**2


@pytest.mark.parametrize("density", [0.74, 0.736, 0.734, 0.733])
def test_errors_are_honest_where_the_law_bends_at_small_overlaps(density: float) -> None:
    """Near p = 0.7336 a hinge of the pair passes a corner, at an overlap that goes to 0 there."""
    found = onset_point(scalene(), OVERLAP, density)
    landscape, start, tiny = Landscape.coordinate(TRIANGLE, OVERLAP), found.state, Fraction(1, 10**7)
    for size in np.geomspace(abs(start.theta[OVERLAP]), float(tiny), 10):
        start = landscape.stationary(-float(size), start.importance, density, start.theta).state
    with mpmath.workdps(stationary.DIGITS):
        truth = stationary.importance_at(start.theta.tolist(), OVERLAP, -tiny, start.importance, Fraction(density))
    expected = found.importance * math.exp(found.slope * float(tiny))
    assert abs(expected / float(truth) - 1) < found.error + float(tiny) * (found.slope_error + 10 * float(tiny))
    assert found.error < (1e-6 if density == 0.734 else 1e-11)


@pytest.mark.parametrize(("density", "order"), [(0.77, "continuous"), (0.85, "jump")])
def test_searches_find_the_overlap_grow_on_one_side_of_the_kinked_onset(density: float, order: str) -> None:
    found = onset_point(scalene(), OVERLAP, density)
    assert found.order == order
    assert found.growth == -1  # it is a falling importance that makes the extra share the plane
    overlaps = []
    for shift in (-1e-5, 1e-5):
        problem = tt.Problem.toy(3, importance=found.importance * (1 + shift), density=density)
        weights = tt.minimize(problem, tt.Multistart(n_starts=24, seed=1)).weights
        overlaps.append(float(np.abs(weights[:, 2] @ weights[:, :2]).max()))
    if order == "continuous":
        expected = 1e-5 / abs(found.slope)
        assert overlaps[1] < 1e-5  # a descent's error
        assert overlaps[0] == pytest.approx(expected, rel=0.1)  # the law is bent at this length
    else:
        assert min(overlaps) > 0.01  # it has jumped before


def test_the_kinked_onset_has_a_tricritical_point() -> None:
    found = tricritical_point(scalene(), OVERLAP, (0.78, 0.83))
    assert found.density_error < 2e-9
    below, above = trace_onset(found.state, OVERLAP, [found.density - 1e-5, found.density + 1e-5])
    assert (below.order, above.order) == ("continuous", "jump")
    assert abs(below.slope + above.slope) < 1e-2 * abs(above.slope)  # it is halfway between


def test_an_onset_at_a_given_importance() -> None:
    found = onset_at_importance(pair(), LENGTH_2, 0.8)
    assert found.importance == 0.8
    assert abs(threshold(found.density) / 0.8 - 1) < 2 * found.density_error < 1e-11  # r_s has slopes of about 1


def test_an_onset_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="same order"):
        tricritical_point(pair(), LENGTH_2, (0.6, 0.7))
    with pytest.raises(ValueError, match="no overlap"):
        onset_point(PAIR.settle(np.array([-1.0, 0.8, 0.1, 0.15]), 0.9, 0.5), 2)  # a bias
