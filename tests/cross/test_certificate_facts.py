"""The facts on which certificates rest, as docs/derivations/certificate.md states them: exact, or searched densely."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.fraction import exact_loss
from toytoy.analytic.proof import onset_bound as lemma
from toytoy.analytic.proof.onset_minimum import least_ratio
from toytoy.analytic.proof.row_bounds import row_loss, row_moments
from toytoy.analytic.stability import kappa, threshold

F = Fraction
Array = np.ndarray[Any, np.dtype[np.float64]]
BOUNDARY_AT_HALF = 0.53573876406532962


def variance(p: Any) -> Any:
    return p / 3 - p * p / 4


def exact_row(p: Fraction, weights: list[Fraction], b: Any) -> Fraction:
    """Compute the loss of the first output: its entries are w_1² and w_1 w_i; all densities p."""
    n = len(weights)
    problem = tt.Problem(n_features=n, n_hidden=1, density=p, importance=(1,) + (0,) * (n - 1))
    return F(exact_loss(problem, [weights], [b] + [0] * (n - 1)))


def h(p: Any, a: Any, u: Any) -> Any:
    """Compute h_a(u) as the page prints it."""
    if u >= 0:
        return u * u - p * (1 - a) * u + p * (1 - a) ** 2 / 3
    if u >= -a:
        return p * ((1 - a) ** 2 / 3 - (1 - a) * u + u * u + (1 + a) * u**3 / (3 * a * a))
    return p / 3


def lone(p: Any, a: Any) -> Any:
    return p * (1 - a) / 2 if a <= 1 else -a * (a - 1) / (a + 1)


def floor(p: Any, a: Any) -> Any:
    return variance(p) * (1 - a) ** 2 if a <= 1 else p * (a - 1) ** 2 / (3 * (a + 1) ** 2)


def fraction(rng: np.random.Generator, low: float, high: float) -> Fraction:
    return F(round(float(rng.uniform(low, high)) * 64), 64)


@pytest.mark.equation("certificate-row")
def test_one_output_is_an_average_of_h() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        p, w, u = fraction(rng, 0.1, 1), fraction(rng, 0.1, 1.6), fraction(rng, -3, 2)
        assert h(p, w * w, u) == exact_row(p, [w], u)
    p, w, c, b = F(1, 2), F(5, 4), F(-3, 4), F(1, 3)
    n = 400  # midpoints: the error is of second order
    inner = sum((h(p, w * w, b + w * c * F(2 * k + 1, 2 * n)) for k in range(n)), F(0)) / n
    assert float((1 - p) * h(p, w * w, b) + p * inner) == pytest.approx(float(exact_row(p, [w, c], b)), abs=1e-6)


@pytest.mark.equation("certificate-floor")
def test_no_output_costs_less_than_its_floor_and_alone_it_costs_that() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 3, 4):
        for _ in range(60):
            p, weights = (
                fraction(rng, 0.1, 1),
                [fraction(rng, 0.05, 1.6), *(fraction(rng, -1, 1) for _ in range(n - 1))],
            )
            a = weights[0] ** 2
            assert exact_row(p, weights, lone(p, a) + fraction(rng, -0.5, 0.5)) >= floor(p, a)
            assert exact_row(p, weights[:1], lone(p, a)) == floor(p, a)


def bowl(p: Fraction, weights: list[Fraction], n: int = 40) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """Compute the loss at biases from shut to wide open; return them, the losses and u*."""
    a, sum_c = weights[0] ** 2, sum((abs(weights[0] * w) for w in weights[1:]), F(0))
    low, high = -a, lone(p, a) + sum_c + F(1, 2)
    biases = [low + (high - low) * F(k, n) for k in range(n + 1)]
    return biases, [exact_row(p, weights, b) for b in biases], lone(p, a)


@pytest.mark.equation("certificate-bias")
@pytest.mark.parametrize("others", [1, 2, 3])
def test_opposite_entries_leave_one_best_bias(others: int) -> None:
    rng = np.random.default_rng(others)
    for _ in range(25):
        p = F(1) if rng.random() < 0.2 else fraction(rng, 0.1, 1)
        weights = [fraction(rng, 0.1, 1.6), *(fraction(rng, -1.2, -0.02) for _ in range(others))]
        biases, losses, low = bowl(p, weights)
        least = losses.index(min(losses))
        assert all(x >= y for x, y in pairwise(losses[: least + 1]))
        assert all(x < y for x, y in pairwise(losses[least:]))
        high = low + sum((abs(weights[0] * w) for w in weights[1:]), F(0))
        assert biases[max(least - 1, 0)] <= high
        assert biases[least + 1] >= low
        rises = [y - x for x, y in pairwise(losses[least:])]
        assert all(x <= y for x, y in pairwise(rises))  # convex on the right


@pytest.mark.equation("certificate-bias")
def test_what_it_does_not_say() -> None:
    _, losses, _ = bowl(F(1, 2), [F(1), F(-1, 2)])
    rises = [y - x for x, y in pairwise(losses)]
    assert any(x > y for x, y in pairwise(rises))  # not convex on the left
    # another input that is 1 nine times in ten: two minima
    two = [h(1, 1, F(k, 20)) + 9 * h(1, 1, F(k, 20) - F(6, 5)) for k in range(-10, 41)]
    assert sum(x < 0 < y for x, y in pairwise([y - x for x, y in pairwise(two)])) == 2


def least(p: float, q: float, a: float, c: float) -> float:
    """Compute min_b of the loss with one other input of density q, c of either sign, by grids."""
    low, high, losses = lone(p, a) - max(c, 0.0), lone(p, a) + max(-c, 0.0), [math.inf]
    for _ in range(12):
        biases = np.linspace(low, high, 21)
        losses = [aligned_loss(p, q, a, c, b) if c > 0 else row_loss(p, q, a, -c, b) for b in biases]
        k = int(np.argmin(losses))
        low, high = biases[max(k - 1, 0)], biases[min(k + 1, 20)]
    return float(min(losses))


def aligned_loss(p: float, q: float, a: float, c: float, b: float) -> float:
    """Compute the loss with an entry c > 0: the other input, y, replaced by 1 - y while it is active."""
    silent, active = row_loss(p, 0.0, a, 0.0, b), row_loss(p, 1.0, a, c, b + c)
    return float((1 - q) * silent + q * active)


@pytest.mark.equation("certificate-antipodal")
def test_opposite_is_never_worse_than_aligned() -> None:
    rng, gaps = np.random.default_rng(2), []
    assert aligned_loss(0.5, 0.5, 0.49, 0.35, 0.1) == pytest.approx(
        float(exact_row(F(1, 2), [F(7, 10), F(1, 2)], F(1, 10)))
    )
    for _ in range(150):
        p, a, k = rng.uniform(0.02, 1), rng.uniform(0.01, 2.5), rng.uniform(0.01, 1.5)
        q = p if rng.random() < 0.5 else rng.uniform(0.02, 1)
        opposite, aligned = least(p, q, a, -k), least(p, q, a, k)
        gaps.append(aligned / opposite - 1)
        assert opposite <= aligned * (1 + 1e-12)
        assert least(p, 1.0, a, k) == pytest.approx(least(p, 1.0, a, -k), rel=1e-9)  # always active: signs are free
    assert max(gaps) > 0.1


@pytest.mark.equation("certificate-antipodal")
def test_at_equal_level_h_is_less_steep_on_the_left() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        p, a = rng.uniform(0.02, 1), rng.uniform(0.05, 2.5)
        middle = lone(p, a)
        left = np.linspace(middle, -a, 400)[1:-1]
        for u in left[:: rng.integers(20, 40)]:
            lo, hi = middle, middle + 3 + a  # the mirror of u at its level
            for _ in range(80):
                at = (lo + hi) / 2
                lo, hi = (at, hi) if h(p, a, at) < h(p, a, u) else (lo, at)
            assert hi - middle <= (middle - u) * (1 + 1e-9) + 1e-7
            step = 1e-6
            steep = [abs(h(p, a, x + step) - h(p, a, x - step)) / (2 * step) for x in (u, hi)]
            assert steep[0] <= steep[1] * (1 + 1e-5) + 1e-7


@pytest.mark.equation("certificate-antipodal")
def test_of_several_others_the_one_that_hurts_most_bounds_the_loss() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        p, weights = fraction(rng, 0.1, 1), [fraction(rng, 0.2, 1.4), fraction(rng, -1, 1), fraction(rng, -1, 1)]
        a = weights[0] ** 2
        bounds = [least(float(p), float(p), float(a), -abs(float(weights[0] * w))) for w in weights[1:] if w]
        found = exact_row(p, weights, lone(p, a) + fraction(rng, -0.5, 0.5))
        assert float(found) >= max(bounds, default=0.0) * (1 - 1e-12)


def best_bias(p: float, a: float, g: float) -> float:
    """Find where E z₊ = E x 1{z>0} by bisection."""
    low, high = lone(p, a), lone(p, a) + g
    for _ in range(60):
        b = (low + high) / 2
        z, _, _, i, *_ = row_moments(p, p, a, g, b)
        low, high = (low, b) if z > i else (b, high)
    return float(low + high) / 2


@pytest.mark.equation("certificate-slope")
def test_the_slope_of_the_least_is_that_of_the_loss_and_has_no_jumps() -> None:
    rng, step = np.random.default_rng(5), 1e-5

    def value(p: float, a: float, g: float) -> float:
        return float(row_loss(p, p, a, g, best_bias(p, a, g)))

    def slopes(p: float, a: float, g: float) -> tuple[float, float]:
        _, zx, zy, _, ixx, ixy, _ = row_moments(p, p, a, g, best_bias(p, a, g))
        return 2 * (zx - ixx), 2 * (zy - ixy)

    for _ in range(300):
        p, a, g = rng.uniform(0.05, 1), rng.uniform(0.02, 2), rng.uniform(0.02, 1.5)
        by_a, by_c = slopes(p, a, g)
        assert (value(p, a + step, g) - value(p, a - step, g)) / (2 * step) == pytest.approx(by_a, abs=2e-8)
        assert (value(p, a, g - step) - value(p, a, g + step)) / (2 * step) == pytest.approx(by_c, abs=2e-8)
    # where b* = 0 half of the inputs sit on the hinge: slopes on both sides meet, second derivatives do not
    p, a, low, g = 0.5, 1.2, 0.01, 1.0
    for _ in range(60):
        middle = (low + g) / 2
        low, g = (middle, g) if best_bias(p, a, middle) < 0 else (low, middle)
    near = [slopes(p, a, g + d)[1] for d in (-2e-4, -1e-4, 0.0, 1e-4, 2e-4)]
    bends = np.diff(near) / 1e-4
    assert np.abs(np.diff(near)).max() < 2e-4
    assert abs(bends[0] - bends[-1]) > 30 * max(abs(bends[0] - bends[1]), abs(bends[2] - bends[3]))


@pytest.mark.equation("certificate-monotone")
def test_moments_grow_with_every_entry_and_the_bias() -> None:
    rng, grew = np.random.default_rng(6), np.zeros(6)
    for _ in range(2000):
        p, q, a, g, b = rng.uniform([0.02, 0.02, 0.0, 0.0, -2.0], [1, 1, 2, 1.5, 1])
        more = np.abs(rng.normal(size=3)) * rng.choice([0.0, 1e-3, 0.3], size=3)
        low = np.array(row_moments(p, q, a, g + more[1], b)[:6])
        high = np.array(row_moments(p, q, a + more[0], g, b + more[2])[:6])
        assert (low <= high * (1 + 1e-13) + 1e-300).all()
        grew += low < high * 0.99
    assert (grew > 500).all()
    problem = tt.Problem(n_features=4, n_hidden=1, density=F(1, 2), importance=(1, 0, 0, 0))
    # in the loss, which is a difference of moments, entries may help or hurt
    losses = [exact_loss(problem, [[1, F(k, 4), 0, 0]], [F(1, 8), 0, 0, 0]) for k in (-2, 0, 2)]
    assert losses[0] != losses[1] < losses[2]


@pytest.mark.equation("certificate-ratio")
def test_one_importance_serves_others() -> None:
    p, losses = 0.5, []
    v = variance(p)
    ratios = np.geomspace(0.4, 1.0, 7)
    for r in ratios:
        found = tt.minimize(tt.Problem.toy(2, importance=float(r), density=p), tt.Multistart(n_starts=8, seed=0))
        losses.append(found.loss.value)
        first, second = (
            tt.loss(tt.Problem(n_features=2, n_hidden=1, density=p, importance=i), found.weights, found.bias)
            for i in ((1, 0), (0, 1))
        )
        assert (losses[-1] < r * v * (1 - 1e-9)) == (r > BOUNDARY_AT_HALF)
        if second < v * (1 - 1e-9):
            assert first / (v - second) >= BOUNDARY_AT_HALF * (1 - 1e-12)
            assert all(first + more * second < more * v for more in np.linspace(r, 3, 20))
            assert all(second + more * first < v for more in np.linspace(r, 1 / r, 20))
    bends = np.diff(np.diff(losses) / np.diff(ratios))
    assert bends.max() < 1e-9  # concave
    assert bends.min() < -1e-4
    assert np.diff(losses / ratios).max() < 1e-9
    assert least_ratio(p, 0.24)[0] > BOUNDARY_AT_HALF


@pytest.mark.equation("certificate-cubic")
@pytest.mark.parametrize("p", [0.01, 0.3, 0.520247737, 0.7, 0.83731958, 1.0])
def test_the_cubic_coefficient_in_two_terms(p: float) -> None:
    beta = p * p / (4 - 7 * p + 4 * p * p + math.sqrt((4 - 3 * p) * (4 - 11 * p + 12 * p * p - 4 * p**3)))
    gain = 3 * threshold(p) * variance(p) * (p / 2 - beta)
    clipping = p * p * (1 - beta) ** 4 / 6
    assert gain - clipping == pytest.approx(kappa(p), abs=1e-15)


@pytest.mark.equation("certificate-box")
def test_the_lemma_proves_the_cruder_one() -> None:
    """Its length is 0.95 min(e, 1/30, p/2.2), with e from constants for the rest of the expansion."""
    checked = 0
    for p in np.geomspace(0.01, 1, 9):
        p = float(p)
        for fraction_of_threshold in (0.3, 0.8, 0.97, 0.999, 0.99999):
            gain = fraction_of_threshold * threshold(p) * variance(p)
            bend = 0.782 * p * (4.1 * (1 - p) + 17.6 * p)
            e = (threshold(p) * variance(p) - gain) / (bend + 6.7 * gain)
            length = min(e, 1 / 30, p / 2.2) / 1.05
            assert lemma._ratio(p, length) >= fraction_of_threshold * threshold(p)
            assert lemma.onset_bound(p, p).radius >= min(1 / 30, p / 2.2) / 1.05
            checked += 1
    assert checked == 45
