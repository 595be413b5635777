"""Bounds over a box are as sharp as they were."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from toytoy.analytic.proof import boxes as module
from toytoy.analytic.proof.boxes import (
    DOWN,
    LEFT,
    RIGHT,
    SOFT,
    UNIT,
    UP,
    WIDTH,
    P,
    Q,
    R,
    slope_bounds,
    value_bounds,
)
from toytoy.analytic.proof.row_bounds import row_minimum

from tests.unit.analytic.proof.test_boxes import rules_of

# A looser bound is a bound, so no law tells one: what they are is held. First p, q, r, EXTRA, SOFT; t, s; size; then
# bounds of F, biases and curvatures at the point, and the ends of F's slopes over a box around it.
SHARPNESS: list[tuple[tuple[float, ...], tuple[float, float], float, list[float]]] = [
    (
        (0.5, 0.5, 0.8, 0.0, 1.0),
        (0.9375, 0.8125),
        0.0625,
        [
            0.07038902,
            0.07038902,
            0.1167373,
            0.1780545,
            0.6222672,
            0.5954789,
            -0.2764258,
            0.2161806,
            -0.2549773,
            0.2008849,
        ],
    ),
    (
        (0.5, 0.5, 0.8, 0.0, 1.0),
        (0.9375, 0.8125),
        0.00390625,
        [
            0.07038902,
            0.07038902,
            0.1167373,
            0.1780545,
            0.6222672,
            0.5954789,
            -0.03976715,
            -0.009225104,
            -0.03618287,
            -0.00668752,
        ],
    ),
    (
        (0.4, 0.5, 0.3, 0.001, 0.25),
        (1.0, 0.375),
        0.0625,
        [
            0.03251065,
            0.03251065,
            0.04322898,
            0.2837231,
            0.6758781,
            0.8231719,
            -0.1514472,
            0.09497531,
            -0.07210432,
            0.06821295,
        ],
    ),
    (
        (0.4, 0.5, 0.3, 0.001, 0.25),
        (1.0, 0.375),
        0.00390625,
        [
            0.03251065,
            0.03251065,
            0.04322898,
            0.2837231,
            0.6758781,
            0.8231719,
            -0.02671724,
            -0.0115369,
            0.002316112,
            0.01050968,
        ],
    ),
    (
        (0.5, 0.4, 0.3, 0.002, 0.5),
        (1.0, 0.625),
        0.0625,
        [
            0.03243935,
            0.03243935,
            0.05256183,
            0.1963749,
            0.7119604,
            0.5595999,
            -0.2006774,
            0.1471177,
            -0.07415613,
            0.08716105,
        ],
    ),
    (
        (0.5, 0.4, 0.3, 0.002, 0.5),
        (1.0, 0.625),
        0.00390625,
        [
            0.03243935,
            0.03243935,
            0.05256183,
            0.1963749,
            0.7119604,
            0.5595999,
            -0.03268759,
            -0.01104671,
            0.004632186,
            0.01567973,
        ],
    ),
    (
        (0.9, 0.9, 0.95, 0.0, 1.0),
        (1.0, 0.125),
        0.0625,
        [0.09261538, 0.09261538, 0.05363113, 0.4992188, 0.9156084, 1, -0.3590454, 0.3477174, -0.2727077, 0.2360556],
    ),
    (
        (0.9, 0.9, 0.95, 0.0, 1.0),
        (1.0, 0.125),
        0.00390625,
        [0.09261538, 0.09261538, 0.05363113, 0.4992188, 0.9156084, 1, -0.02033265, 0.02169821, -0.0155962, 0.01522164],
    ),
]


@pytest.mark.parametrize(("told", "at", "size", "wanted"), SHARPNESS)
def test_bounds_are_as_sharp_as_they_were(
    told: tuple[float, ...], at: tuple[float, float], size: float, wanted: list[float]
) -> None:
    rules, box = rules_of(told[0], told[2]), np.zeros(WIDTH)
    rules[[P, Q, R, module.EXTRA, SOFT]] = told
    found = value_bounds(*at, 0.0, 0.0, rules)
    box[[LEFT, RIGHT, DOWN, UP]] = at[0] - size, at[0] + 0.5 * size, at[1] - 0.75 * size, at[1] + size
    assert [*found, *slope_bounds(box, *found[2:], rules)] == pytest.approx(wanted, rel=1e-6)


def test_putting_bounds_together_takes_its_roundings_and_no_more() -> None:
    """SLACK of each term, to both sides, as exact differences from what each output costs."""
    for (p, q, r, extra, soft), (t, s), _, _ in SHARPNESS:
        rules = rules_of(p, r)
        rules[[P, Q, R, module.EXTRA, SOFT]] = p, q, r, extra, soft
        low, high, bias, other, _, _ = value_bounds(t, s, 0.0, 0.0, rules)
        grain = rules[UNIT] ** 2
        ends = (row_minimum(p, q, t * t, t * s, bias, grain), row_minimum(q, p, s * s, t * s, other, grain))
        taken = Fraction(extra) * (1 - max(1 - Fraction(s) ** 2 / Fraction(soft), Fraction(0)) ** 2)
        least, most = (Fraction(ends[0][k]) + Fraction(r) * Fraction(ends[1][k]) - taken for k in (0, 1))
        slack = 2.0**-49 * (float(ends[0][0]) + r * float(ends[1][0]) + extra)
        assert float(least - Fraction(low)) == pytest.approx(slack, rel=0.25, abs=0)
        assert float(Fraction(high) - most) == pytest.approx(slack, rel=0.25, abs=0)
