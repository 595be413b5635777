"""Boxes of three features: slopes of points, cosines, and boxes that go at once."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.proof import triple_boxes as module
from toytoy.analytic.proof.triple_bounds import DEPTH
from toytoy.analytic.proof.triple_boxes import (
    FAR,
    N_OUT,
    SIDES,
    UPPER,
    value_bounds,
)

from tests.unit.analytic.proof.test_triple_boxes import TRIANGLE, Array, box_of, judged
from tests.unit.analytic.proof.test_triple_rows import exact_loss, exact_moments

PAIRS = ((0, 1), (0, 2), (1, 2))
MIDDLES = {  # near three optima, by p and r
    (0.7, 1.0): [0.88, 0.88, 0.88, 2.094, -2.094],
    (0.1, 0.3): [1.0, 1.011, 0.987, 1.571, -1.571],
    (0.03, 3.0): [1.002, 1.002, 1.0, 3.14, -1.57],
}


def rules_of(p: float, r: float) -> Array:
    return np.array([p, 0.0, 0.0, 1.0, 1.0, r])


def room_of(box: Array, rules: Array) -> Array:
    room = np.zeros((module.N_ROOM, SIDES, 2))
    for _ in range(4):
        module.lay_out(box, room)
        module.enclose_slopes(box, rules, room, 2.0**-42)
        module.chain(box, room)
    return room


@pytest.mark.parametrize(("p", "r"), MIDDLES)
def test_slopes_by_entries_of_a_point_are_those_of_its_outputs(p: float, r: float) -> None:
    """Against exact slopes of each output at the bias found: weights, rows and pairs are where they belong."""
    rules, rng = rules_of(p, r), np.random.default_rng(4)
    rules[3:] = 1.0, 0.75, r
    sides = np.array(MIDDLES[p, r]) + 0.05 * rng.random(5)
    box = box_of(sides, sides)
    room, found, values = room_of(box, rules), np.full(N_OUT, np.inf), np.empty(6)
    value_bounds(sides, np.array((-FAR, FAR) * 3), rules, found, values, np.empty((DEPTH, 2)))
    lengths, angles = sides[:3], (sides[3], sides[4], sides[3] - sides[4])
    entries = {
        pair: lengths[pair[0]] * lengths[pair[1]] * math.cos(angle) for pair, angle in zip(PAIRS, angles, strict=True)
    }
    loss, by_pair = Fraction(0), dict.fromkeys(PAIRS, 0.0)
    for j, weight in enumerate((1.0, 0.75, r)):
        first, second = (pair for pair in PAIRS if j in pair)
        case = p, float(lengths[j] ** 2), float(entries[first]), float(entries[second])
        bias = float(found[module.MODEL + SIDES + j])
        loss += Fraction(weight) * exact_loss(*case, bias)
        z, zx, zy, zw, i, ixx, ixy, ixw, _ = (float(x) for x in exact_moments(*case, bias))
        assert abs(z - i) < 1e-4 * p  # the best bias
        exact = [weight * 2 * (zx - ixx), weight * 2 * (zy - ixy), weight * 2 * (zw - ixw)]
        shown = [room[by, j].mean() for by in (module.BY_OWN, module.BY_FIRST, module.BY_SECOND)]
        assert shown == pytest.approx(exact, abs=3e-5 * p * weight)
        by_pair[first] += exact[1]
        by_pair[second] += exact[2]
    assert room[module.BY_PAIR, :3].mean(axis=1) == pytest.approx(list(by_pair.values()), abs=1e-4 * p * max(r, 1))
    assert loss <= Fraction(found[UPPER]) <= loss + Fraction(1e-10 * p)
    assert found[module.MODEL : module.MODEL + SIDES].tolist() == sides.tolist()


@pytest.mark.parametrize("width", [0.0, 0.3, 1.7, 3.3, 5.0, 6.2, 7.0])
def test_the_cosine_over_an_interval_is_its_range(width: float) -> None:
    for x in np.linspace(-9.0, 9.0 - width, 37):
        grid = np.cos(np.linspace(x, x + width, 2001))
        low, high = module.cosines(float(x), float(x + width))
        step = (width / 2000) ** 2  # an extreme between two points of the grid
        assert grid.min() - step - 2e-15 <= low <= grid.min()
        assert grid.max() <= high <= grid.max() + step + 2e-15
        assert low < math.cos(x) < high or abs(math.cos(x)) == 1.0


def test_a_box_goes_at_once_where_its_own_entries_cost_too_much() -> None:
    """All three outputs cost v (1 - a²)² at least; the known loss decides, and the weight of each counts."""
    low, high = np.array([0.2, 0.3, 0.4, 1.0, -1.0]), np.array([0.3, 0.4, 0.5, 1.1, -0.9])
    p, rules = 0.5, rules_of(0.5, 1.0)
    rules[3:] = 0.5, 0.25, 0.125
    v = p / 3 - p * p / 4
    floor = sum(weight * v * (1 - a * a) ** 2 for weight, a in zip((0.5, 0.25, 0.125), high[:3], strict=True))
    assert judged(box_of(low, high), rules, floor * (1 - 1e-9)) == np.inf


def test_the_slope_of_a_box_without_a_minimizer_throws_it_away() -> None:
    """One side at a time: from the best model each of the five is moved until nothing is stationary nearby."""
    for i in range(SIDES):
        for sign in (-1.0, 1.0):
            middle = TRIANGLE + sign * 0.05 * np.eye(5)[i]
            assert judged(box_of(middle - 1e-3, middle + 1e-3), rules_of(0.7, 1.0), 1.0) == np.inf
    assert judged(box_of(TRIANGLE - 1e-3, TRIANGLE + 1e-3), rules_of(0.7, 1.0), 1.0) < np.inf
