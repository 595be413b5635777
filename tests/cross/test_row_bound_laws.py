"""Bounds of a row: laws of its loss, what a coarse grid of biases costs, and bounds as sharp as they were."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from toytoy.analytic.proof import row_bounds as module
from toytoy.analytic.proof.row_bounds import ROUNDING, lone_bias, row_loss, row_minimum, row_moments, row_slopes

from tests.unit.analytic.proof.test_row_bounds import GRAIN, draws, plain, slopes

# A looser bound is a bound: how near the ends lie is held to what it was. p, q, a, g, size, then: the best bias, half
# the curvature there, and the ends of the slopes by a and by -g over a box around it.
SHARPNESS: list[tuple[tuple[float, float, float, float], float, list[float]]] = [
    ((0.5, 0.5, 0.9, 0.8), 0.125, [0.1107787, 0.6105155, -0.144032, 0.05025009, -0.09676049, 0.01474287]),
    ((0.5, 0.5, 0.9, 0.8), 0.0078125, [0.1107787, 0.6105155, -0.06064897, -0.04899056, -0.0585549, -0.05173723]),
    ((0.9, 0.3, 1.2, 0.6), 0.125, [-0.04529536, 0.7139689, -0.1668998, 0.1738525, -0.09870185, 0.01996273]),
    ((0.9, 0.3, 1.2, 0.6), 0.0078125, [-0.04529536, 0.7139689, 0.0005626229, 0.01984449, -0.05166704, -0.0448513]),
    ((0.1, 0.4, 0.5, 0.25), 0.125, [0.0426029, 0.6807017, -0.04543736, -0.0217286, -0.01809416, -0.001505714]),
    ((0.1, 0.4, 0.5, 0.25), 0.0078125, [0.0426029, 0.6807017, -0.03435746, -0.03303873, -0.01300692, -0.01212875]),
    ((1.0, 0.7, 0.9375, 0.03125), 0.125, [0.0421875, 1, -0.1793504, 0.1583921, -0.1332833, 0.1167656]),
    ((1.0, 0.7, 0.9375, 0.03125), 0.0078125, [0.0421875, 1, -0.02276367, 0.001542969, -0.01639029, 0.002287775]),
    ((0.25, 1.0, 0.75, 1.25), 0.125, [0.3125, 0.225, -0.1152417, 0.03067023, -0.0837092, 0.03881704]),
    ((0.25, 1.0, 0.75, 1.25), 0.0078125, [0.3125, 0.225, -0.05231002, -0.04269262, -0.03180258, -0.02382803]),
]


def test_moments_are_the_derivatives_of_the_loss() -> None:
    """Half the curvature too, by a difference of exact slopes inside one piece."""
    p, q, a, g, b = 0.5, 0.25, 0.75, 0.5, 0.125
    z, zx, zy, ix, ixx, ixy, c = row_moments(p, q, a, g, b)
    wanted = [float(x) for x in slopes(p, q, a, g, b)]
    assert [2 * (z - ix), 2 * (zx - ixx), 2 * (zy - ixy)] == pytest.approx(wanted, rel=1e-13)
    h = Fraction(1, 10**6)
    ahead, behind = (slopes(p, q, a, g, float(Fraction(b) + k * h))[0] for k in (1, -1))
    assert float((ahead - behind) / (4 * h)) == pytest.approx(c, rel=1e-8)


def test_a_coarse_grid_of_biases_is_paid_for() -> None:
    """The bias found lies off the best one by up to half a grain: the lower bound must lie below the true minimum."""
    off = 0
    for p, q, a, g, _ in draws(60, seed=3):
        low, here, _, _ = row_minimum(p, q, a, g, 0.3, 2.0**-6)
        least = row_minimum(p, q, a, g, 0.3, GRAIN)[1]  # at most this, an exact loss but for rounding
        assert low <= least, (p, q, a, g)
        off += here > least * (1 + 1e-9)
    assert off > 20  # the coarse grid does miss the best bias


def test_slopes_of_a_small_box_are_sharp() -> None:
    """The enclosure shrinks with the box: were it the whole range of slopes nothing would ever be discarded."""
    widths = []
    for size in (1e-2, 1e-3, 1e-4):
        _, _, b, c = row_minimum(0.5, 0.5, 0.9, 0.8, 0.0, GRAIN)
        al, ah, cl, ch = row_slopes(0.5, 0.5, 0.9 - size, 0.9 + size, 0.8 - size, 0.8 + size, b, c, GRAIN)
        widths.append(max(ah - al, ch - cl) / size)
    assert max(widths) < 4.0
    assert max(widths) < 1.5 * min(widths)


def square(a: Fraction, b: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """∫ ((1 - a) x - b)² dx."""
    e = 1 - a
    return e * e * (high**3 - low**3) / 3 - e * b * (high**2 - low**2) + b * b * (high - low)


@pytest.mark.parametrize("p", [1.0, 0.5, 0.125])
@pytest.mark.parametrize("a", [0.25, 1.0, 1.75])
@pytest.mark.parametrize("b", [0.5, 0.0, -0.125, -1.0, -2.0])
def test_without_a_partner_the_loss_is_that_of_a_feature_alone(p: float, a: float, b: float) -> None:
    density, own, bias = Fraction(p), Fraction(a), Fraction(b)
    opens = min(max(-bias / own, Fraction(0)), Fraction(1))  # x² before, the line behind
    exact = (1 - density) * max(bias, Fraction(0)) ** 2 + density * (
        opens**3 / 3 + square(own, bias, opens, Fraction(1))
    )
    for q in (1.0, 0.25):
        assert abs(Fraction(row_loss(p, q, a, 0.0, b)) - exact) <= ROUNDING * exact


@pytest.mark.parametrize(("case", "size", "wanted"), SHARPNESS)
def test_slopes_over_a_box_are_as_sharp_as_they_were(
    case: tuple[float, float, float, float], size: float, wanted: list[float]
) -> None:
    p, q, a, g = case
    _, _, b, c = row_minimum(p, q, a, g, 0.0, GRAIN)
    ends = row_slopes(p, q, a - size, a + 0.5 * size, max(g - 0.75 * size, 0.0), g + size, b, c, GRAIN)
    assert [b, c, *ends] == pytest.approx(wanted, rel=1e-6)


SEARCHES = [6, 6, 6, 6, 6, 6, 6, 6, 7, 6, 6, 7, 6, 6, 7, 6, 6, 7, 22, 22, 21, 22, 22, 21, 9, 9, 7, 9, 9, 7]
BOXES = [6, 6, 8, 6, 6, 6, 6, 6, 6, 6]


def counted(monkeypatch: pytest.MonkeyPatch, kernel: Any, *given: float) -> tuple[int, tuple[float, ...]]:
    """Count how often a kernel, run as plain Python, asks for moments."""
    calls, moments = [], module.row_moments

    def counting(*case: float) -> tuple[float, ...]:
        calls.append(case)
        found: tuple[float, ...] = moments(*case)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, "row_moments", counting)
        found = plain(kernel)(*given)
    return len(calls), found


def test_few_moments_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton's method takes a handful of steps, then one look to each side; a box takes two looks a try."""
    searches, slopes_of = [], []
    for (p, q, a, g), size, _ in SHARPNESS:
        for start in (-1.0, 0.0, 0.2):
            searches.append(counted(monkeypatch, row_minimum, p, q, a, g, start, GRAIN)[0])
        _, _, b, c = row_minimum(p, q, a, g, 0.0, GRAIN)
        box = (a - size, a + 0.5 * size, max(g - 0.75 * size, 0.0), g + size)
        slopes_of.append(counted(monkeypatch, row_slopes, p, q, *box, b, c, GRAIN)[0])
    assert searches == SEARCHES
    assert slopes_of == BOXES


