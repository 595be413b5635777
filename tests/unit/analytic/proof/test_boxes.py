"""One sweep over boxes: values and slopes of F against exact losses, and which boxes may go."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof import boxes as module
from toytoy.analytic.proof.boxes import BOUND, LOWER, UPPER, WIDTH, slope_bounds, sweep, value_bounds

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]
CASES = [(0.5, 1.0), (0.5, 0.4), (0.9, 0.95), (1.0, 1.0), (0.01, 0.01), (1e-3, 1e-3)]


def rules_of(p: float, r: float, excess: float = 0.0, tolerance: float = 0.0, **others: float) -> Array:
    told = {
        "P": p,
        "Q": p,
        "R": r,
        "EXCESS": excess,
        "TOLERANCE": tolerance,
        "EDGE": -1.0,
        "SOFT": 1.0,
        "UNIT": 2.0**-24,
    }
    rules = np.zeros(module.N_RULES)
    for name, number in (told | others).items():
        rules[getattr(module, name)] = number
    return rules


def plain(kernel: Any) -> Any:
    """Return a kernel as Python, so that what it calls can be replaced."""
    return getattr(kernel, "py_func", kernel)


def exact_excess(p: float, r: float, t: float, s: float, biases: tuple[float, float]) -> Fraction:
    """The loss of a model less r v, without rounding."""
    problem = tt.Problem.toy(2, importance=Fraction(r), density=Fraction(p))
    loss: Fraction = exact_loss(problem, [[Fraction(t), -Fraction(s)]], [Fraction(b) for b in biases])
    return loss - Fraction(r) * (Fraction(p) / 3 - Fraction(p) ** 2 / 4)


def test_the_closed_gain_of_an_open_output_is_enclosed() -> None:
    """What is known in closed form has roundings too: v a (2 - a) - w g² in exact fractions."""
    rng = np.random.default_rng(4)
    for _ in range(200):
        p, q, a = rng.uniform(0.2, 1.0), rng.uniform(0.2, 1.0), rng.uniform(0.01, 0.3)
        g = 0.05 * a
        assert module.never_shut(p, q, a, g)
        low, high = module.gains(p, q, a, g, 0.0, 0.0)
        v, w = (Fraction(x) / 3 - Fraction(x) ** 2 / 4 for x in (q, p))
        exact = v * Fraction(a) * (2 - Fraction(a)) - w * Fraction(g) ** 2
        assert low <= exact <= high <= low * (1 + 1e-13)


@pytest.mark.parametrize(("p", "r"), CASES)
def test_values_are_enclosed(p: float, r: float) -> None:
    """The upper end is the loss of a model, so the exact loss lies between the ends; also where v nearly cancels."""
    rng = np.random.default_rng(0)
    v = Fraction(p) / 3 - Fraction(p) ** 2 / 4
    for s in (*(2.0 ** -rng.integers(1, 20, 6)), *(np.round(rng.random(6) * 2**24) / 2**24)):
        t = float(np.round((1.0 + 0.3 * rng.normal() * min(s, 0.5)) * 2**24) / 2**24)
        low, high, bias, other, _, _ = value_bounds(t, s, 0.0, p / 2, rules_of(p, r))
        excess = exact_excess(p, r, t, float(s), (bias, other))
        assert low <= excess + Fraction(r) * v <= high
        assert high - low < 1e-12 * high
        low, high, _, _, _, _ = value_bounds(t, s, 0.0, p / 2, rules_of(p, r, excess=1.0))
        assert low <= excess
        assert high >= low
        gain = 1e-11 * float(v) * float(s) ** 2 + 1e-13 * float(v) * (float(s) > p / 4)
        assert excess - Fraction(low) < Fraction(gain + 1e-11 * abs(low))


def test_a_box_encloses_the_slopes_inside() -> None:
    p, r, h = 0.5, 0.8, 2.0**-12
    rules, box = rules_of(p, r), np.zeros(WIDTH)
    box[:4] = 0.875, 1.0, 0.75, 0.875
    _, _, bias, other, c, c2 = value_bounds(0.9375, 0.8125, 0.0, 0.0, rules)
    ends = slope_bounds(box, bias, other, c, c2, rules)
    for t in np.linspace(0.875, 1.0, 5):
        for s in np.linspace(0.75, 0.875, 5):
            values = [value_bounds(t + dt, s + ds, 0.0, 0.0, rules)[0] for dt, ds in ((h, 0), (-h, 0), (0, h), (0, -h))]
            assert ends[0] < (values[0] - values[1]) / (2 * h) < ends[1]
            assert ends[2] < (values[2] - values[3]) / (2 * h) < ends[3]
    assert ends[1] - ends[0] < 1.0
    assert ends[3] - ends[2] < 1.0


def grid(middle: float, below: tuple[float, float], above: tuple[float, float]) -> Box:
    """Give a box around a point of the diagonal, its ends multiples of a coarse unit."""
    ends = (middle - below[0], middle + above[0], middle - below[1], middle + above[1])
    left, right, down, up = (float(np.round(x * 2**20) / 2**20) for x in ends)
    return left, right, down, up


def run(boxes: list[Box], rules: Array, upper: float) -> tuple[int, Array, Array]:
    given, children, found = np.zeros((len(boxes), WIDTH)), np.zeros((2 * len(boxes), WIDTH)), np.zeros(module.N_OUT)
    given[:, :4], given[:, BOUND], found[UPPER], found[LOWER] = boxes, -np.inf, upper, np.inf
    return sweep(given, len(given), children, rules, found), children, found


W = 0.96896999130512516  # both weights of the optimum at p = 1/2, r = 1
LEAST = 0.0762824469895635733818


def test_the_box_of_the_optimum_stays_and_others_go() -> None:
    rules = rules_of(0.5, 1.0)
    near, far = (grid(W, below, above) for below, above in (((2e-3, 1e-3), (1e-3, 2e-3)), ((-0.1, 0.0), (0.11, 0.01))))
    n, children, found = run([far, near], rules, 1.0)
    assert n == 2
    assert found[UPPER] >= LEAST
    assert all(children[k, BOUND] <= LEAST for k in range(2))
    assert children[:2, 0].min() == near[0]
    assert abs(found[module.AT_T] - W) + abs(found[module.AT_S] - W) < 3e-3


def test_a_box_too_small_to_halve_keeps_its_bound() -> None:
    unit = 2.0**-24
    corner = float(np.round(W / unit) * unit)
    n, _, found = run(
        [(corner - unit, corner + unit, corner - unit, corner + unit)], rules_of(0.5, 1.0), LEAST * (1 - 1e-6)
    )
    assert n == 0
    assert LEAST * (1 - 1e-11) < found[LOWER] <= LEAST


def test_a_box_is_halved_as_long_as_four_units_are_left() -> None:
    unit = 2.0**-24
    t = float(np.round(W / unit) * unit)
    ways = (4, 2, "t"), (2, 4, "s"), (3, 3, ""), (2, 5, "s"), (5, 2, "t"), (3, 4, "s"), (4, 3, "t")
    for wide, tall, wanted in ways:
        box = (t - 2 * unit, t + (wide - 2) * unit, t - 2 * unit, t + (tall - 2) * unit)
        n, children, _ = run([box], rules_of(0.5, 1.0), 1.0)
        assert n == (2 if wanted else 0)
        if wanted:
            sides = children[:2, :4].tolist()
            k = 0 if wanted == "t" else 2
            assert sides[0][k + 1] == sides[1][k] == 0.5 * (box[k] + box[k + 1])
            assert sides[0][2 - k : 4 - k] == sides[1][2 - k : 4 - k] == list(box[2 - k : 4 - k])


def test_an_output_is_never_shut_up_to_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """b* >= g, for b* = q (1 - a) / 2 + p g / 2 while the output is open; and then its gain is v a (2 - a) - w g²."""
    for p, q, a in ((0.5, 0.25, 0.125), (0.25, 1.0, 0.75)):
        g = 0.5 * q * (1 - a) / (1 - 0.5 * p)
        assert module.never_shut(p, q, a, g * (1 - 1e-13))
        assert not module.never_shut(p, q, a, g * (1 - 1e-16))
        assert not module.never_shut(p, q, a, g * (1 + 1e-13))
    assert module.SLACK == 2.0**-49
    monkeypatch.setattr(module, "SLACK", 0.25)
    assert [plain(module.never_shut)(0.5, 0.5, 0.25, g) for g in (0.0624, 0.0625, 0.07)] == [True, False, False]
    monkeypatch.setattr(module, "never_shut", lambda *_: True)
    va, wg = 0.25 * (4 - 0.75) / 12 * 0.5, 0.5 * (4 - 1.5) / 12 * 0.25
    ends = [va * 1.5 - wg + sign * 0.25 * (2 * va + wg) for sign in (-1, 1)]
    assert plain(module.gains)(0.5, 0.25, 0.5, 0.5, 0.0, 0.0) == pytest.approx(ends, rel=1e-14)
    monkeypatch.setattr(module, "never_shut", lambda *_: False)  # else it is v less the output's loss
    ends = [2 * va * 0.75 - 0.015625, 2 * va * 1.25 - 0.0078125]
    assert plain(module.gains)(0.5, 0.25, 0.5, 0.5, 0.0078125, 0.015625) == pytest.approx(ends, rel=1e-14)


def noting(asked: list[tuple[float, ...]], part: slice, answer: tuple[float, ...]) -> Any:
    """Stand in for a kernel: note what it is asked, give one answer."""

    def stand_in(*given: float) -> tuple[float, ...]:
        asked.append(given[part])
        return answer

    return stand_in


LOSSES = {0.0625: (0.25, 0.375, 0.5, 0.75), 0.015625: (0.125, 0.1875, 0.0625, 0.875)}  # by the square of the weight


@pytest.mark.parametrize(("excess", "soft", "extra"), [(0.0, 1.0, 0.0), (0.0, 0.03125, 0.5), (1.0, 0.0078125, 0.5)])
def test_values_are_put_together_from_those_of_the_outputs(
    excess: float, soft: float, extra: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand, at t = 1/4, s = 1/8, r = 3/4; what is demanded beyond is demanded in full from s² = soft on."""
    asked: list[tuple[float, ...]] = []

    def minimum(*given: float) -> tuple[float, ...]:
        asked.append(given)
        return LOSSES[given[2]]

    monkeypatch.setattr(module, "row_minimum", minimum)
    monkeypatch.setattr(module, "gains", noting(asked, slice(None), (0.0625, 0.15625)))
    monkeypatch.setattr(module, "SLACK", 2.0**-6)
    rules = rules_of(0.5, 0.75, excess, Q=0.25, EXTRA=extra, SOFT=soft)
    low, high, *rest = plain(value_bounds)(0.25, 0.125, -1.0, -2.0, rules)
    assert asked[:2] == [(0.5, 0.25, 0.0625, 0.03125, -1.0, 2.0**-48), (0.25, 0.5, 0.015625, 0.03125, -2.0, 2.0**-48)]
    assert asked[2:] == ([(0.5, 0.25, 0.015625, 0.03125, 0.125, 0.1875)] if excess else [])
    other = (-0.15625, -0.0625) if excess else (0.125, 0.1875)
    taken = extra * (1 - max(1 - 0.015625 / soft, 0.0) ** 2)
    slack = 2.0**-6 * (0.25 + 0.75 * abs(other[0]) + extra)
    assert (low, high) == (0.25 + 0.75 * other[0] - taken - slack, 0.375 + 0.75 * other[1] - taken + slack)
    assert rest == [0.5, 0.0625, 0.75, 0.875]


