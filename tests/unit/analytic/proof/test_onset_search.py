"""Sweeps over boxes of blown-up models: what they drop, keep and call convex."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.model import Array
from toytoy.analytic.proof.onset_form import value_and_slope
from toytoy.analytic.proof.onset_minimum import least_ratio
from toytoy.analytic.proof.onset_search import ENDS, bends_up, convex, least, sweep, tangent
from toytoy.analytic.stability import threshold

HALF = (0.5, 0.5)
ZERO = np.int64(0)


def value(at: Array, p: float, r: float) -> float:
    e, b, w = ((float(x), float(x)) for x in at)
    return float(np.mean(value_and_slope(e, b, w, (p, p), r, bool(at[1] < 0))[0]))


def inside(box: Array, rng: np.random.Generator) -> Array:
    drawn: Array = box[::2] + rng.random(3) * (box[1::2] - box[::2])
    return drawn


def test_the_bound_of_a_box_lies_below_its_values_and_near() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        corner, size = np.array([0.2, 0.8, 0.4]) * rng.random(3), 0.02 * rng.random(3)
        box = np.stack([corner, corner + size], axis=1).ravel()
        low, axis = least(box, HALF, 0.5)
        found = min(value(inside(box, rng), 0.5, 0.5) for _ in range(20))
        assert low <= found
        assert low > found - 0.05
        assert axis in (0, 1, 2)


def swept(boxes: list[list[float]], p: tuple[float, float], r: float) -> tuple[int, Array, Array]:
    rows, halves, hull = np.array(boxes), np.empty((64, ENDS)), np.empty(ENDS)
    count = sweep(p, r, rows, np.int64(len(rows)), halves, hull)
    return count, halves, hull


def test_a_sweep_keeps_the_box_of_the_zero_and_halves_it() -> None:
    ratio, at = least_ratio(0.9, 0.3)
    good = np.stack([at - 0.01, at + 0.01], axis=1).ravel()
    far = [0.2, 0.21, 0.9, 0.91, 0.3, 0.31]
    count, halves, hull = swept([far, good.tolist()], (0.9, 0.9), ratio)
    assert count == 2
    assert hull.tolist() == good.tolist()
    volume = np.prod(np.diff(halves[:2].reshape(2, 3, 2), axis=2), axis=(1, 2))
    assert volume == pytest.approx([np.prod(np.diff(good.reshape(3, 2)))] * 2 / np.array(2))


def test_no_room_is_told() -> None:
    row = np.array([[0.0, 0.2, 0.0, 1.0, 0.0, 0.3]])
    assert sweep(HALF, 0.55, row, np.int64(1), np.empty((1, ENDS)), np.empty(ENDS)) == -1


def test_in_an_interval_of_densities_it_may_lean_on_growth() -> None:
    _, at = least_ratio(0.5, 0.2)
    box = [[float(x) + side for x in at for side in (0.0, 1e-4)]]
    assert swept(box, (0.5, 0.5), 0.56)[0] == 2
    assert swept(box, (0.5, 0.51), 0.56)[0] == 0  # F grows there; that it is >= 0 at 0.5 is taken as known


def test_convexity_is_found_where_it_is_and_only_there() -> None:
    r = threshold(0.5)
    good, bad = np.array([0.0, 0.1, 0.0, 0.15, 0.05, 0.2]), np.array([0.29, 0.3, 0.31, 0.32, -0.14, -0.13])
    for box, wanted in ((good, True), (bad, False)):
        stack = np.empty((256, ENDS))
        stack[0] = box
        assert convex(HALF, r, stack, np.int64(1)) is wanted
    assert not bends_up(np.array([0.0, 0.3, 0.0, 0.9, -0.3, 0.5]), HALF, r)  # too large to tell in one piece


def test_a_tangent_plane_lies_below_a_convex_form() -> None:
    rng, r = np.random.default_rng(1), threshold(0.5)
    box = np.array([0.0, 0.1, 0.0, 0.15, 0.05, 0.2])
    for _ in range(50):
        at = inside(box, rng)
        low = tangent(HALF, r, at, box)
        assert all(low <= value(inside(box, rng), 0.5, r) for _ in range(50))
    _, best = least_ratio(0.5, 0.1)
    ratio, _ = least_ratio(0.5, 0.1)
    assert abs(tangent(HALF, ratio, best, box)) < 1e-15  # at the minimum the plane is level
