"""Enclosures for three features are as sharp as they were."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.proof.triple_bounds import DEPTH, bias_hull, output_slopes, pair_floor

from tests.unit.analytic.proof.test_triple_bounds import ETA, SHARP, SLACK

# A looser bound is a bound, so nothing above sees it. p, a, c, d, size, then: the ends of the biases and of the slopes
# by a, c and d over a box around them; of what twelve steps leave of the biases from -0.35 to 1.5; the floor of a pair.
SHARPNESS: list[tuple[tuple[float, float, float, float], float, list[float]]] = [
    (
        (0.3, 0.9, -0.5, -0.25),
        0.1,
        [
            0.02769414,
            0.09249033,
            -0.06776996,
            0.002738698,
            -0.03152952,
            -0.004513508,
            -0.02671453,
            -0.0002818092,
            0.02764512,
            0.09235882,
            0.001611071,
        ],
    ),
    (
        (0.3, 0.9, -0.5, -0.25),
        0.01,
        [
            0.05666148,
            0.06313045,
            -0.03583655,
            -0.02884588,
            -0.02157582,
            -0.01891667,
            -0.01614589,
            -0.01357072,
            0.05666518,
            0.06304949,
            0.007024752,
        ],
    ),
    (
        (0.7, 0.77, -0.39, 0.2),
        0.1,
        [
            0.0236997,
            0.21743,
            -0.2114781,
            0.08310464,
            -0.1686223,
            0.07772133,
            -0.08949866,
            0.174548,
            0.02776185,
            0.2174211,
            0.005281256,
        ],
    ),
    (
        (0.7, 0.77, -0.39, 0.2),
        0.01,
        [
            0.1214754,
            0.1396563,
            -0.07549405,
            -0.04734664,
            -0.08189069,
            -0.05882772,
            0.02461664,
            0.05004075,
            0.1215673,
            0.1396538,
            0.02016669,
        ],
    ),
    (
        (0.03, 0.8, 0.9, 0.0),
        0.1,
        [
            -1.057464,
            -0.00705,
            -0.01995065,
            0.01744122,
            -0.0003988049,
            0.0199853,
            -0.0004493556,
            0.001827452,
            -0.3456675,
            -0.1645877,
            0.004071194,
        ],
    ),
    (
        (0.03, 0.8, 0.9, 0.0),
        0.01,
        [
            -0.9066649,
            -0.010155,
            -0.01984924,
            0.01585826,
            -0.000293497,
            0.01791186,
            -0.0004470335,
            0.0007540901,
            -0.2364696,
            -0.2208981,
            0.005953873,
        ],
    ),
    (
        (1.0, 1.2, -0.3, 0.4),
        0.1,
        [
            -0.4054938,
            -0.04409101,
            -0.3266789,
            0.3150881,
            -0.3161318,
            0.2905699,
            -0.2484471,
            0.3601187,
            -0.35,
            -0.04409846,
            -0.005705761,
        ],
    ),
    (
        (1.0, 1.2, -0.3, 0.4),
        0.01,
        [
            -0.1921639,
            -0.1622073,
            -0.01600786,
            0.04059877,
            -0.06633008,
            -0.01182856,
            0.0250888,
            0.07988473,
            -0.1914583,
            -0.1622329,
            0.00826597,
        ],
    ),
    (
        (0.1, 0.5, -0.6, 0.8),
        0.1,
        [
            -0.8340727,
            -0.003327099,
            -0.06541092,
            0.03818368,
            -0.003206987,
            0.002437131,
            -0.004773456,
            0.05578438,
            -0.35,
            -0.02035658,
            0.006275102,
        ],
    ),
    (
        (0.1, 0.5, -0.6, 0.8),
        0.01,
        [
            -0.7590756,
            -0.01313116,
            -0.06352621,
            0.03107171,
            -0.00197383,
            0.001503898,
            -0.003931293,
            0.04908567,
            -0.09666448,
            -0.08197829,
            0.009052772,
        ],
    ),
]


@pytest.mark.parametrize(("case", "size", "wanted"), SHARPNESS)
def test_enclosures_are_as_sharp_as_they_were(
    case: tuple[float, float, float, float], size: float, wanted: list[float]
) -> None:
    p, a, c, d = case
    ends = (a - size, a + 0.7 * size, c - 0.5 * size, c + size, d - size * 0.8, d + 0.6 * size)
    slopes = output_slopes(p, *ends, -10.0, 10.0, ETA, SHARP * p)
    hull = bias_hull(p, *ends, -0.35, 1.5, ETA, SHARP * p, np.int64(12))
    floor = pair_floor(p, *ends[:4], ETA, SHARP * p, SLACK * p, np.empty((DEPTH, 2)))
    assert [*slopes, *hull, floor] == pytest.approx(wanted, rel=2e-6)
