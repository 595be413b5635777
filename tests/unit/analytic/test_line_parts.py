"""Which features an output counts, and what has a closed form."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.line_parts import FAINT, SMALL, side, split_row
from toytoy.analytic.line_row import line_scratch
from toytoy.analytic.tables import activation_table


def split(row: list[float], j: int, bias: float, p: float) -> tuple[int, int, np.ndarray, np.ndarray, np.ndarray]:
    (members, others), state, _, _ = line_scratch(len(row))
    small, count = split_row(j, bias, np.array(row), np.full(len(row), p), members, others, state)
    return small, count, members, others, state


def test_a_row_is_split_into_faint_small_and_large_features() -> None:
    row = [0.5 * FAINT, 1.0, 0.5 * SMALL, -0.3, 0.0, -0.2 * SMALL, 0.7]
    small, count, members, others, state = split(row, 1, 0.1, 0.25)
    assert (small, count) == (2, 4)
    assert members[:count].tolist() == [2, 5, 3, 6]
    assert others[:count] == pytest.approx(0.75**3)
    shifted, none, faint_none, faint_one, faint_more, _, faintest = state
    assert faintest == FAINT
    assert shifted == 0.1 + 0.5 * 0.25 * 0.5 * FAINT
    assert (none, faint_none) == (pytest.approx(0.75**4), 0.75**2)
    assert (faint_one, faint_more) == (pytest.approx(2 * 0.75 * 0.25), 0.25**2)


def test_densities_of_one_leave_no_probability_to_silence() -> None:
    _, count, _, others, state = split([1.0, 0.5, 0.5], 0, 0.0, 1.0)
    assert (count, state[1]) == (2, 0.0)
    assert others[:2].tolist() == [0.0, 0.0]


def test_hinges_lie_above_or_below_the_middle_piece() -> None:
    table = activation_table(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(1.0)).sigma)
    assert [side(h, 1, table) for h in (0, 1)] == [(-1.0, 1.0, 0.0), (1.0, 1.0, 0.0)]
