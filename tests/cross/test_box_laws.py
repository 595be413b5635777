"""Boxes of two weights: the best model's box stays or goes by its value; a planted fault; products of intervals."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from toytoy.analytic.proof import boxes as module
from toytoy.analytic.proof.boxes import LOWER, WIDTH, slope_bounds, value_bounds
from toytoy.analytic.proof.row_bounds import row_slopes

from tests.unit.analytic.proof.test_boxes import LEAST, W, plain, rules_of, run


def test_a_box_goes_for_its_value_only_above_the_threshold() -> None:
    size, middle = 2.0**-12, float(np.round(W * 2**12) / 2**12)
    box = (middle - size, middle + size, middle - size, middle + size)
    assert run([box], rules_of(0.5, 1.0, tolerance=1e-9), 1.0)[0] == 2
    n, _, found = run([box], rules_of(0.5, 1.0, tolerance=1e-3), 1.0)
    assert n == 0
    assert LEAST * (1 - 1e-3) < found[LOWER] <= LEAST


def test_a_wrong_sign_of_the_slope_would_lose_the_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: with the slope by the other entry turned around, the box of the optimum is thrown away."""
    rules, box = rules_of(0.5, 1.0), np.zeros(WIDTH)
    box[:4] = W - 1e-3, W + 1e-3, W - 1e-3, W + 1e-3
    _, _, bias, other, c, c2 = value_bounds(W, W, 0.0, 0.0, rules)
    right = plain(slope_bounds)(box, bias, other, c, c2, rules)
    assert right[0] < 0.0 < right[1]

    def faulty(*given: Any) -> tuple[float, float, float, float]:
        al, ah, cl, ch = row_slopes(*given)
        return al, ah, -ch, -cl

    monkeypatch.setattr(module, "row_slopes", faulty)
    wrong = plain(slope_bounds)(box, bias, other, c, c2, rules)
    assert not wrong[0] < 0.0 < wrong[1]


@pytest.mark.parametrize(("low", "high"), [(-2.0, 3.0), (2.0, 3.0), (-3.0, -2.0), (0.0, 0.0), (-1.0, 0.0)])
def test_an_interval_times_one_of_nothing_negative(low: float, high: float) -> None:
    """The products of ends that lie furthest out: no product of points is beyond them."""
    for x0, x1 in ((0.5, 4.0), (0.0, 1.0), (2.0, 2.0)):
        ends = [a * b for a, b in product((low, high), (x0, x1))]
        assert module.times(low, high, x0, x1) == (min(ends), max(ends))
