"""One sweep over boxes of (3,2): enclosures of angles and slopes, bounds of F, and which boxes may go."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from toytoy.analytic.proof import triple_boxes as module
from toytoy.analytic.proof.triple_bounds import DEPTH, OVER
from toytoy.analytic.proof.triple_boxes import BIAS, BOUND, SIDES, SLOPE, UPPER, WIDTH, judge, sweep, value_bounds

Array = NDArray[np.float64]
LEAST = 0.1022010637277116226625  # p = 7/10, r = 1: the triangle
TRIANGLE = np.array([0.87975877489817233] * 3 + [2 * math.pi / 3, -2 * math.pi / 3])


def box_of(low: Array, high: Array) -> Array:
    box = np.empty(WIDTH)
    box[0:BIAS:2], box[1:BIAS:2], box[BIAS:BOUND], box[BOUND] = low, high, (-module.FAR, module.FAR) * 3, 0.0
    return box


def value(sides: Array, rules: Array) -> float:
    """Bound F from above."""
    found, biases = np.full(module.N_OUT, np.inf), np.array((-module.FAR, module.FAR) * 3)
    value_bounds(sides, biases, rules, found, np.empty(6), np.empty((DEPTH, 2)))
    return float(found[UPPER])


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
        room = np.zeros((module.N_ROOM, SIDES, 2))
        module.lay_out(box_of(low, high), room)
        for share in (np.zeros(5), np.ones(5), *rng.random((5, 5))):
            x, y, z, alpha, beta = low + share * (high - low)
            w = np.array([[x, y * math.cos(alpha), z * math.cos(beta)], [0, y * math.sin(alpha), z * math.sin(beta)]])
            gram = w.T @ w
            for k, (angle, entry) in enumerate(((alpha, gram[0, 1]), (beta, gram[0, 2]), (alpha - beta, gram[1, 2]))):
                assert room[module.COSINE, k, 0] <= math.cos(angle) <= room[module.COSINE, k, 1]
                assert room[module.SINE, k, 0] <= math.sin(angle) <= room[module.SINE, k, 1]
                assert room[module.ENTRY, k, 0] - 1e-15 <= entry <= room[module.ENTRY, k, 1] + 1e-15
                assert room[module.OWN, k, 0] - 1e-15 <= gram[k, k] <= room[module.OWN, k, 1] + 1e-15


def judged(box: Array, rules: Array, upper: float) -> float:
    found = np.zeros(module.N_OUT)
    found[UPPER], found[module.LOWER] = upper, np.inf
    return float(judge(box, rules, found, np.zeros((module.N_ROOM, SIDES, 2)), np.zeros((4, 6)), np.empty((DEPTH, 2))))


@pytest.mark.parametrize(("p", "r"), [(0.7, 1.0), (0.1, 0.3), (0.03, 3.0), (1.0, 0.5)])
def test_no_model_of_a_box_is_below_its_bound(p: float, r: float) -> None:
    """Unless the box goes for its slopes: then it holds no minimizer, and its edge is no worse than its inside."""
    rng, rules = np.random.default_rng(3), np.array([p, 0.0, 0.0, 1.0, 1.0, r])
    kept = 0
    for low, high in draws(80):
        bound = judged(box_of(low, high), rules, 10.0)
        if bound < np.inf:
            kept += 1
            assert all(value(sides, rules) >= bound for sides in low + rng.random((4, 5)) * (high - low))
    assert kept > 5


def test_the_box_of_the_optimum_stays_and_others_go() -> None:
    size, children, found = 1e-3, np.zeros((4, WIDTH)), np.full(module.N_OUT, np.inf)
    near = box_of(TRIANGLE - size, TRIANGLE + 1.1 * size)
    beside = box_of(*(near[k:BIAS:2] + np.array([0.1, -0.1, 0, 0, 0]) for k in (0, 1)))
    rules, found[UPPER] = np.array([0.7, 0.0, 0.0, 1.0, 1.0, 1.0]), 1.0
    assert sweep(np.array([near, beside]), 2, children, rules, found) == 2
    assert LEAST <= found[UPPER] < LEAST * (1 + 1e-5)
    assert all(0.99 * LEAST < bound <= LEAST for bound in children[:2, BOUND])
    assert children[:2, 0:BIAS:2].min(axis=0) == pytest.approx(near[0:BIAS:2])


def plain(kernel: Any) -> Any:
    """Return a kernel as Python, so that what it calls can be replaced."""
    return getattr(kernel, "py_func", kernel)


def mul(x: Array, y: Array) -> Array:
    """Multiply two intervals."""
    found: Array = np.outer(x, y)
    return np.array([found.min(), found.max()])


def test_columns_have_no_gaps_and_numbers_found_by_trial_are_what_they_were() -> None:
    assert [*range(2 * SIDES), *range(BIAS, BIAS + 6), BOUND] == list(range(WIDTH))
    rules = [module.P, module.TOLERANCE, module.SWAP, *range(module.IMPORTANCE, module.IMPORTANCE + 3)]
    assert rules == list(range(module.N_RULES))
    assert [UPPER, module.LOWER, *range(module.MODEL, module.MODEL + SIDES + 3)] == list(range(module.N_OUT))
    assert (module.SHARP, module.ETA, module.SLACK, module.FAR) == (2.0**-17, 2.0**-45, 2.0**-44, 9e9)


def test_an_angle_that_ends_at_a_half_turn_has_its_cosine() -> None:
    """Exactly -1 or 1 also where the end falls short of π by no more than roundings; else moved outward by 2^-50."""
    pad, below = 2.0**-50, math.pi - 2.0**-50
    for k, end in ((1, 0), (-1, 0), (2, 1), (-2, 1), (3, 0), (-3, 0), (0, 1)):
        near = [module.cosines(k * math.pi - 0.1, k * math.pi + 0.05), module.cosines(k * math.pi, k * math.pi + 0.1)]
        wanted = [math.cos(0.1) - pad, 1.0] if end else [-1.0, pad - math.cos(0.1)]
        assert [near[0][end], near[1][end]] == [wanted[end]] * 2
        assert near[0] == pytest.approx(wanted, rel=1e-13)
    assert module.cosines(0.5, 1.0) == (math.cos(1.0) - pad, math.cos(0.5) + pad)
    assert [module.cosines(3.0, math.pi)[0], module.cosines(3.0, below)[0]] == [-1.0] * 2
    assert [module.cosines(-0.5, math.pi), module.cosines(-0.5, below), module.cosines(-4.0, 1.0)] == [(-1.0, 1.0)] * 3


def test_the_third_feature_is_out_of_order_if_it_surely_overlaps_more_with_the_first() -> None:
    room = np.full((module.N_ROOM, SIDES, 2), np.nan)
    for first, second, wanted in (
        *(((0.5, 0.75), (-0.25, 0.375), True), ((-0.75, -0.5), (-0.375, 0.25), True), ((0.25, 2), (-0.375, 0), False)),
        *(((0.5, 0.75), (-0.25, 0.625), False), ((-0.1, 2), (0, 0), False), ((-2, 0.1), (0, 0), False)),
        *(((0.5, 2), (0, 0.5), False), ((0.5 * OVER, 2), (0, 0.5), False), ((-2, -0.5), (-0.5, 0), False)),
    ):
        room[module.ENTRY, 1], room[module.ENTRY, 2] = first, second
        assert plain(module.out_of_order)(room) == wanted


RULES = np.array([0.5, 0.25, 0.0, 1.0, 0.5, 0.25])
TOLD = np.array([-3.0, -2.0, 1.0, 1.5, -2.0, -0.5, 0.75, 1.25])  # ends of a bias, and of slopes by three entries
ROWS = ((0, 1), (0, 2), (1, 2))  # pairs that a row of the Gram matrix has; features that a pair has


def test_slopes_are_chained_from_those_of_the_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row by row, each told its own entry and its two others; twice into a pair; on by lengths and angles."""
    asked: list[tuple[float, ...]] = []

    def slopes(*given: float) -> Array:
        asked.append(given)
        return TOLD * 2.0 ** len(asked) - len(asked)

    monkeypatch.setattr(module, "output_slopes", slopes)
    room = np.full((module.N_ROOM, SIDES, 2), np.nan)
    box = box_of(np.array([0.5, 0.75, 1.5, 0.25, -0.5]), np.array([0.625, 1.25, 2.0, 0.75, -0.25]))
    box[BIAS:BOUND] = range(6)
    module.lay_out(box, room)
    plain(module.enclose_slopes)(box, RULES, room, 0.125)
    own, entry = room[module.OWN], room[module.ENTRY]
    by_own, by_pair, chained = [], np.zeros((3, 2)), np.zeros((SIDES, 2))
    for j, others in enumerate(ROWS):
        told = np.concatenate([own[j], entry[others[0]], entry[others[1]], [2 * j, 2 * j + 1]])
        assert asked[j] == (0.5, *told, 0.125, 0.5 * 2.0**-17)
        numbers = TOLD * 2.0 ** (j + 1) - (j + 1)
        assert box[BIAS + 2 * j : BIAS + 2 * j + 2].tolist() == numbers[:2].tolist()
        a, c, d = (RULES[3 + j] * numbers[2:]).reshape(3, 2)
        kept = [room[n, j].tolist() for n in (module.BY_OWN, module.BY_FIRST, module.BY_SECOND)]
        assert kept == [a.tolist(), c.tolist(), d.tolist()]
        by_own.append(a)
        by_pair[list(others)] += [c, d]
    assert room[module.BY_PAIR, :3].tolist() == by_pair.tolist()
    module.chain(box, room)
    side = box[:BIAS].reshape(SIDES, 2)
    for j in range(3):
        chained[j] += mul(2.0 * side[j], by_own[j])
    for k, (i, j) in enumerate(ROWS):
        cosine, sine = (mul(room[n, k], by_pair[k]) for n in (module.COSINE, module.SINE))
        chained[i] += mul(side[j], cosine)
        chained[j] += mul(side[i], cosine)
        turned = mul(np.array([side[i, 0] * side[j, 0], side[i, 1] * side[j, 1]]), sine)
        chained[3] -= turned[::-1] * (k != 1)
        chained[4] += turned * (k == 2) - turned[::-1] * (k == 1)
    assert room[SLOPE] == pytest.approx(chained, rel=1e-12)
    assert room[module.SINE, 0] == pytest.approx(np.sin([0.25, 0.75]), rel=1e-12)
    assert np.isnan(np.delete(room, SLOPE, axis=0)[:, 3:]).all()


