"""One output of (2,1): moments and loss against exact fractions, to a bound that can fail; enclosures over boxes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from toytoy.analytic.proof import row_bounds as module
from toytoy.analytic.proof.row_bounds import ROUNDING, lone_bias, row_loss, row_minimum, row_moments, row_slopes

from tests.reference.exact import Cube, Row, independent

RELU = ((0.0,), (0.0, 1.0))
UNIT = 2.0**-24  # the branch and bound's, for weights up to 2
GRAIN = UNIT * UNIT
DENSITIES = (1.0, 1.0 - 2.0**-30, 0.9, 0.5, 0.1, 1e-3, 1e-9)
POWERS: tuple[tuple[tuple[int, ...], int], ...] = (((), 1), ((0,), 1), ((1,), 1), ((0,), 0), ((0, 0), 0), ((0, 1), 0))


def rounded(x: float, unit: float) -> float:
    return float(np.round(x / unit) * unit)


def draws(count: int, seed: int = 0) -> Iterator[tuple[float, float, float, float, float]]:
    """Yield p, q, a, g, b as the branch and bound meets them: products of coarse weights, biases of all kinds."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        p, q = (float(rng.choice([*DENSITIES, rng.random() + 1e-4])) for _ in range(2))
        p, q = min(p, 1.0), min(q, 1.0)
        t, s = (
            float(rng.choice([2.0 * rng.random(), 1.0, 1.0 + 1e-3 * rng.normal(), 10 ** rng.uniform(-7, 0)]))
            for _ in range(2)
        )
        t, s = max(rounded(t, UNIT), UNIT), max(rounded(s, UNIT), UNIT)
        a, g = t * t, t * s
        b = float(rng.choice([0.0, g, -a, g - a, rng.normal(), p * rng.random(), g * rng.random(), -a * rng.random()]))
        yield p, q, a, g, rounded(b, GRAIN)


def exact_moments(p: float, q: float, a: float, g: float, b: float) -> list[Fraction]:
    """E x^α y^β G_k(z): by the law of the active set, and integrals over cubes."""
    cube = Cube([Fraction(a), -Fraction(g)], Fraction(b))
    out = []
    for powers, order in POWERS:
        total = Fraction(0)
        for active, chance in independent((p, q)):
            if set(powers) <= set(active):
                total += chance * cube.moment(sum(1 << i for i in active), powers, order)
        out.append(total)
    return out


def exact_loss(p: float, q: float, a: float, g: float, b: float) -> Fraction:
    row = Row(0, [Fraction(a), -Fraction(g)], Fraction(b), RELU)
    return sum((chance * row.error(active, False).value for active, chance in independent((p, q))), Fraction(0))


def worst_errors(count: int, seed: int = 0) -> tuple[float, float]:
    """Give the largest relative errors met, of moments and of losses."""
    moments, losses = Fraction(0), Fraction(0)
    for case in draws(count, seed):
        for found, wanted in zip(row_moments(*case), exact_moments(*case), strict=False):
            assert found >= 0.0
            assert (found == 0.0) == (wanted == 0), case
            moments = max(moments, abs(Fraction(found) / wanted - 1) if wanted else Fraction(0))
        wanted = exact_loss(*case)
        losses = max(losses, abs(Fraction(row_loss(*case)) / wanted - 1))
    return float(moments), float(losses)


def test_sums_of_positive_terms_are_relatively_exact() -> None:
    """The a-priori bound holds, and is no thousand times too wide: one a thousand times smaller would be refuted."""
    moments, losses = worst_errors(3000)
    print(f"worst relative error: moments {moments / ROUNDING:.3f}, losses {losses / ROUNDING:.3f} of the bound")
    assert ROUNDING / 1000 < moments <= ROUNDING
    assert ROUNDING / 1000 < losses <= ROUNDING


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_few_sums_are_exact_too(seed: int) -> None:
    assert ROUNDING == 2.0**-46
    assert max(worst_errors(40, seed)) <= ROUNDING


