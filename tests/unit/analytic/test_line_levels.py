"""Which lines a hinge needs: one for each scale that reaches it, and each set of features on one of them."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.line_levels import (
    APART,
    BLOCKS,
    COUNT,
    N_LINE,
    OWN_ALPHA,
    OWN_APART,
    OWN_DENSITY,
    STEP,
    WEIGHT,
    next_level,
    next_line,
)
from toytoy.analytic.line_parts import N_LEVELS, split_row
from toytoy.analytic.line_row import line_scratch

P = 0.25
RELU = (1.0, 1.0, 0.0)  # κ, D and σ_t of a hinge that rises from 0


def lines_of(row: list[float], j: int, theta: float) -> list[np.ndarray]:
    """All lines of one hinge, from the largest scale down."""
    (members, others, cuts), state, arrays, _, _ = line_scratch(len(row))
    densities = np.full(len(row), P)
    split_row(j, theta, np.array(row), densities, members, others, cuts, state)
    found, level = [], 0
    while level < N_LEVELS:
        line = np.zeros(N_LINE)
        hinge = (theta, *RELU)
        level = next_line(j, level, 1.0, hinge, np.array(row), densities, 1.0, members, cuts, line, arrays[1])
        found.append(line)
    return [line for line in found if line[BLOCKS] > 0]


def test_one_scale_takes_one_line() -> None:
    (line,) = lines_of([1.0, 0.5, -0.3], 0, -0.1)
    assert (line[COUNT], line[APART], line[OWN_APART], line[WEIGHT]) == (2, 0, 0, 1.0)
    assert (line[OWN_ALPHA], line[OWN_DENSITY]) == (1.0, P)


def test_a_hinge_out_of_reach_of_small_features_takes_one_line() -> None:
    row = [1.0, 0.5, 1e-4, 2e-4, -1e-4]
    assert len(lines_of(row, 0, -0.1)) == 1
    assert len(lines_of(row, 0, -1e-4)) == 2


def test_every_scale_that_reaches_the_hinge_has_a_line_while_all_larger_features_are_silent() -> None:
    lines = lines_of([1.0, 0.5, 1e-4, 2e-4, 1e-8, 1e-8], 0, 0.0)
    assert [line[COUNT] for line in lines] == [5, 4, 2]
    assert [line[APART] for line in lines] == [4, 2, 0]
    assert [line[WEIGHT] for line in lines] == pytest.approx([1.0, (1 - P) ** 2, (1 - P) ** 4])
    assert [line[OWN_DENSITY] for line in lines] == [P, 0.0, 0.0]
    assert lines[0][STEP] < 1e-2 * lines[1][STEP] < 1e-4 * lines[2][STEP]


def test_the_own_feature_goes_with_its_scale() -> None:
    lines = lines_of([1e-4, 1.0, 0.5, 2e-4], 0, 0.0)
    assert [line[OWN_APART] for line in lines] == [1, 0]
    assert [line[OWN_ALPHA] for line in lines] == [1e-4, 1e-4]
    assert lines[1][WEIGHT] == pytest.approx((1 - P) ** 2)


def test_one_small_feature_alone_has_a_closed_form_and_no_line() -> None:
    assert len(lines_of([1.0, 0.5, 1e-4], 0, 0.0)) == 1


def test_levels_without_entries_are_passed_over() -> None:
    cuts = np.array([5, 3, 3, 3, 1, 0, 2])
    assert [next_level(np.int64(level), cuts) for level in range(5)] == [2, 2, 3, 4, 5]
    cuts[-1] = 0
    assert [next_level(np.int64(level), cuts) for level in range(5)] == [3, 3, 3, 4, 5]