def answering(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
    """Put stand-ins for kernels, and roundings by powers of two that show."""
    for name, answer in {"OVER": 2.0, "ETA": 2.0**-6, "SLACK": 2.0**-12, "SHARP": 0.25, **answers}.items():
        monkeypatch.setattr(module, name, answer)


@pytest.mark.parametrize("lengths", [(3.0, 1.0, 2.0), (1.0, 3.0, 2.0), (1.0, 2.0, 3.0)])
def test_the_value_of_a_model_is_put_together_from_those_of_the_outputs(
    lengths: tuple[float, float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each told its entries and biases, and what roundings take at the size of the longest side."""
    asked: list[tuple[Any, ...]] = []

    def least(*given: Any) -> tuple[int, int, int]:
        asked.append(given)
        return len(asked), 2 ** len(asked), -len(asked)

    answering(monkeypatch, least_loss=least)
    stack, values, sides = np.empty((0, 2)), np.zeros(6), np.array([*lengths, 0.5, 2.0])
    entries = [lengths[i] * lengths[j] * np.cos(x) for (i, j), x in zip(ROWS, (0.5, 2.0, -1.5), strict=True)]
    for known in (12.0, 12.5):  # twice 2 + 4 / 2 + 8 / 4
        asked.clear()
        plain(value_bounds)(sides, np.arange(6.0), RULES, found := np.full(11, known), values, stack)
        assert values.tolist() == [1.0, 2.0, 3.0, -1.0, -2.0, -3.0]
        assert found.tolist() == ([12.0] * 11 if known == 12.0 else [12.0, known, *sides, -1.0, -2.0, -3.0, known])
    for j, given in enumerate(asked):
        told = 0.5, lengths[j] ** 2, entries[ROWS[j][0]], entries[ROWS[j][1]], 2 * j, 2 * j + 1
        assert given == (*told, 2.0**-2, 2.0**-3, 2.0**-5, stack)


def test_floors_are_the_best_of_three_for_each_output(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, room, stack, floor = [], np.arange(90.0).reshape(9, 5, 2), np.empty((0, 2)), np.array([0.5, 4.0, 3.0])

    def pair(*given: Any) -> float:
        asked.append(given)
        return (1.0, 2.0, 1.0, 3.0, 5.0, 4.0)[len(asked) - 1]

    answering(monkeypatch, pair_floor=pair)
    assert plain(module.floors)(room, RULES, 7.0, 8.0, floor, stack) == 2.0 + 4.0 / 2 + 5.0 / 4
    own, entry = room[module.OWN], room[module.ENTRY]
    assert asked == [(0.5, *own[j], *entry[k], 7.0, 0.125, 8.0, stack) for j in range(3) for k in ROWS[j]]


def bound_by_hand(room: Array, half: Array, floor: Array, values: Array, slack: float) -> tuple[Array, float]:
    weights, reach, width = RULES[3:], np.abs(room).max(axis=2), room[..., 1] - room[..., 0]
    takes, by = half * (reach[SLOPE] + slack), (module.BY_FIRST, module.BY_SECOND)
    costs = np.array([width[module.OWN, j] * reach[module.BY_OWN, j] for j in range(3)])
    for j, pairs in enumerate(ROWS):
        costs[j] += sum(width[module.ENTRY, pairs[k]] * reach[by[k], j] for k in (0, 1))
    parts = np.maximum(weights * floor, weights * values - costs).sum()
    return takes, max(weights @ values - 2.0 * takes.sum(), parts) - slack


@pytest.mark.parametrize("seed", range(6))
def test_a_box_is_judged_by_hand(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The middle's value less what sides take, or, output by output, less what entries take, if its floor is lower."""
    rng, asked, slack, stack = np.random.default_rng(seed), [], 2.0**-5, np.empty((0, 2))
    low, high = np.array([0.5, 0.25, 1.0, -1.0, 0.0]), np.array([1.0, 2.5, 2.0, 1.0, 2.0])
    high[seed % 3], lone, floor, values = 3.0, *rng.integers(1, 9, (3, 3)) / 4.0
    box, room, work, found = box_of(low, high), rng.integers(-8, 8, (10, 5, 2)) / 16.0, np.zeros((4, 6)), np.zeros(10)
    room[..., 1] = room[..., 0] + rng.integers(1, 4, (10, 5)) / 4.0
    room[SLOPE] = [[-0.125 * (seed % 2), 0.0625]] * 5

    def judged_by_hand(upper: float, floors: float = 0.0, swap: float = 0.0, order: bool = True) -> float:
        def floored(*given: Any) -> float:
            asked.append((*given[:4], given[4][:3].tolist(), given[5]))
            given[4][:3] = floor
            return floors

        def valued(*given: Any) -> None:
            asked.append((given[0][:5].tolist(), given[1].tolist(), *given[2:]))
            given[4][:3] = values

        owns = room[module.OWN, :3].tolist()
        answering(
            monkeypatch, floors=floored, value_bounds=valued, out_of_order=lambda _: order, lay_out=zip, chain=zip
        )
        answering(
            monkeypatch,
            lone_floor=lambda p, *ends: 2 * p * lone[owns.index([*ends])],
            enclose_slopes=lambda *given: asked.append(given),
        )
        found[UPPER], rules = upper, np.array([0.5, 0.25, swap, 1.0, 0.5, 0.25])
        return float(plain(judge)(box, rules, found, room, work, stack))

    half = float((lone - slack) @ RULES[3:]) / 2
    takes, wanted = bound_by_hand(room, 0.5 * (high - low), floor, values, slack)
    assert judged_by_hand(half, 2 * half) == pytest.approx(wanted, rel=1e-13)
    assert work[:, :5].tolist()[:2] == [takes.tolist(), ((low + high) / 2).tolist()]
    for upper, floors, swap in ((0.99 * half, 0.0, 0.0), (half, 2.01 * half, 0.0), (half, 0.0, 1.0)):
        assert judged_by_hand(upper, floors, swap) == np.inf
    assert judged_by_hand(half, 0.0, 1.0, order=False) < np.inf
    for share in (1.0, 1.01):
        for slope in ((share * slack, 1.0), (-1.0, -share * slack)):
            room[SLOPE, seed % 5] = slope
            assert (judged_by_hand(half) == np.inf) == (share > 1.0)
    assert asked[0][2:] == (2.0**-2, slack, (lone - slack).tolist(), stack)
    assert asked[1][3] == 2.0**-2
    assert asked[2][:2] == (((low + high) / 2).tolist(), box[BIAS:BOUND].tolist())


def test_boxes_that_stay_are_halved_where_most_is_taken_and_others_leave_their_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bound met, 3/4 of 1, is enough to go; of sides that take alike it is the first; rooms have no spare parts."""
    bounds, takes = [0.75, 0.5, 0.25, 0.9], [[9] * 6, [2, 2, 1, 1, 0, 9], [1, 1, 1, 1, 3, 9], [9] * 6]
    boxes = np.array([[*range(10), *range(10, 16), bound] for bound in (-1.0, 0.375, 0.625, 0.1)])

    def judge(box: Array, _rules: Array, _found: Array, room: Array, work: Array, stack: Array) -> float:
        assert (room.shape, work.shape, stack.shape) == ((module.N_ROOM, 5, 2), (4, 6), (DEPTH, 2))
        work[0] = takes[4 - len(bounds)]
        return bounds.pop(0)

    monkeypatch.setattr(module, "judge", judge)
    found, children = np.array([1.0, 2.0, *[0] * 8]), np.zeros((4, WIDTH))
    assert plain(sweep)(boxes, 4, children, RULES, found) == 4
    assert found.tolist() == [1.0, 0.75, *[0] * 8]
    for side, middle, bound, halves in ((0, 0.5, 0.5, children[:2]), (4, 8.5, 0.625, children[2:])):
        ends = np.array([[*range(16), bound]] * 2)
        ends[0, 2 * side + 1] = ends[1, 2 * side] = middle
        assert halves.tolist() == ends.tolist()
