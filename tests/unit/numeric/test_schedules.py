"""Schedules start at the full learning rate and fall as named."""

from __future__ import annotations

import pytest
from toytoy.numeric.schedules import SCHEDULES

EPS = 2.0**-52


@pytest.mark.parametrize(
    ("name", "first", "middle", "last"),
    [("constant", 1, 1, 1), ("linear", 1, 1 - 50 / 101, 1 / 101), ("cosine", 1, 0.5**0.5, 0)],
)
def test_values(name: str, first: float, middle: float, last: float) -> None:
    values = [SCHEDULES[name](step, 101) for step in (0, 50, 100)]
    assert values == pytest.approx([first, middle, last], abs=2 * EPS)  # rounding of numbers of order one


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_single_step_has_the_full_rate(name: str) -> None:
    assert SCHEDULES[name](0, 1) == 1