@pytest.mark.parametrize(("p", "q", "a", "g"), [case for case, size, _ in SHARPNESS if size == 0.125])
def test_the_least_loss_gives_away_roundings_and_the_width_of_the_bias(p: float, q: float, a: float, g: float) -> None:
    """The loss at the bias found, ROUNDING to both sides, and below the square of (how sharp it is, three grains)."""
    for grain in (2.0**-10, 2.0**-14):
        low, high, b, _ = row_minimum(p, q, a, g, 0.1, grain)
        loss = row_loss(p, q, a, g, b)
        assert float(Fraction(high) - Fraction(loss)) == pytest.approx(2.0**-46 * loss, rel=0.02, abs=0)
        spread = float(Fraction(loss) - Fraction(low)) - ROUNDING * loss
        assert spread == pytest.approx((2.0**-26 * p * g + 3 * grain) ** 2, rel=1e-6, abs=0)
        assert b / grain == round(b / grain)


@pytest.mark.parametrize(("p", "q", "a", "g"), [case for case, size, _ in SHARPNESS if size == 0.125])
def test_a_bias_is_shown_to_lie_beside_the_best_one_by_more_than_roundings(
    p: float, q: float, a: float, g: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slope's sign is told by z (1 ± ROUNDING) against i (1 ∓ ROUNDING): just within, the bracket must widen."""
    for share, steps in ((0.9, 2), (1.1, 1)):
        near = share * 2 * ROUNDING
        looks: list[float] = []

        def told(*case: float, near: float = near, looks: list[float] = looks) -> tuple[float, ...]:
            looks.append(case[-1])
            if len(looks) == 1:  # Newton's method stops at once
                return 0.5 + 1e-12, 0.0, 0.0, 0.5, 0.0, 0.0, 1.0
            sign = 1.0 if case[-1] > looks[0] else -1.0
            size = near if len(looks) <= 3 else 0.1
            return 0.5 * (1.0 + sign * size), 0.0, 0.0, 0.5, 0.0, 0.0, 1.0

        with monkeypatch.context() as patch:
            patch.setattr(module, "row_moments", told)
            middle = lone_bias(p, a) + 0.5 * g
            plain(row_minimum)(p, q, a, g, middle, 2.0**-40)
        assert len(looks) == 1 + 2 * steps, share
