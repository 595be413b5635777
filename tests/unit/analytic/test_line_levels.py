"""Which lines a hinge needs: one for each scale that reaches it, and each set of features on one of them."""

from __future__ import annotations

import numpy as np
import pytest
from toytoy.analytic.line_levels import (
    APART,
    BLOCKS,
    CHANGE,
    COUNT,
    DIRECTION,
    KAPPA,
    LEVEL,
    N_LINE,
    OWN_ALPHA,
    OWN_APART,
    OWN_DENSITY,
    STEP,
    THETA,
    WEIGHT,
    C,
    larger_silent,
    lay_others,
    next_level,
    next_line,
)
from toytoy.analytic.line_parts import N_LEVELS, split_row
from toytoy.analytic.line_pass import ALPHA, DENSITY, OTHERS
from toytoy.analytic.line_row import line_scratch
from toytoy.analytic.line_rule import line_rule

P = 0.25
RELU = (1.0, 1.0, 0.0)  # κ, D and σ_t of a hinge that rises from 0


def lines_of(row: list[float], j: int, theta: float, p: float = P) -> list[np.ndarray]:
    """All lines of one hinge, from the largest scale down."""
    (members, others, cuts), state, arrays, _, _ = line_scratch(len(row))
    densities = np.full(len(row), p)
    split_row(j, theta, np.array(row), densities, members, others, cuts, state)
    found, level = [], 0
    while level < N_LEVELS:
        line = np.zeros(N_LINE)
        hinge = (theta, *RELU)
        level = next_line(j, level, 1.0, hinge, np.array(row), densities, 1.0, members, cuts, line, arrays[1])
        assert line[BLOCKS] >= 0
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


def test_where_a_larger_feature_is_always_active_smaller_scales_need_no_line() -> None:
    (line,) = lines_of([1.0, 0.5, 1e-4, 2e-4, 1e-8, 1e-8], 0, 0.0, p=1.0)
    assert line[COUNT] == 5


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


CHANCES = np.array([0.25, 0.5, 0.125, 0.75])


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_others_are_laid_with_the_chance_that_all_beside_them_are_silent(direction: float) -> None:
    (members, _, _), _, arrays, _, _ = line_scratch(4)
    members[:3], row = (2, 0, 3), np.array([0.5, 9.0, -0.25, 1.0])
    found = lay_others(2, 3, direction, row, CHANCES, members, arrays[1][:3])
    others = row[members[:3]] * direction
    assert found == (np.maximum(others, 0).sum(), 0.75)  # how far v may go up; the first two, either way
    assert arrays[1][:3, ALPHA].tolist() == others.tolist()
    assert arrays[1][:3, DENSITY].tolist() == [0.125, 0.25, 0.75]
    assert arrays[1][:3, OTHERS].tolist() == [0.75 * 0.25, 0.875 * 0.25, 0.875 * 0.75]


def test_all_larger_ones_are_silent_the_own_one_where_it_is_larger() -> None:
    members = np.array([2, 0, 3, 0])
    for own_level, silent in ((0, 0.75 * 0.25 * 0.5), (1, 0.75 * 0.25), (2, 0.75 * 0.25)):
        cuts = np.array([3, 1, 1, 0, 0, 0, own_level])
        assert larger_silent(1, 1, CHANCES, members, cuts) == silent
        assert larger_silent(1, 0, CHANCES, members, cuts) == 1.0


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_a_line_is_told_all_that_it_is_of(direction: float) -> None:
    """Own features of every scale; the rule is asked for what the line lets see: targets over the chance of silence."""
    row, hinge, target = np.array([0.5, 0.9, 0.002, -0.003]), (1e-4, 3.0, -2.0, 0.5), 0.01
    for j in (0, 2):
        (members, others, cuts), state, arrays, line, _ = line_scratch(4)
        split_row(j, 0.0, row, CHANCES, members, others, cuts, state)
        level, laid = 0, 0
        while level < N_LEVELS:
            at = level
            level = next_line(j, at, direction, hinge, row, CHANCES, target, members, cuts, line, arrays[1])
            weight, n, small = larger_silent(j, at, CHANCES, members, cuts), cuts[at], cuts[next_level(at, cuts)]
            own = (direction * row[j], CHANCES[j]) if cuts[-1] >= at else (0.0, 0.0)
            assert (line[OWN_ALPHA], line[OWN_DENSITY]) == own
            assert (line[THETA], line[KAPPA], line[CHANGE], line[LEVEL]) == hinge
            assert (line[DIRECTION], line[WEIGHT], line[COUNT]) == (direction, weight, n)
            if level < N_LEVELS:
                assert line[APART] == small > 0
                assert line[OWN_APART] == (j == 2)
                assert (arrays[1][:small, OTHERS] == 0).all()
                assert (arrays[1][small:n, OTHERS] > 0).all()
            up, _ = lay_others(small, n, direction, row, CHANCES, members, constants := arrays[1].copy())
            up += hinge[0] + max(0.0, own[0])
            apart = (line[APART] > 0, line[OWN_APART] > 0)
            rule = line_rule(small, n, apart, own, hinge, up, target / weight, CHANCES[j] / weight, constants)
            assert (line[C], line[STEP], line[BLOCKS]) == rule
            laid += 1
        assert laid == 2


def test_small_ones_far_above_their_hinge_stay_with_the_larger() -> None:
    """Their reach counts all of them, the own one too; there is nothing to add where v is never above 0."""
    small = [2e-4, -1e-4]
    for j, row, reach in ((0, [1.0, 0.5, *small], 3e-4), (0, [4e-4, 0.5, 0.25, *small], 7e-4)):
        assert len(lines_of(row, j, 9.9 * reach)) == 2
        assert len(lines_of(row, j, 10.1 * reach)) == 1
    assert len(lines_of([-0.5, 1.0, 0.25], 0, -1.26)) == 0
    assert len(lines_of([-0.5, 1.0, 0.25], 0, -1.24)) == 1
    assert len(lines_of([0.5, 1.0, 0.25], 0, -1.74)) == 1  # the own one lifts v too
    small = [2.0**-12, -(2.0**-13)]
    for j, row, reach in ((0, [1.0, 0.5, *small], 3 * 2.0**-13), (0, [2.0**-11, 0.5, 0.25, *small], 7 * 2.0**-13)):
        assert len(lines_of(row, j, 10 * reach)) == 1  # ten reaches are far
    assert len(lines_of([-0.5, 1.0, 0.25], 0, -1.25)) == 0
    assert len(lines_of([1.0], 0, 0.25)) == 0  # nobody else
