"""Bounds of a row: roundings, the lone bias and shut outputs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.proof import row_bounds as module
from toytoy.analytic.proof.row_bounds import ROUNDING, lone_bias, row_loss, row_moments

from tests.reference.exact import Row, independent

RELU = ((0.0,), (0.0, 1.0))


UNIT = 2.0**-24  # the branch and bound's, for weights up to 2


GRAIN = UNIT * UNIT


DENSITIES = (1.0, 1.0 - 2.0**-30, 0.9, 0.5, 0.1, 1e-3, 1e-9)


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


def exact_loss(p: float, q: float, a: float, g: float, b: float) -> Fraction:
    row = Row(0, [Fraction(a), -Fraction(g)], Fraction(b), RELU)
    return sum((chance * row.error(active, False).value for active, chance in independent((p, q))), Fraction(0))


def test_a_number_is_rounded_to_the_nearest_multiple() -> None:
    assert [module.snapped(x, 0.25) for x in (0.3, 0.4, -0.3, -0.4, 0.5)] == [0.25, 0.5, -0.25, -0.5, 0.5]


@pytest.mark.parametrize("p", [1.0, 0.25])
def test_the_lone_bias_is_its_formula(p: float) -> None:
    assert [lone_bias(p, a) for a in (0.0, 0.5, 1.0)] == [p / 2, p / 4, 0.0]
    assert [lone_bias(p, a) for a in (1.5, 3.0)] == pytest.approx([-0.3, -1.5], rel=1e-15)


@pytest.mark.parametrize("g", [0.0, 0.5])
def test_a_shut_output_has_no_moments(g: float) -> None:
    for b in (-0.75, -1.0, -0.75 - 2.0**-40):
        assert row_moments(0.5, 0.25, 0.75, g, b) == (0.0,) * 7
        assert row_loss(0.5, 0.25, 0.75, g, b) == pytest.approx(0.5 / 3, rel=1e-15)
    assert min(row_moments(0.5, 0.25, 0.75, g, -0.75 + 2.0**-10)[:6]) >= 0.0 < row_moments(0.5, 0.25, 0.75, g, -0.7)[0]


def test_a_few_losses_are_relatively_exact() -> None:
    """As thousands are, above, in a time that mutants can afford."""
    for case in draws(80, seed=11):
        wanted = exact_loss(*case)
        assert abs(Fraction(row_loss(*case)) - wanted) <= ROUNDING * wanted
