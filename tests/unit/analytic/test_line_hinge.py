"""One hinge's integral, against the corners of the cube, and the functions that it is made of, against 40 digits."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from toytoy.analytic.line_hinge import (
    ACTIVE,
    BY_OWN,
    BY_THETA,
    ROUNDING,
    SHORTER,
    SHORTEST,
    SILENT,
    SIZE,
    TAPER,
    exponential_tail,
    hinge_line,
    lane_sum,
    psi_derivatives,
    sine_excess,
    sum_error,
    taper,
)
from toytoy.analytic.line_pass import ALPHA, DENSITY, LANES, OTHERS, lane_arrays

from tests.reference.exact import Cube

EPS = float(np.finfo(float).eps)
RULE = (2.0, 0.35, 120)  # c, step, blocks: images e^(-36), an end of 670
P, Q = 0.3, 0.6  # densities of the other and of the own feature


def squares(theta: float, sizes: list[float]) -> float:
    """E (θ + Σ α x)₊² over the cube, by its corners."""
    total = 0.0
    for corner in itertools.product((0, 1), repeat=len(sizes)):
        v = theta + sum(a for a, on in zip(sizes, corner, strict=True) if on)
        total += (-1) ** (len(sizes) - sum(corner)) * max(v, 0.0) ** (2 + len(sizes))
    scale = np.prod([k + 3.0 for k in range(len(sizes))]) * np.prod(sizes)
    return total / float(scale)


def line(
    theta: float,
    own: float,
    others: list[float],
    small: int = 0,
    own_apart: bool = False,
    rule: tuple[float, float, int] = RULE,
    bend: tuple[float, float, float] = (1.0, 0.0, 0.0),
) -> tuple[np.ndarray, list[float]]:
    """Sums of κ = 1, D = 0 unless told, and the others' derivatives; each other has density P."""
    arrays, sums = lane_arrays(len(others) + 1), np.full(SIZE + 1, 3.0)
    n = len(others)
    arrays[1][:n, ALPHA], arrays[1][:n, DENSITY], arrays[1][:n, OTHERS] = others, P, (1 - P) ** (n - 1)
    arrays[1][:small, OTHERS] = 0.0
    hinge_line(small, own_apart, n, (own, Q), (theta, *bend), rule, True, arrays, sums)
    return sums, [P * rule[1] / np.pi * lane_sum(i, arrays[0]) for i in range(n)]


@pytest.mark.equation("line-hinge")
@pytest.mark.parametrize("theta", [-0.4, 0.1])
def test_the_integral_is_the_mean_over_sets_of_two_and_more(theta: float) -> None:
    own, others = 0.8, [0.7, -0.9]
    sums, by_others = line(theta, own, others)
    active = Q * (
        2 * 0 + P * (1 - P) * sum(squares(theta, [own, a]) for a in others) + P * P * squares(theta, [own, *others])
    )
    silent = (1 - Q) * P * P * squares(theta, others)
    reach = 2 * np.pi / RULE[1]
    error = sum_error(sums) + reach**2 * np.exp(-RULE[0] * reach)  # the end, and images
    assert error < 1e-8
    assert sums[SILENT] == pytest.approx(silent, abs=error)
    assert sums[ACTIVE] == pytest.approx(active, abs=error)
    step = 1e-5
    for at, found in ((BY_THETA, sums[BY_THETA]), (BY_OWN, sums[BY_OWN]), (-1, by_others[1])):
        moved = [
            line(
                theta + step * sign * (at == BY_THETA),
                own + step * sign * (at == BY_OWN),
                [others[0], others[1] + step * sign * (at == -1)],
            )[0]
            for sign in (1, -1)
        ]
        slope = (moved[0][[SILENT, ACTIVE]].sum() - moved[1][[SILENT, ACTIVE]].sum()) / (2 * step)
        assert found == pytest.approx(slope, rel=1e-5)  # of a difference over 1e-5 of sums good to 1e-11


