"""Moments in balls and in fractions: against the reference; rounding; a missing library is named."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from toytoy.analytic.balls.numbers import (
    BoxMoments,
    CubeMoments,
    ball,
    ball_ramp,
    enclosure,
    ends,
    hull,
    lower_ramp,
    precision,
    rational,
    to_digits,
    upper_ramp,
)

from tests.reference.exact import Cube

F = Fraction


def fraction(value: object) -> Fraction:
    return F(int(value.p), int(value.q))  # type: ignore[attr-defined]


@pytest.mark.equation("enclosure-moments")
@pytest.mark.parametrize("seed", range(6))
def test_moments_are_the_reference_in_fractions_and_hold_it_in_balls(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = [F(float(x)) for x in rng.normal(size=3) * rng.choice([0, 1e-12, 1, 1], size=3)]
    u = F(float(rng.choice([0.0, rng.normal()])))
    reference, exact = Cube(a, u), CubeMoments(rational(u), [rational(x) for x in a], lower_ramp)
    with precision(80):
        balls = CubeMoments(ball(u), [ball(x) for x in a], ball_ramp)
        for cube in range(8):
            inside = [i for i in range(3) if cube >> i & 1]
            for size in range(4):
                for powers in combinations_with_replacement(inside, size):
                    for q in (1, 2):
                        value = reference.moment(cube, powers, q)
                        assert fraction(exact.mean(cube, powers, q)) == value
                        assert value in enclosure(balls.mean(cube, powers, q))


@pytest.mark.equation("enclosure-monotone")
@pytest.mark.parametrize("seed", range(4))
def test_a_box_holds_the_moments_of_everything_in_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low = rng.normal(size=4) * 0.5
    high = low + rng.choice([0, 1e-6, 0.7], size=4)
    pairs = [(rational(float(x)), rational(float(y))) for x, y in zip(low, high, strict=True)]
    box = BoxMoments(pairs[0], pairs[1:])
    for share in rng.random((10, 4)):
        u, *a = (F(float(x)) for x in low + np.minimum(share * (high - low), high - low))
        a = [min(x, F(float(y))) for x, y in zip(a, high[1:], strict=True)]
        reference = Cube(a, min(u, F(float(high[0]))))
        for powers, q in (((), 1), ((), 2), ((1,), 1), ((0, 1), 0), ((2, 2), 0)):
            assert reference.moment(0b111, powers, q) in enclosure(box.mean(0b111, powers, q))


def test_ramps() -> None:
    assert [float(ball_ramp(arb(2), q)) for q in (-1, 0, 1, 2)] == [0, 1, 2, 2]
    assert all(ball_ramp(arb(-2), q) == 0 for q in (-1, 0, 1, 2))
    straddling = ball_ramp(arb(0, 0.5), 1)
    assert straddling.contains(arb(0))
    assert straddling.contains(arb(0.5))
    assert not ball_ramp(arb(0, 0.5), -1).is_finite()
    for q, most in ((0, 1.0), (1, 0.5), (2, 0.125)):
        low, high = ends(ball_ramp(arb(0, 0.5), q))
        assert abs(low) < F(1, 10**8)  # a radius is rounded up
        assert 0 <= high - F(most) < F(1, 10**8)
    assert (lower_ramp(fmpq(0), 0), upper_ramp(fmpq(0), 0)) == (0, 1)
    for ramp in (lower_ramp, upper_ramp):
        assert [ramp(fmpq(z), q) for z in (-1, 0, 2) for q in (0, 1, 2)][3:] == [ramp(fmpq(0), 0), 0, 0, 1, 2, 2]
        assert [ramp(fmpq(-1), q) for q in (0, 1, 2)] == [0, 0, 0]
    for near, wanted in ((0.5, (0, 1, 0.5, 0.125)), (-0.5, (0, 0, 0, 0))):  # exact on either side
        assert [ends(ball_ramp(arb(near), q)) for q in (-1, 0, 1, 2)] == [(F(x), F(x)) for x in wanted]
    for edge in (arb(0), arb(0.5, 0.5), arb(-0.5, 0.5)):  # where 0 is an end, a step may still be either
        low, high = ends(ball_ramp(edge, 0))
        assert -F(1, 10**8) < low <= 0
        assert 1 <= high < 1 + F(1, 10**8)
        assert not ball_ramp(edge, -1).is_finite()


def test_precision_is_given_back() -> None:
    before = ctx.prec
    with precision(100):
        assert ctx.prec == 332 + 40  # log2(10) of it, and twelve digits to spare
    with pytest.raises(ValueError, match="not finite"), precision(100):
        enclosure(arb(1) / arb(0))
    assert ctx.prec == before


def test_balls_hold_what_they_are_made_of() -> None:
    assert F(1, 3) in enclosure(ball(F(1, 3)))
    low, high = ends(hull(rational(0.1), rational(F(1, 3))))
    assert low <= F(0.1) < F(1, 3) <= high


def test_precision_doubles_until_it_suffices() -> None:
    seen: list[int] = []

    def compute() -> int:
        seen.append(ctx.prec)
        return len(seen)

    assert to_digits(10, compute, lambda found: 10.0 if found == 3 else 1.0) == 3
    bits = [int(digits * 3.3219281) + 40 for digits in (10, 20, 40, 80)]
    assert seen == bits[:3]
    seen.clear()
    assert to_digits(10, compute, lambda found: 0.0) == 4  # 1, 2, 4 and 8 times: then it gives up
    assert seen == bits
    seen.clear()
    assert to_digits(10, compute, lambda found: 10.0) == 1


def test_a_box_is_a_point_only_if_its_start_is_one_too() -> None:
    """E (u - x)₊ for 1 <= u <= 2 lies between 1/2 and 3/2, and takes both."""
    found = BoxMoments((fmpq(1), fmpq(2)), [(fmpq(-1), fmpq(-1))]).mean(0b1, (), 1)
    assert float(found.lower()) == pytest.approx(0.5)
    assert float(found.upper()) == pytest.approx(1.5)
    slopes = BoxMoments((fmpq(1), fmpq(1)), [(fmpq(-1), fmpq(1))]).mean(0b1, (), 1)  # E (1 + a x)₊
    assert float(slopes.lower()) == pytest.approx(0.5)
    assert float(slopes.upper()) == pytest.approx(1.5)


def test_a_box_of_no_size_takes_one_evaluation_and_is_exact() -> None:
    point = BoxMoments((fmpq(1), fmpq(1)), [(fmpq(-1, 2), fmpq(-1, 2)), (fmpq(0), fmpq(0))])
    assert ends(point.mean(0b11, (), 1)) == (F(3, 4), F(3, 4))
    for start, entry in (((fmpq(1), fmpq(1)), (fmpq(-1), fmpq(0))), ((fmpq(1), fmpq(2)), (fmpq(-1), fmpq(-1)))):
        low, high = ends(BoxMoments(start, [entry]).mean(0b1, (), 1))
        assert (float(low), float(high)) == pytest.approx((0.5, 1.0 if start[0] == start[1] else 1.5))