@pytest.mark.parametrize("a", [0.0, 0.25, 0.75])
@pytest.mark.parametrize("g", [0.0, 0.25, 1.0])
def test_where_hinges_meet_corners_moments_are_exact_and_so_is_half_the_curvature(a: float, g: float) -> None:
    """The latter by a difference of exact slopes to the right, but where all is shut, up to b = -a: there it is 0."""
    p, q, h = 0.5, 0.25, Fraction(1, 10**9)
    for b in (0.25, 0.0, 0.125 - a, -a, g - a, g, -a - 0.125):
        *found, c = row_moments(p, q, a, g, b)
        assert found == pytest.approx([float(x) for x in exact_moments(p, q, a, g, b)], rel=1e-14, abs=0)
        assert Fraction(row_loss(p, q, a, g, b)) == pytest.approx(exact_loss(p, q, a, g, b), rel=ROUNDING, abs=0)
        assert np.isfinite(c)
        if a > 0.0:
            near, far = (slopes(p, q, a, g, Fraction(b) + k * h)[0] for k in (1, 2))
            assert c == (0.0 if b <= -a else pytest.approx(float((far - near) / (2 * h)), rel=1e-6, abs=1e-8))


def slopes(p: float, q: float, a: float, g: float, b: float | Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """The loss's exact derivatives by b, by a and by the other entry, -g."""
    row = Row(0, [Fraction(a), -Fraction(g)], Fraction(b), RELU)
    total = [Fraction(0)] * 3
    for active, chance in independent((p, q)):
        error = row.error(active)
        total[0] += chance * error.d_bias
        for i, slope in error.d_row.items():
            total[1 + i] += chance * slope
    return total[0], total[1], total[2]


def test_the_least_loss_over_the_bias_is_bounded_from_both_sides() -> None:
    """Against exact losses at a fine grid of biases; the gap is far below what a box may cost."""
    for p, q, a, g, _ in draws(60, seed=1):
        low, high, best, _ = row_minimum(p, q, a, g, 0.3, GRAIN)
        assert low <= high <= low * (1 + 1e-9) + 1e-13 * p
        assert low <= exact_loss(p, q, a, g, best) <= high
        start = lone_bias(p, a)
        grid = [float(b) for b in np.linspace(start - 0.1 * g, start + 1.1 * g, 41)] + [best + d for d in (-1e-5, 1e-5)]
        assert all(exact_loss(p, q, a, g, b) >= low for b in grid), (p, q, a, g)


def boxes(count: int) -> Iterator[tuple[float, float, float, float, float, float]]:
    """Yield p, q and the ends of a box of a and g, of all sizes, some down to zero."""
    rng = np.random.default_rng(2)
    for _ in range(count):
        p, q = (float(rng.choice(DENSITIES)) for _ in range(2))
        t, s, size = 1.5 * rng.random(), 1.5 * rng.random(), 10 ** rng.uniform(-5, -0.3)
        t0, s0 = (rounded(max(x - size, 0.0), UNIT) for x in (t, s))
        t1, s1 = (rounded(x + size, UNIT) for x in (t, s))
        yield p, q, t0 * t0, t1 * t1, t0 * s0, t1 * s1


def test_slopes_over_a_box_are_enclosed() -> None:
    """At points of the box, its corners among them: exact slopes at the best bias there lie inside the ends."""
    rng = np.random.default_rng(3)
    for p, q, a0, a1, g0, g1 in boxes(150):
        middle = rounded((a0 + a1) / 2, GRAIN), rounded((g0 + g1) / 2, GRAIN)
        _, _, b, c = row_minimum(p, q, *middle, 0.0, GRAIN)
        al, ah, cl, ch = row_slopes(p, q, a0, a1, g0, g1, b, c, GRAIN)
        shares = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], *rng.random((2, 2)).tolist()]
        for share_a, share_g in shares:
            a, g = a0 + share_a * (a1 - a0), max(g0 + share_g * (g1 - g0), GRAIN)
            _, _, best, _ = row_minimum(p, q, max(a, GRAIN), g, b, GRAIN)
            _, by_a, by_c = (float(x) for x in slopes(p, q, max(a, GRAIN), g, best))
            assert al - 1e-10 * p <= by_a <= ah + 1e-10 * p, (p, q, a0, a1, g0, g1)
            assert cl - 1e-10 * p <= by_c <= ch + 1e-10 * p, (p, q, a0, a1, g0, g1)


@pytest.mark.parametrize("p", [1.0, 0.5])
@pytest.mark.parametrize("a", [0.25, 1.0, 1.5, 3.0])
def test_the_lone_bias_is_the_best_without_a_partner(p: float, a: float) -> None:
    best = lone_bias(p, a)
    least = row_loss(p, 0.5, a, 0.0, best)
    # off by δ costs about δ² c / 2, the curvature c at least p / 4 here: far above rounding
    assert all(row_loss(p, 0.5, a, 0.0, best + off) > least + 0.1 * p * 1e-6 for off in (-1e-3, 1e-3))


