"""Which features an output counts, and what has a closed form."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.line_parts import FAINT, N_LEVELS, OWN_LEVEL, SMALL, side, split_row
from toytoy.analytic.line_row import line_scratch
from toytoy.analytic.tables import activation_table


def split(row: list[float], j: int, bias: float, p: float) -> tuple[int, list[int], np.ndarray, np.ndarray, np.ndarray]:
    (members, others, cuts), state, _, _, _ = line_scratch(len(row))
    count = split_row(j, bias, np.array(row), np.full(len(row), p), members, others, cuts, state)
    return count, cuts.tolist(), members, others, state


def test_a_row_is_split_into_faint_features_and_levels() -> None:
    row = [0.5 * FAINT, 1.0, 0.5 * SMALL, -0.3, 0.0, -0.2 * SMALL, 0.7, 0.5 * SMALL**3]
    count, cuts, members, others, state = split(row, 1, 0.1, 0.25)
    assert members[:count].tolist() == [7, 2, 5, 3, 6]
    assert cuts == [5, 3, 1, 1, 0, 0, 0]  # what each level leaves; at last the own feature's level, the first
    assert others[:count] == pytest.approx(0.75**4)
    shifted, none, faint_none, faint_one, faint_more, _, faintest = state
    assert faintest == FAINT
    assert shifted == 0.1 + 0.5 * 0.25 * 0.5 * FAINT
    assert (none, faint_none) == (pytest.approx(0.75**5), 0.75**2)
    assert (faint_one, faint_more) == (pytest.approx(2 * 0.75 * 0.25), 0.25**2)


def test_every_entry_is_in_one_level_and_no_other() -> None:
    scales = 10.0 ** np.random.default_rng(0).uniform(-9.9, 0, size=200)
    for edge in (SMALL, SMALL**2, SMALL**4):  # exactly on the border of two
        row = [1.0, edge, *scales, *-scales]
        count, cuts, members, _, _ = split(row, 0, 0.0, 0.1)
        assert count == len(row) - 1
        assert sorted(members.tolist()) == [0, *range(1, len(row))]
        sizes = np.abs(np.array(row))[members[:count]]
        for level in range(N_LEVELS):
            within = sizes[cuts[level + 1] : cuts[level]]
            assert (within > 0.999 * SMALL ** (level + 1)).all()
            assert (within < 1.001 * SMALL**level).all()
    assert [split([own, 1.0, 0.5], 0, 0.0, 0.1)[1][OWN_LEVEL] for own in (0.3, 1e-3, 1e-9, 0.0)] == [0, 1, 4, 4]


def test_densities_of_one_leave_no_probability_to_silence() -> None:
    count, _, _, others, state = split([1.0, 0.5, 0.5], 0, 0.0, 1.0)
    assert (count, state[1]) == (2, 0.0)
    assert others[:2].tolist() == [0.0, 0.0]


def test_hinges_lie_above_or_below_the_middle_piece() -> None:
    table = activation_table(tt.Problem.toy(2, density=0.5, activation=tt.ClippedReLU(1.0)).sigma)
    assert [side(h, 1, table) for h in (0, 1)] == [(-1.0, 1.0, 0.0), (1.0, 1.0, 0.0)]