def test_small_features_among_themselves_can_be_left_out() -> None:
    theta, own, others = 0.05, 0.8, [0.01, -0.02, 0.7]
    (whole, slopes), (without, less) = line(theta, own, others), line(theta, own, others, small=2)
    among = (1 - Q) * (1 - P) * P * P * squares(theta, others[:2])  # both, all else silent
    assert whole[SILENT] - without[SILENT] == pytest.approx(among, rel=1e-6)
    assert whole[ACTIVE] == without[ACTIVE]

    def pulled(a: float, rest: float) -> float:
        """Give the derivative of E v² by a, where v is never negative: 2 E v x."""
        return theta + 2 * a / 3 + rest / 2

    change = [(1 - Q) * (1 - P) * P * P * pulled(*pair) for pair in (others[:2], others[1::-1])]
    assert np.subtract(slopes, less) == pytest.approx([*change, 0.0], abs=1e-7)  # where the line ends
    own = 0.02
    (whole, slopes), (without, less) = line(theta, own, others), line(theta, own, others, small=2, own_apart=True)
    one = sum(squares(theta, [own, a]) for a in others[:2])
    with_own = Q * (1 - P) * (P * (1 - P) * one + P * P * squares(theta, [own, *others[:2]]))
    assert whole[ACTIVE] - without[ACTIVE] == pytest.approx(with_own, rel=1e-6)
    for k, (a, rest) in enumerate((others[:2], others[1::-1])):
        active = (1 - P) * pulled(a, own) + P * pulled(a, own + rest)
        assert slopes[k] - less[k] == pytest.approx(change[k] + Q * (1 - P) * P * active, abs=1e-7)
    assert slopes[2] == pytest.approx(less[2], abs=1e-7)


def test_entries_too_small_for_their_squares_count_as_the_smallest() -> None:
    arrays = lane_arrays(4)
    arrays[1][:4, ALPHA] = -1e-100, 1e-101, 0.0, 2e-100
    hinge_line(0, False, 4, (0.5, Q), (0.1, 1.0, 0.0, 0.0), (2.0, 0.35, 1), False, arrays, np.zeros(SIZE + 1))
    assert arrays[1][:4, ALPHA].tolist() == [-1e-100, 1e-100, 1e-100, 2e-100]


def test_the_error_sees_a_line_that_ends_too_early() -> None:
    exact, errors = (1 - Q) * P * P * squares(-0.1, [0.7, -0.9]), []
    for blocks in (2, 8, 32):
        sums = line(-0.1, 0.8, [0.7, -0.9], rule=(*RULE[:2], blocks))[0]
        errors.append((abs(sums[SILENT] - exact), sum_error(sums)))
    assert all(true <= claimed for true, claimed in errors)
    assert errors[0][1] > errors[1][1] > errors[2][1]
    sums[SHORTER] += 1.0
    assert sum_error(sums) > 1.0


@pytest.mark.parametrize("x", [-40.0, -0.51, -0.49, -1e-9, 0.0, 1e-3, 0.5, 0.6, 1.0, 30.0])
def test_the_real_functions_keep_their_digits(x: float) -> None:
    with mpmath.workdps(40):
        exact = mpmath.mpf(x)
        tail = (mpmath.exp(exact) - 1 - exact) / exact**2 if x else mpmath.mpf(1) / 2
        excess = mpmath.sin(exact) - exact
    assert exponential_tail(x) == pytest.approx(float(tail), rel=20 * EPS, abs=0.0)
    assert sine_excess(x) == pytest.approx(float(excess), rel=20 * EPS, abs=0.0)


@pytest.mark.parametrize("u", [0j, 1e-8 + 1e-9j, 0.7 - 0.7j, 1 + 0j, -1j, 1.0 + 0.1j, 1.9j, -20 + 3j, 5 + 200j])
def test_psi_and_its_derivatives_keep_their_digits(u: complex) -> None:
    with mpmath.workdps(40):
        moments: list[Any] = [mpmath.hyp1f1(k + 1, k + 2, u) / (k + 1) for k in range(3)]  # ∫ x^k e^(ux) over [0, 1]
    for found, exact in zip(psi_derivatives(u), moments, strict=True):
        assert abs(found - complex(exact)) <= (4 if abs(u) <= 1 else 50) * EPS * abs(complex(exact))


def test_the_taper_falls_smoothly_from_one_to_nothing() -> None:
    x = np.linspace(0.0, 1.2, 500)
    values = np.array([taper(float(at)) for at in x])
    assert (values[x <= TAPER] == 1.0).all()
    assert (values[x >= 1.0] == 0.0).all()
    assert (np.diff(values) <= 0).all()
    assert abs(np.diff(values)).max() < 3 * (x[1] - x[0]) / (1 - TAPER)