def plain(kernel: Any) -> Any:
    """Return a kernel as Python, so that what it calls can be replaced."""
    return getattr(kernel, "py_func", kernel)


def test_the_best_bias_lies_between_the_lone_one_and_g_above_but_for_roundings() -> None:
    for p, a, g, low, high in ((0.5, 0.5, 0.375, 0.125, 0.5), (0.5, 3.0, 2.0, -1.5, 0.5), (0.5, 1.0, 0.5, 0.0, 0.5)):
        past = 2.0**-50 * abs(low), 2.0**-50 * (abs(low) + g)
        assert plain(module.bias_range)(p, a, g) == (low, high, low - past[0], high + past[1])


def test_where_no_sign_can_be_told_the_whole_range_of_biases_is_paid_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After sixty steps, and twelve looks to both sides."""
    looks: list[float] = []

    def untold(*case: float) -> tuple[float, ...]:
        looks.append(case[-1])
        return 1.0 + module.EPS, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0

    monkeypatch.setattr(module, "row_moments", untold)
    low, _, b, _ = plain(row_minimum)(2.0**-100, 0.5, 1.0, 2.0**40, 0.25, 2.0**-8)
    assert (low, b) == (-((2.0**40 + 2.0**-10 + 3 * 2.0**-8) ** 2), 0.0)
    assert len(looks) == 60 + 2 * 12
    low, _, _, _ = plain(row_minimum)(2.0**-100, 0.5, 3.0, 2.0**40, 0.25, 2.0**-8)
    assert (-low) ** 0.5 == pytest.approx(2.0**40 + 2.0**-10 + 3 * 2.0**-8, rel=0, abs=2.0**-11)


@pytest.mark.parametrize(
    ("p", "start", "off"), [(2.0**-14, 3 * 2.0**-40, -(2.0**-50)), (2.0**-24, 1 - 2.0**-49, 2.0**-53)]
)
def test_at_an_end_of_the_range_no_sign_need_be_told(
    p: float, start: float, off: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a = g = 1 it is 0 to 1 + 4 EPS, met exactly by the first look to one side."""
    looks: list[float] = []

    def moments(*case: float) -> tuple[float, ...]:
        looks.append(case[-1])
        told = len(looks) > 1 and (case[-1] > start) == (off < 0)
        return 0.5 - off * (0.25 / abs(off) if told else 1.0), 0.0, 0.0, 0.5, 0.0, 0.0, 1.0

    monkeypatch.setattr(module, "row_moments", moments)
    plain(row_minimum)(p, 0.5, 1.0, 1.0, start, 2.0**-26 * p)
    assert looks[1:] == [start + sign * 3 * 2.0**-26 * p for sign in (-1, 1)]


def test_a_search_for_the_best_bias_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton's step, or halving where it leaves the bracket or has no curvature; then ends, eight times as far each."""
    sharp = 2.0**-28
    looks: list[float] = []
    equal = [(0.375, 0.625), (0.625, 0.375)]  # z (1 + 1/4) = i (1 - 1/4), and the other way round: not told
    told = [(0.25, 0.625), (0.625, 0.25)]
    near = [(0.125, 0.5, 1), (0.5, 0.5, 1), (0.5, 0.25, 0), (0.25, 0.5, 32), (0.5, 0.5 - sharp, 1)]
    sides = [(equal[0], told[1]), (told[0], equal[1]), (equal[0], told[1]), (told[0], told[1])]
    answers = [*near, *((*each, 9.0) for pair in sides for each in pair)]

    def moments(*case: float) -> tuple[float, ...]:
        z, i, c = answers[len(looks)]
        looks.append(case[-1])
        return z, 0.0, 0.0, i, 0.0, 0.0, c

    monkeypatch.setattr(module, "row_moments", moments)
    monkeypatch.setattr(module, "ROUNDING", 0.25)
    low, high, b, c = plain(row_minimum)(0.5, 0.5, 0.5, 0.5, 0.25, 2.0**-30)
    assert looks[:5] == [
        0.25,
        0.4375,
        0.53125,
        0.484375,
        0.4921875,
    ]  # the first step would end at 5/8, the end of the bracket
    assert b == 0.4921875 - sharp
    ends = [(2.0**-28 + 2.0**-29) * 8.0**k for k in range(4)]
    assert looks[5:] == [module.snapped(b + sign * end, 2.0**-30) for end in ends for sign in (-1, 1)]
    loss, spread = row_loss(0.5, 0.5, 0.5, 0.5, b), ends[-1] + 2.0**-30
    assert (low, high, c) == (loss * 0.75 - spread * spread, loss * 1.25, 1.0)


