"""Small searches take as many boxes as they did."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.proof import boxes as module
from toytoy.analytic.proof.boxes import (
    BOUND,
    WIDTH,
    sweep,
)

from tests.unit.analytic.proof.test_boxes import Box, rules_of, run

# p, r, whether the excess is bounded, the known value; boxes after each of four sweeps; then what was found, the least
# bound of those left, the sums of their biases and of their ends.
SEARCHES: list[tuple[tuple[float, float, float, float], list[int], list[float]]] = [
    (
        (0.5, 1.0, 0.0, 0.08333333333333333),
        [10, 18, 26, 44],
        [
            0.0778705,
            0.9375,
            0.875,
            0.116993,
            0.1485135,
            0.09218732,
            -0.03968075,
            1.116542,
            9.384796,
            38.75,
            44.25,
            24.75,
            30.25,
        ],
    ),
    (
        (0.5, 1.0, 1.0, 1e-09),
        [10, 18, 26, 44],
        [
            -0.02629616,
            0.9375,
            0.875,
            0.116993,
            0.1485135,
            -0.01197934,
            -0.1438474,
            1.116542,
            9.384796,
            38.75,
            44.25,
            24.75,
            30.25,
        ],
    ),
    (
        (0.9, 0.95, 0.0, 0.07409999999999999),
        [10, 20, 34, 48],
        [0.0741, 0, 0, 0, 0, 0.07849023, -0.3137704, 11.01118, 23.82699, 40.75, 46.75, 25.5, 31.5],
    ),
    (
        (0.9, 0.95, 1.0, 1e-09),
        [10, 20, 38, 68],
        [1e-09, 0, 0, 0, 0, 0.01525813, -0.4063954, 10.6148, 33.3262, 60, 67, 26.75, 34.25],
    ),
    (
        (0.1, 0.5, 0.0, 0.012333333333333333),
        [8, 8, 10, 10],
        [
            0.003340302,
            1.0625,
            0.875,
            -0.0476251,
            0.01360923,
            0.006405594,
            -0.005125305,
            -2.764704,
            0.1344921,
            11.4375,
            12.3125,
            7.75,
            9.75,
        ],
    ),
    (
        (0.1, 0.5, 1.0, 1e-09),
        [10, 8, 10, 10],
        [
            -0.01207636,
            1.0625,
            0.875,
            -0.0476251,
            0.01360923,
            -0.009011073,
            -0.02054197,
            -2.764704,
            0.1344921,
            11.4375,
            12.3125,
            7.75,
            9.75,
        ],
    ),
    (
        (0.25, 0.3, 0.0, 0.016249999999999997),
        [10, 14, 14, 28],
        [
            0.01328541,
            1.0625,
            0.875,
            -0.01054062,
            0.04353308,
            0.01700059,
            -0.01053086,
            -4.437784,
            2.124494,
            29.875,
            31.625,
            15.5,
            22.5,
        ],
    ),
    (
        (0.25, 0.3, 1.0, 1e-09),
        [10, 14, 14, 28],
        [
            -0.007027094,
            1.0625,
            0.875,
            -0.01054062,
            0.04353308,
            -0.00331191,
            -0.03084336,
            -4.437784,
            2.124494,
            29.875,
            31.625,
            15.5,
            22.5,
        ],
    ),
]


@pytest.mark.parametrize(("told", "counts", "wanted"), SEARCHES)
def test_a_small_search_takes_as_many_boxes_as_it_did(
    told: tuple[float, float, float, float], counts: list[int], wanted: list[float]
) -> None:
    """Five boxes, the best model in one of them: each is dropped, or halved along the same side, as it was."""
    p, r, excess, known = told
    rules = rules_of(p, r, excess, 1e-4)
    first: list[Box] = [(0.0, 0.5, 0.0, 0.5), (0.5, 1.0, 0.0, 0.5), (0.5, 1.0, 0.5, 1.0), (1.0, 1.5, 0.5, 1.0)]
    n, boxes, found = run([*first, (1.0, 1.25, 0.0, 0.125)], rules, known)
    met = [n]
    for _ in range(3):
        children = np.zeros((2 * n, WIDTH))
        n = sweep(boxes, n, children, rules, found)
        boxes = children[:n]
        met.append(n)
    assert met == counts
    biases = boxes[:, [module.BIAS, module.OTHER_BIAS]].sum(axis=0)
    assert [*found, boxes[:, BOUND].min(), *biases, *boxes[:, :4].sum(axis=0)] == pytest.approx(wanted, rel=1e-6)
