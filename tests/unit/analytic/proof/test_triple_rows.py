"""One output of (3,2): moments and loss against exact fractions, between bounds that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.proof import triple_rows as module
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


def test_an_output_alone_opens_where_its_bias_lets_it() -> None:
    """Shut up to -a, cut up to 0, open beyond: E z₊, E x z₊, E x 1, E x² 1 the chance, by hand, p = a = 1/2."""
    for u in (-0.5, -0.75, -2.0):
        assert module.own_moments(0.5, 0.5, u) == (0.0,) * 5
        assert module.own_loss(0.5, 0.5, u) == pytest.approx(1 / 6, rel=1e-15)
    half = 0.5
    # x from 1/2 on: z = (x - 1/2) / 2
    cut = [half * x for x in (1 / 16, (1 / 3 - 1 / 24) / 2 - (1 / 2 - 1 / 8) / 4, 3 / 8, 7 / 24, 1 / 2)]
    assert module.own_moments(half, 0.5, -0.25) == pytest.approx(cut, rel=1e-14)
    assert module.own_moments(half, 0.5, 0.25) == pytest.approx(
        (0.375, half * (1 / 8 + 1 / 6), 0.25, 1 / 6, 1.0), rel=1e-14
    )
    at_hinge = (0.125, half / 6, 0.25, 1 / 6, 0.5)  # z is 0, not on, while x is silent
    assert module.own_moments(half, 0.5, 0.0) == pytest.approx(at_hinge, rel=1e-14)
    assert module.own_moments(half, 0.0, 0.0) == (0.0,) * 5


def test_where_a_line_crosses_a_level() -> None:
    assert [module.crossing(0.5, 0.0, rise) for rise in (1.0, 2.0, 0.25, -1.0, 0.0)] == [0.5, 0.25, 1.0, 0.0, 0.0]
    assert [module.crossing(-0.5, 0.25, rise) for rise in (-1.0, -3.0, 1.0)] == [0.75, 0.25, 0.0]
    assert module.ordered(2.0, 1.0) == module.ordered(1.0, 2.0) == (1.0, 2.0)


def test_corners_are_sorted_and_are_where_the_ends_of_y_meet_a_hinge() -> None:
    rng = np.random.default_rng(9)
    for _ in range(60):
        a, c, d, b = float(rng.random()), *(float(x) for x in rng.normal(size=3))
        wanted = sorted(min(max((level - b - y * c) / d, 0.0), 1.0) for level in (0.0, -a) for y in (0.0, 1.0))
        assert module.corners(a, c, d, b) == pytest.approx(wanted, rel=1e-12, abs=1e-13)
    ends = [module.stretch(k, 0.1, 0.2, 0.4, 0.7) for k in range(5)]
    assert ends == [(0.0, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.7), (0.7, 1.0)]


def test_at_equal_sizes_inputs_are_taken_as_they_come() -> None:
    for c, d in ((0.25, 0.25), (-0.25, 0.25), (0.5, -0.25), (0.0, -0.5), (-0.5, 0.0)):
        case = 0.5, 0.75, c, d, 0.125
        assert triple_moments(*case) == pytest.approx([float(x) for x in exact_moments(*case)], rel=1e-13)
        assert triple_loss(*case) == pytest.approx(float(exact_loss(*case)), rel=1e-13)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("c", "d"), [(0.0, -0.75), (1.0, 1.5), (-1.0, 1.25), (0.5, -0.25), (0.25, 0.75), (-0.5, -0.125)]
)
def test_sums_of_a_few_rows_are_exact(seed: int, c: float, d: float) -> None:
    """Open, cut and shut in turn, of all densities: two Gauss points along y and three along w leave no error."""
    p, a, b = (0.3, 0.5, 1.0, 0.1, 0.7)[seed], (0.75, 0.25, 1.25, 0.0, 0.5)[seed], (0.1, -0.3, -0.6, 0.3, -0.1)[seed]
    assert triple_moments(p, a, c, d, b) == pytest.approx(
        [float(x) for x in exact_moments(p, a, c, d, b)], rel=1e-12, abs=1e-15
    )
    assert triple_loss(p, a, c, d, b) == pytest.approx(float(exact_loss(p, a, c, d, b)), rel=1e-14)
