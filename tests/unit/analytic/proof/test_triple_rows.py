"""One output of (3,2): moments and loss against exact fractions, between bounds that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.proof.triple_bounds import OVER, TINY, UNDER
from toytoy.analytic.proof.triple_boxes import ETA, SLACK
from toytoy.analytic.proof.triple_rows import triple_loss, triple_moments

from tests.reference.exact import Cube, Row, independent

Case = tuple[float, float, float, float, float]
POWERS: tuple[tuple[tuple[int, ...], int], ...] = (
    *(((), 1), ((0,), 1), ((1,), 1), ((2,), 1)),
    *(((0,), 0), ((0, 0), 0), ((0, 1), 0), ((0, 2), 0), ((), 0)),
)


def draws(count: int, seed: int = 0) -> Iterator[Case]:
    """Yield p, a, c, d, b: entries of all signs and sizes, zero and equal ones, biases on the hinges' corners."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        p = float(rng.choice([1.0, 0.9, 0.5, 0.1, 1e-3]))
        a = float(rng.choice([0.0, 1.0, 1.5 * rng.random(), 10 ** rng.uniform(-12, 0)]))
        c, d = (
            float(rng.choice([0.0, -0.5, 1.0, -1.0, rng.normal(), rng.choice([-1, 1]) * 10 ** rng.uniform(-15, 0)]))
            for _ in range(2)
        )
        b = float(rng.choice([0.0, -c, -d, -c - d, -a, -a - c, rng.normal(), p * rng.random(), -a * rng.random()]))
        yield p, a, c, d, b


def exact_moments(p: float, a: float, c: float, d: float, b: float) -> list[Fraction]:
    cube = Cube([Fraction(a), Fraction(c), Fraction(d)], Fraction(b))
    found = []
    for powers, order in POWERS:
        total = Fraction(0)
        for active, chance in independent((p, p, p)):
            if set(powers) <= set(active):
                total += chance * cube.moment(sum(1 << i for i in active), powers, order)
        found.append(total)
    return found


def exact_row(p: float, a: float, c: float, d: float, b: float) -> Row:
    return Row(0, [Fraction(a), Fraction(c), Fraction(d)], Fraction(b), ((0.0,), (0.0, 1.0)))


def exact_loss(p: float, a: float, c: float, d: float, b: float) -> Fraction:
    row = exact_row(p, a, c, d, b)
    return sum((k * row.error(active, False).value for active, k in independent((p, p, p))), Fraction(0))


def outside(eta: float, count: int) -> int:
    """Count moments that don't lie between those computed at biases moved by eta, each rounded outward."""
    misses = 0
    for p, a, c, d, b in draws(count):
        size = 1.0 + max(a, abs(c), abs(d), abs(b))
        low, high = (triple_moments(p, a, c, d, b + sign * eta * size) for sign in (-1.0, 1.0))
        for x, exact, y, (_, order) in zip(low, exact_moments(p, a, c, d, b), high, POWERS, strict=True):
            above = Fraction(y * OVER + TINY * p) >= exact
            below = Fraction(x * UNDER - TINY * p) <= exact or (order == 0 and b == 0.0)
            misses += not (above and below)
    return misses


@pytest.mark.equation("certificate-shift")
def test_moments_at_moved_biases_bound_the_exact_ones() -> None:
    """Also where a hinge lies on a corner and a moment jumps; without the move some bounds fail."""
    assert outside(ETA, 250) == 0
    assert outside(-ETA, 250) > 0


def test_the_loss_is_within_its_slack() -> None:
    """And the slack is not thousands of times too wide."""
    worst = 0.0
    for case in draws(300, seed=1):
        p, a, c, d, b = case
        size = 1.0 + np.sqrt(max(a, abs(c), abs(d), abs(b)))
        exact = exact_loss(*case)
        error = abs(Fraction(triple_loss(*case)) - exact) / Fraction(SLACK * p * size**4)
        worst = max(worst, float(error))
        assert Fraction(triple_loss(*case) * UNDER) - Fraction(SLACK * p * size**4) <= exact
    assert 1e-3 < worst < 0.5


def test_moments_are_the_derivatives_of_the_loss() -> None:
    for p, a, c, d, b in ((0.5, 0.75, -0.5, -0.25, 0.125), (0.1, 1.2, 0.3, -0.9, -0.05), (1.0, 0.9, 0.25, 0.5, 0.1)):
        z, zx, zy, zw, i, ixx, ixy, ixw, _ = triple_moments(p, a, c, d, b)
        row, wanted = exact_row(p, a, c, d, b), [Fraction(0)] * 4
        for active, chance in independent((p, p, p)):
            error = row.error(active)
            wanted[0] += chance * error.d_bias
            for k, slope in error.d_row.items():
                wanted[1 + k] += chance * slope
        found = [2 * (z - i), 2 * (zx - ixx), 2 * (zy - ixy), 2 * (zw - ixw)]
        assert found == pytest.approx([float(x) for x in wanted], rel=1e-11, abs=1e-15)


def test_inputs_change_places_and_drop_out() -> None:
    one, other = triple_moments(0.3, 0.8, -0.4, 0.2, 0.1), triple_moments(0.3, 0.8, 0.2, -0.4, 0.1)
    assert one == pytest.approx([other[k] for k in (0, 1, 3, 2, 4, 5, 7, 6, 8)], rel=1e-14)
    tiny = triple_moments(0.3, 0.8, -0.4, 1e-300, 0.1)
    assert tiny == pytest.approx(triple_moments(0.3, 0.8, -0.4, 0.0, 0.1), rel=1e-13)