WAYS = [((-0.5, 0.25), (0.125, 0.75)), ((0.25, 1.0), (-0.75, -0.125)), ((-1.0, -0.25), (-0.75, -0.125))]


@pytest.mark.parametrize(("own", "other"), WAYS)
@pytest.mark.parametrize(("soft", "extra"), [(1.0, 0.0), (2.0, 0.75), (0.25, 0.5), (0.03125, 0.5)])
def test_slopes_are_put_together_from_those_of_the_outputs(
    own: tuple[float, float], other: tuple[float, float], soft: float, extra: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chain rule by a = t², s² and g = ts, over t in [1/2, 1] and s in [1/4, 3/4], the outputs' slopes given."""
    asked: list[tuple[float, ...]] = []

    def slopes(*given: float) -> tuple[float, ...]:
        asked.append(given)
        return (*own, *other) if len(asked) == 1 else (*other, *own)

    monkeypatch.setattr(module, "row_slopes", slopes)
    monkeypatch.setattr(module, "SLACK", 2.0**-6)
    rules, t, s, r = rules_of(0.5, 0.75, Q=0.25, EXTRA=extra, SOFT=soft), (0.5, 1.0), (0.25, 0.75), 0.75
    box = np.array([*t, *s, 9.0, 9.0, 9.0])
    found = plain(slope_bounds)(box, -1.0, -2.0, -3.0, -4.0, rules)
    assert asked == [
        (0.5, 0.25, 0.25, 1.0, 0.125, 0.75, -1.0, -3.0, 2.0**-48),
        (0.25, 0.5, 0.0625, 0.5625, 0.125, 0.75, -2.0, -4.0, 2.0**-48),
    ]

    def by(ends: tuple[float, float], side: tuple[float, float], factor: float) -> list[float]:
        reached = [factor * x * y for x in ends for y in side]
        return [min(reached), max(reached)]

    entry = (-other[1] - r * own[1], -other[0] - r * own[0])  # -g is the entry
    parts = [[by(own, t, 2.0), by(entry, s, 1.0)], [by(other, s, 2.0 * r), by(entry, t, 1.0)]]
    pull = [4 * extra / soft * x * max(1 - y * y / soft, 0.0) for x, y in ((s[1], s[0]), (s[0], s[1]))]
    for k, (one, two) in enumerate(parts):
        slack = 2.0**-6 * (max(np.abs(one)) + max(np.abs(two)) + k * 4 * extra / soft * s[1])
        assert found[2 * k] == one[0] + two[0] - k * pull[0] - slack
        assert found[2 * k + 1] == one[1] + two[1] - k * pull[1] + slack


SIDES = [0.5, 1.0, 0.25, 0.5]
# What a sweep is told of a box of t in [1/2, 1] and s in [1/4, 1/2]: the slopes by t and s, by the side that is halved.
HALVED: dict[str, list[tuple[float, float, float, float]]] = {
    "t": [
        (-1, 1, -1, 1),
        (0, 1, -1, 1),
        (-1, 0, -1, 1),
        (-1, 1, -1, 0),
        (-1, 1, 0, 1),
        (-1, 0.5, -2, 1),
    ],  # last: a tie
    "s": [(-0.5, 1, -1, 2.25), (-0.25, 0.5, -1.25, 0.5)],
    "": [(0.5, 1, -1, 1), (-1, -0.5, -1, 1), (-1, 1, -1, -0.5), (-1, 1, 0.5, 1)],
}


@pytest.mark.parametrize(("slopes", "halved"), [(slopes, side) for side, cases in HALVED.items() for slopes in cases])
@pytest.mark.parametrize("edge", [0.125, 0.25])
def test_a_box_goes_if_a_slope_cannot_vanish_and_else_is_halved_where_it_costs_most(
    slopes: tuple[float, float, float, float], halved: str, edge: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rising by s it goes too, unless its lower end is the region's."""
    asked: list[tuple[float, ...]] = []
    monkeypatch.setattr(module, "value_bounds", noting(asked, slice(4), (0.5, 0.625, 7, 8, 9, 10)))
    monkeypatch.setattr(module, "slope_bounds", noting(asked, slice(1, 5), slopes))
    monkeypatch.setattr(module, "SLACK", 2.0**-6)
    found, children = np.array([0.75, 3, 3, 3, 3, 0.5]), np.zeros((3, WIDTH))
    n = plain(sweep)(np.array([[*SIDES, 5.0, 6.0, -2.0]]), 1, children, rules_of(0.5, 1.0, EDGE=edge), found)
    assert asked == [(0.75, 0.375, 5.0, 6.0), (7, 8, 9, 10)]
    assert found.tolist() == [0.625, 0.75, 0.375, 7, 8, 0.5]
    halved = "t" if slopes[2] > 0.0 and edge == 0.25 else halved
    assert n == (2 if halved else 0)
    if halved:
        ends = np.array([SIDES] * 2)
        ends[0, 1 if halved == "t" else 3] = ends[1, 0 if halved == "t" else 2] = 0.75 if halved == "t" else 0.375
        assert children[:2, :BOUND].tolist() == [[*each, 7.0, 8.0] for each in ends]
        cost = 0.25 * max(np.abs(slopes[:2])) + 0.125 * max(np.abs(slopes[2:]))
        assert children[:2, BOUND].tolist() == [0.5 - cost * 1.015625 - 0.0078125] * 2


@pytest.mark.parametrize(("low", "known", "goes"), [(0.25, -1.0, True), (0.125, 0.25, True), (0.125, 0.1875, False)])
def test_a_box_goes_from_its_threshold_on(
    low: float, known: float, goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here 3/4 - (3/4 + 5/4) / 4 = 1/4, met by the new bound or by the one it came with; and the better is kept."""
    monkeypatch.setattr(module, "value_bounds", lambda *_: (low, 0.75, 7, 8, 9, 10))
    monkeypatch.setattr(module, "slope_bounds", lambda *_: (0.0, 0.0, 0.0, 0.0))
    monkeypatch.setattr(module, "SLACK", 2.0**-80)
    rules, found = rules_of(0.5, 1.0, tolerance=0.25, OFFSET=1.25), np.array([0.75, 3, 3, 3, 3, 0.625])
    children = np.zeros((2, WIDTH))
    n = plain(sweep)(np.array([[*SIDES, 5.0, 6.0, known]]), 1, children, rules, found)
    assert (n == 0) == goes
    assert found.tolist() == [0.75, 3, 3, 3, 3, 0.25 if goes else 0.625]
    assert goes or children[:, BOUND].tolist() == [max(low, known)] * 2