# b and half the curvature there; by how much the slope's sign is in doubt at b, to both sides; the look from which on
# it is told, or never; the last look; the grain. The range of biases for a in [1/4, 1/2] and g <= 1/2 has these ends.
GRIT, NEVER = 2.0**-10, 99
FLOOR, CEILING = 0.125 - 2 * GRIT, 0.6875 + 2 * GRIT
Bracket = tuple[float, float, tuple[float, float], tuple[int, int], tuple[int, int], float]
BRACKETS: list[Bracket] = [
    (0.375, 0.0, (2.0**-30, -1.0), (NEVER, NEVER), (11, 11), 2.0**-40),
    (0.375, 0.0, (-1.0, 2.0**-30), (NEVER, NEVER), (11, 11), 2.0**-40),
    (0.375, 0.75, (2.0**-7, 2.0**-6), (2, 3), (2, 3), GRIT),
    (FLOOR + 3 * GRIT, 1.0, (-1.0, -1.0), (NEVER, 1), (0, 1), GRIT),
    (FLOOR + 4 * GRIT, 1.0, (-1.0, 2.0**-6), (NEVER, 1), (1, 1), GRIT),
    (CEILING - 3 * GRIT, 1.0, (2.0**-6, -1.0), (2, NEVER), (2, 0), GRIT),
    (CEILING - 4 * GRIT, 1.0, (-1.0, -1.0), (1, NEVER), (1, 1), GRIT),
]


@pytest.mark.parametrize("case", BRACKETS)
def test_slopes_over_a_box_by_hand(case: Bracket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks to both sides until the sign is told at both corners, or an end is met; the last ones' moments count."""
    b, c, doubt, told, last, grain = case
    smaller, larger = (0.25, 0.5), (0.5, 0.25)  # corners of the box, by their moments
    looks: list[tuple[tuple[float, float], float]] = []

    def moments(_p: float, _q: float, a: float, g: float, at: float) -> tuple[float, ...]:
        looks.append(((a, g), at))
        k = len(looks) - 3
        if k < 0:
            return (0.5 + doubt[0], 0, 0, 0.25 + doubt[1], 0, 0, 0) if (a, g) == larger else (0.25, 0, 0, 0.5, 0, 0, 0)
        up = k // 2 > last[0]
        look = k // 2 - up * (last[0] + 1)
        z, i = (0.25, 0.375)[look < told[up]], 0.625  # z (1 + 1/4) = i (1 - 1/4) at first: not told
        return (
            (i, 3.0 + k, 5.0 + k, z, 7.0 + k, 11.0 + k, 0.0) if up else (z, 3.0 + k, 5.0 + k, i, 7.0 + k, 11.0 + k, 0.0)
        )

    monkeypatch.setattr(module, "row_moments", moments)
    monkeypatch.setattr(module, "ROUNDING", 0.25)
    found = plain(row_slopes)(0.5, 0.5, 0.25, 0.5, 0.25, 0.5, b, c, grain)
    wanted = [(larger, b), (smaller, b)]
    for side, sign, end in ((0, -1, FLOOR), (1, 1, CEILING)):
        step = 1.1 / max(c, 0.025) * max(doubt[side], 0.0) + 2 * grain
        for k in range(last[side] + 1):
            at = b + sign * step * 1.5 ** min(k, 4) * 8.0 ** max(k - 4, 0)
            at = sign * min(sign * at, sign * end) if k < 11 else (0.125 - 2 * grain, 0.6875 + 2 * grain)[side]
            wanted += [(corner, module.snapped(at, grain)) for corner in ((smaller, larger), (larger, smaller))[side]]
    assert looks == wanted
    down, up = 2.0 * last[0], 2.0 * (last[0] + last[1] + 1)
    (xl, yl, xxl, xyl), (xh, yh, xxh, xyh) = ([n + k for n in (3.0, 5.0, 7.0, 11.0)] for k in (down, up))
    ends = [xl * 0.75 - xxh * 1.25, xh * 1.25 - xxl * 0.75, yl * 0.75 - xyh * 1.25, yh * 1.25 - xyl * 0.75]
    assert list(found) == [2.0 * end for end in ends]