def bent_sums(theta: float, own: float, others: list[float], bend: tuple[float, float, float]) -> list[float]:
    """Sets without the own feature, and with it, of two and more: -2D (E[x_j h] - σ_t E[h]) + κ E[h²], in fractions."""
    kappa, change, level = map(Fraction, bend)
    cube, found = Cube([Fraction(a) for a in (own, *others)], Fraction(theta)), [Fraction(0), Fraction(0)]
    for on in itertools.product((0, 1), repeat=1 + len(others)):
        if sum(on) < 2:
            continue
        chance = Fraction(Q) if on[0] else 1 - Fraction(Q)
        for a in on[1:]:
            chance *= Fraction(P) if a else 1 - Fraction(P)
        active = sum(1 << i for i, a in enumerate(on) if a)
        own_part = cube.moment(active, (0,), 1) if on[0] else Fraction(0)
        error = 2 * kappa * cube.moment(active, (), 2) - 2 * change * (own_part - level * cube.moment(active, (), 1))
        found[on[0]] += chance * error
    return [float(x) for x in found]


@pytest.mark.parametrize("bend", [(0.0, 1.0, 0.0), (0.0, 1.0, 0.5), (-0.75, -1.5, 0.25)])
def test_a_change_of_slope_meets_the_own_feature_and_the_level(bend: tuple[float, float, float]) -> None:
    """Less is damped than of a square: the rule is longer, and slopes are those of the fractions."""
    theta, own, others, rule, step = -0.4, 0.8, [0.7, -0.9], (2.0, 0.5, 100), 2.0**-12
    sums, by_others = line(theta, own, others, rule=rule, bend=bend)
    expected = bent_sums(theta, own, others, bend)
    assert [sums[SILENT], sums[ACTIVE]] == pytest.approx(expected, abs=1e-8)
    assert sum_error(sums) < 1e-6
    assert sums[SIZE] > abs(sums[SILENT]) + abs(sums[ACTIVE])
    for at, found in enumerate((sums[BY_THETA], sums[BY_OWN], by_others[0], by_others[1])):
        up, down = ([x + sign * step * (k == at) for k, x in enumerate((theta, own, *others))] for sign in (1, -1))
        ends = [sum(bent_sums(x[0], x[1], x[2:], bend)) for x in (up, down)]
        assert found == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-5)  # the square of the step, and the end


def test_the_error_is_what_shorter_rules_miss() -> None:
    sums = np.zeros(SIZE + 1)
    sums[SILENT], sums[ACTIVE], sums[SHORTER], sums[SHORTEST], sums[SIZE] = 1.0, 2.0, 2.5, 4.5, 3.0
    assert sum_error(sums) == pytest.approx(2 * 0.5 + 2.0 / 4 + 3.0 * ROUNDING, rel=1e-15, abs=0.0)


def test_lanes_are_added_up_feature_by_feature() -> None:
    lanes = np.zeros(3 * 5 * LANES)
    gradient = 4 * LANES  # after γ and the prefix, each real and imaginary
    lanes[5 * LANES + gradient : 10 * LANES] = np.arange(1, LANES + 1)
    lanes[10 * LANES] = lanes[5 * LANES + gradient - 1] = 99.0
    assert [lane_sum(i, lanes) for i in range(2)] == [0.0, LANES * (LANES + 1) / 2]


def test_the_taper_is_the_polynomial_with_three_flat_derivatives_at_both_ends() -> None:
    """∫ t³ (1 - t)³ dt over its whole: 35 t⁴ - 84 t⁵ + 70 t⁶ - 20 t⁷."""
    for t in (0.125, 0.5, 0.75):
        whole = Fraction(1, 140)
        exact = sum(Fraction((-1) ** k * c, 4 + k) * Fraction(t) ** (4 + k) for k, c in enumerate((1, 3, 3, 1))) / whole
        assert taper(1.0 - t * (1.0 - TAPER)) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize("x", [0.5, -0.5, 0.3])
def test_series_are_taken_up_to_a_half(x: float) -> None:
    """At the seam sin x - x has lost five bits; the series has lost none."""
    with mpmath.workdps(40):
        excess = float(mpmath.sin(x) - mpmath.mpf(x))
        tail = float((mpmath.exp(x) - 1 - mpmath.mpf(x)) / mpmath.mpf(x) ** 2)
    assert sine_excess(x) == pytest.approx(excess, rel=2 * EPS, abs=0.0)
    assert exponential_tail(x) == pytest.approx(tail, rel=2 * EPS, abs=0.0)
