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
from toytoy.analytic.proof.boxes import (
    AT_S,
    AT_T,
    BOUND,
    DOWN,
    EDGE,
    EXCESS,
    LEFT,
    LOWER,
    N_OUT,
    N_RULES,
    OFFSET,
    RIGHT,
    SOFT,
    TOLERANCE,
    UNIT,
    UP,
    UPPER,
    WIDTH,
    P,
    Q,
    R,
    slope_bounds,
    sweep,
    value_bounds,
)
from toytoy.analytic.proof.row_bounds import row_slopes

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]
CASES = [(0.5, 1.0), (0.5, 0.4), (0.9, 0.95), (1.0, 1.0), (0.01, 0.01), (1e-3, 1e-3)]


def rules_of(p: float, r: float, excess: float = 0.0, tolerance: float = 0.0) -> Array:
    rules = np.zeros(N_RULES)
    rules[[P, Q, R, EXCESS, TOLERANCE, OFFSET, EDGE, SOFT, UNIT]] = p, p, r, excess, tolerance, 0.0, -1.0, 1.0, 2.0**-24
    return rules


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
    box[[LEFT, RIGHT, DOWN, UP]] = 0.875, 1.0, 0.75, 0.875
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
    given, children, found = np.zeros((len(boxes), WIDTH)), np.zeros((2 * len(boxes), WIDTH)), np.zeros(N_OUT)
    given[:, LEFT : LEFT + 4], given[:, BOUND], found[UPPER], found[LOWER] = boxes, -np.inf, upper, np.inf
    return sweep(given, len(given), children, rules, found), children, found


W = 0.96896999130512516  # both weights of the optimum at p = 1/2, r = 1
LEAST = 0.0762824469895635733818


def test_the_box_of_the_optimum_stays_and_others_go() -> None:
    rules = rules_of(0.5, 1.0)
    near, far = (grid(W, below, above) for below, above in (((2e-3, 1e-3), (1e-3, 2e-3)), ((-0.1, 0.0), (0.11, 0.01))))
    n, children, found = run([near, far], rules, 1.0)
    assert n == 2
    assert found[UPPER] >= LEAST
    assert all(children[k, BOUND] <= LEAST for k in range(2))
    assert children[:2, LEFT].min() == near[0]
    assert abs(found[AT_T] - W) + abs(found[AT_S] - W) < 3e-3


def test_a_box_goes_for_its_value_only_above_the_threshold() -> None:
    size, middle = 2.0**-12, float(np.round(W * 2**12) / 2**12)
    box = (middle - size, middle + size, middle - size, middle + size)
    assert run([box], rules_of(0.5, 1.0, tolerance=1e-9), 1.0)[0] == 2
    n, _, found = run([box], rules_of(0.5, 1.0, tolerance=1e-3), 1.0)
    assert n == 0
    assert LEAST * (1 - 1e-3) < found[LOWER] <= LEAST


def test_a_box_too_small_to_halve_keeps_its_bound() -> None:
    unit = 2.0**-24
    corner = float(np.round(W / unit) * unit)
    n, _, found = run(
        [(corner - unit, corner + unit, corner - unit, corner + unit)], rules_of(0.5, 1.0), LEAST * (1 - 1e-6)
    )
    assert n == 0
    assert LEAST * (1 - 1e-11) < found[LOWER] <= LEAST


def test_a_wrong_sign_of_the_slope_would_lose_the_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: with the slope by the other entry turned around, the box of the optimum is thrown away."""
    rules, box = rules_of(0.5, 1.0), np.zeros(WIDTH)
    box[[LEFT, RIGHT, DOWN, UP]] = W - 1e-3, W + 1e-3, W - 1e-3, W + 1e-3
    _, _, bias, other, c, c2 = value_bounds(W, W, 0.0, 0.0, rules)
    plain: Any = slope_bounds
    right = getattr(plain, "py_func", plain)(box, bias, other, c, c2, rules)
    assert right[0] < 0.0 < right[1]

    def faulty(*given: float) -> tuple[float, float, float, float]:
        al, ah, cl, ch = row_slopes(*given)
        return al, ah, -ch, -cl

    monkeypatch.setattr(module, "row_slopes", faulty)
    wrong = getattr(plain, "py_func", plain)(box, bias, other, c, c2, rules)
    assert not wrong[0] < 0.0 < wrong[1]


def test_a_box_is_halved_as_long_as_four_units_are_left() -> None:
    unit = 2.0**-24
    t = float(np.round(W / unit) * unit)
    for wide, tall, wanted in (
        (4, 2, "t"),
        (2, 4, "s"),
        (3, 3, ""),
        (2, 5, "s"),
        (5, 2, "t"),
        (3, 4, "s"),
        (4, 3, "t"),
    ):
        box = (t - 2 * unit, t + (wide - 2) * unit, t - 2 * unit, t + (tall - 2) * unit)
        n, children, _ = run([box], rules_of(0.5, 1.0), 1.0)
        assert n == (2 if wanted else 0)
        if wanted:
            sides = children[:2, :4].tolist()
            k = 0 if wanted == "t" else 2
            assert sides[0][k + 1] == sides[1][k] == 0.5 * (box[k] + box[k + 1])
            assert sides[0][2 - k : 4 - k] == sides[1][2 - k : 4 - k] == list(box[2 - k : 4 - k])


def test_an_output_is_never_shut_up_to_its_bound() -> None:
    """b* >= g, for b* = q (1 - a) / 2 + p g / 2 while the output is open."""
    for p, q, a in ((0.5, 0.25, 0.125), (0.25, 1.0, 0.75)):
        g = 0.5 * q * (1 - a) / (1 - 0.5 * p)
        assert module.never_shut(p, q, a, g * (1 - 1e-13))
        assert not module.never_shut(p, q, a, g * (1 - 1e-16))
        assert not module.never_shut(p, q, a, g * (1 + 1e-13))


def test_an_interval_times_one_of_nothing_negative() -> None:
    for low, high, wanted in ((-2.0, 3.0, (-8.0, 12.0)), (2.0, 3.0, (1.0, 12.0)), (-3.0, -2.0, (-12.0, -1.0))):
        assert module.times(low, high, 0.5, 4.0) == wanted


def test_the_gain_of_an_output_that_may_be_shut_is_what_its_loss_leaves() -> None:
    p, q, a, g = 0.5, 0.25, 0.5, 0.75
    v = q / 3 - q * q / 4
    low, high = module.gains(p, q, a, g, 0.0078125, 0.015625)
    assert (low, high) == pytest.approx((v - 0.015625, v - 0.0078125), rel=1e-13)
    wider, widest = Fraction(v) - Fraction(0.015625) - Fraction(low), Fraction(high) - Fraction(v) + Fraction(0.0078125)
    assert float(wider) == pytest.approx(2.0**-49 * v, rel=0.25, abs=0)
    assert float(widest) == pytest.approx(2.0**-49 * v, rel=0.25, abs=0)
