"""One sweep over boxes of (3,2): enclosures of angles and slopes, bounds of F, and which boxes may go."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.proof import triple_boxes as module
from toytoy.analytic.proof.triple_bounds import DEPTH
from toytoy.analytic.proof.triple_boxes import (
    BIAS,
    BOUND,
    COSINE,
    ENTRY,
    FAR,
    LOWER,
    N_OUT,
    N_ROOM,
    OWN,
    SIDES,
    SINE,
    SLOPE,
    UPPER,
    WIDTH,
    chain,
    enclose_slopes,
    judge,
    lay_out,
    out_of_order,
    product,
    sweep,
    value_bounds,
)

Array = NDArray[np.float64]
LEAST = 0.1022010637277116226625  # p = 7/10, r = 1: the triangle
TRIANGLE = np.array([0.87975877489817233] * 3 + [2 * math.pi / 3, -2 * math.pi / 3])
ETA = 2.0**-42


def rules_of(p: float, r: float, tolerance: float = 0.0, swap: float = 0.0) -> Array:
    return np.array([p, tolerance, swap, 1.0, 1.0, r])


def box_of(low: Array, high: Array) -> Array:
    box = np.empty(WIDTH)
    box[0:BIAS:2], box[1:BIAS:2], box[BIAS:BOUND], box[BOUND] = low, high, (-FAR, FAR) * 3, 0.0
    return box


def room_of(box: Array, rules: Array) -> Array:
    room = np.zeros((N_ROOM, SIDES, 2))
    for _ in range(4):
        lay_out(box, room)
        enclose_slopes(box, rules, room, ETA)
        chain(box, room)
    return room


def value(sides: Array, rules: Array) -> tuple[float, float]:
    """Return F between bounds."""
    found, values = np.full(N_OUT, np.inf), np.empty(6)
    value_bounds(sides, np.array((-FAR, FAR) * 3), rules, found, values, np.empty((DEPTH, 2)))
    return float(values[:3] @ rules[3:]), float(found[UPPER])


def draws(count: int) -> list[tuple[Array, Array]]:
    rng = np.random.default_rng(0)
    found = []
    for _ in range(count):
        size = 10 ** rng.uniform(-4, -0.3)
        low = np.concatenate([1.3 * rng.random(3), [math.pi * rng.random(), math.pi * (2 * rng.random() - 1)]])
        found.append((low, low + size * rng.random(5)))
    return found


def test_angles_and_gram_entries_are_enclosed() -> None:
    rng = np.random.default_rng(1)
    for low, high in [*draws(100), (np.array([0, 0, 0, -0.1, -3.2]), np.array([1.0, 1, 1, 3.2, 3.2]))]:
        room = np.zeros((N_ROOM, SIDES, 2))
        lay_out(box_of(low, high), room)
        for share in (np.zeros(5), np.ones(5), *rng.random((5, 5))):
            x, y, z, alpha, beta = low + share * (high - low)
            w = np.array([[x, y * math.cos(alpha), z * math.cos(beta)], [0, y * math.sin(alpha), z * math.sin(beta)]])
            gram = w.T @ w
            for k, (angle, entry) in enumerate(((alpha, gram[0, 1]), (beta, gram[0, 2]), (alpha - beta, gram[1, 2]))):
                assert room[COSINE, k, 0] <= math.cos(angle) <= room[COSINE, k, 1]
                assert room[SINE, k, 0] <= math.sin(angle) <= room[SINE, k, 1]
                assert room[ENTRY, k, 0] - 1e-15 <= entry <= room[ENTRY, k, 1] + 1e-15
                assert room[OWN, k, 0] - 1e-15 <= gram[k, k] <= room[OWN, k, 1] + 1e-15


def test_products_of_intervals() -> None:
    assert product(-1.0, 2.0, -3.0, 0.5) == (-6.0, 3.0)
    assert product(1.0, 2.0, -3.0, -0.5) == (-6.0, -0.5)


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.1, 0.3), (0.03, 3.0)])
def test_a_box_encloses_the_slopes_inside(p: float, r: float) -> None:
    rng, rules, h = np.random.default_rng(2), rules_of(p, r), 1e-5
    for low, high in draws(25):
        slopes = room_of(box_of(low, high), rules)[SLOPE]
        for sides in low + rng.random((2, 5)) * (high - low):
            for i in range(SIDES):
                step = h * np.eye(5)[i]
                (l0, u0), (l1, u1) = value(sides - step, rules), value(sides + step, rules)
                if max(u0 - l0, u1 - l1) < 1e-7 * p:  # else several best biases: F is known to a share only
                    near = 2e-3 * p * (1 + r)
                    assert slopes[i, 0] - near <= (u1 - u0) / (2 * h) <= slopes[i, 1] + near


def judged(box: Array, rules: Array, upper: float) -> float:
    found = np.zeros(N_OUT)
    found[UPPER], found[LOWER] = upper, np.inf
    return float(judge(box, rules, found, np.zeros((N_ROOM, SIDES, 2)), np.zeros((4, 6)), np.empty((DEPTH, 2))))


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.1, 0.3), (0.03, 3.0), (1.0, 0.5)])
def test_no_model_of_a_box_is_below_its_bound(p: float, r: float) -> None:
    """Unless the box goes for its slopes: then it holds no minimizer, and its edge is no worse than its inside."""
    rng, rules = np.random.default_rng(3), rules_of(p, r)
    kept = 0
    for low, high in draws(80):
        bound = judged(box_of(low, high), rules, 10.0)
        if bound < np.inf:
            kept += 1
            assert all(value(sides, rules)[1] >= bound for sides in low + rng.random((4, 5)) * (high - low))
    assert kept > 5


def run(boxes: Array, rules: Array, upper: float) -> tuple[int, Array, Array]:
    children, found = np.zeros((2 * len(boxes), WIDTH)), np.zeros(N_OUT)
    found[UPPER], found[LOWER] = upper, np.inf
    return sweep(boxes, len(boxes), children, rules, found), children, found


def test_the_box_of_the_optimum_stays_and_others_go() -> None:
    rules, size = rules_of(0.7, 1.0), 1e-3
    near = box_of(TRIANGLE - size, TRIANGLE + 1.1 * size)
    moved = TRIANGLE + np.array([0.1, -0.1, 0, 0, 0])
    beside = box_of(moved - size, moved + size)
    n, children, found = run(np.array([near, beside]), rules, 1.0)
    assert n == 2
    assert LEAST <= found[UPPER] < LEAST * (1 + 1e-5)
    assert all(children[:2, BOUND] <= LEAST)
    assert all(children[:2, BOUND] > LEAST * 0.99)
    assert children[:2, 0:BIAS:2].min(axis=0) == pytest.approx(near[0:BIAS:2])


def test_a_box_goes_for_its_value_only_above_the_threshold() -> None:
    box = box_of(TRIANGLE - 1e-4, TRIANGLE + 1e-4)
    assert run(np.array([box]), rules_of(0.7, 1.0, 1e-9), 1.0)[0] == 2
    n, _, found = run(np.array([box]), rules_of(0.7, 1.0, 1e-4), 1.0)
    assert n == 0
    assert LEAST * (1 - 1e-4) < found[LOWER] <= LEAST


def test_features_of_equal_importance_change_places() -> None:
    """Third opposite the first: out of order; opposite the second: in order; and only boxes wholly on one side go."""
    quarter, room = math.pi / 2, np.zeros((N_ROOM, SIDES, 2))
    for beta, size, wanted in ((math.pi, 0.1, True), (-quarter, 0.1, False), (math.pi, 1.0, False)):
        middle = np.array([1.0, 1.0, 1.0, quarter, beta])
        box = box_of(middle - 0.05, middle + 0.05)
        box[8], box[9] = beta - size, beta + size
        lay_out(box, room)
        assert out_of_order(room) == wanted


def test_a_wrong_sign_of_a_slope_would_lose_the_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: with the slopes by the entries turned around, the box of the optimum is thrown away."""
    plain: Any = judge
    rules, found = rules_of(0.7, 1.0), np.zeros(N_OUT)

    def bound() -> float:
        found[UPPER], box = 1.0, box_of(TRIANGLE - 1e-3, TRIANGLE + 1e-3)
        room, work, stack = np.zeros((N_ROOM, SIDES, 2)), np.zeros((4, 6)), np.empty((DEPTH, 2))
        enclosed: float = plain.py_func(box, rules, found, room, work, stack)
        return enclosed

    assert bound() <= LEAST

    def faulty(box: Array, rules: Array, room: Array, eta: float) -> None:
        enclose_slopes(box, rules, room, eta)
        room[module.BY_PAIR] = -room[module.BY_PAIR, :, ::-1]

    monkeypatch.setattr(module, "enclose_slopes", faulty)
    assert bound() == np.inf
