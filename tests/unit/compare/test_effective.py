"""Effective numbers: exact scatter of a field whose correlations are known, and odd input."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from toytoy.compare.effective import effective_number, neighbor_correlation, worth

EPS = float(np.finfo(float).eps)


def chains(size: int, keep: Fraction) -> list[tuple[tuple[int, ...], Fraction]]:
    """All rows of signs that keep their sign from cell to cell with one probability, and how likely each is."""
    found = []
    for signs in product((-1, 1), repeat=size):
        likely = Fraction(1, 2)
        for one, next_one in zip(signs[1:], signs[:-1], strict=True):
            likely *= keep if one == next_one else 1 - keep
        found.append((signs, likely))
    return found


@pytest.mark.equation("effective-cells")
@pytest.mark.parametrize("keep", [Fraction(1, 2), Fraction(3, 4), Fraction(19, 20), Fraction(1)])
def test_it_is_the_variance_of_one_cell_over_that_of_the_share(keep: Fraction) -> None:
    """Products of two chains of signs are correlated as ρ^k σ^l exactly; their mean's variance is enumerated."""
    sizes, correlation = (4, 3), 2 * keep - 1
    variance = Fraction(1)
    for size in sizes:
        variance *= sum((Fraction(sum(signs), size) ** 2 * likely for signs, likely in chains(size, keep)), Fraction(0))
    wanted = 1 / variance  # a sign's own variance is 1
    found = worth(sizes[0], float(correlation)) * worth(sizes[1], float(correlation))
    assert found == pytest.approx(float(wanted), rel=16 * EPS)


def test_ends() -> None:
    assert worth(7, 0.0) == 7
    assert worth(7, -0.5) == 7  # a negative one counts as none
    assert worth(7, 1.0) == pytest.approx(1.0, rel=4 * EPS)
    assert worth(1, 0.3) == 1


def test_the_correlation_of_neighbors_is_found() -> None:
    rng = np.random.default_rng(0)
    steps = np.where(rng.random((20, 4000)) < 0.9, 1, -1)
    held = np.cumprod(steps, axis=1) > 0
    assert neighbor_correlation(held, 1) == pytest.approx(0.8, abs=0.02)
    assert abs(neighbor_correlation(held, 0)) < 0.03
    assert effective_number(held) == pytest.approx(20 * 4000 / 9, rel=0.1)


def test_cells_drawn_alone_count_in_full() -> None:
    held = np.random.default_rng(1).random((60, 60)) < 0.3
    assert 0.8 * held.size < effective_number(held) <= held.size


def test_a_region_counts_as_few() -> None:
    held = np.zeros((40, 40), dtype=bool)
    held[:20] = True
    assert 1 <= effective_number(held) < 10


def test_axes_are_not_mixed_up() -> None:
    stripes = np.zeros((6, 10), dtype=bool)
    stripes[:3] = True  # cells of a row are alike, rows are not
    assert neighbor_correlation(stripes, 1) == 1.0
    assert neighbor_correlation(stripes, 0) < 1.0
    assert effective_number(stripes) == effective_number(stripes.T)


@pytest.mark.parametrize("held", [np.ones((3, 4), dtype=bool), np.zeros((3, 4), dtype=bool), [[True]]])
def test_cells_all_alike_tell_nothing(held: Any) -> None:
    assert np.isnan(effective_number(held))


@pytest.mark.parametrize("flags", [[], [[]], [True], [[0, 1]], [[0.5]], [["agrees"]], np.ones((2, 2, 2), dtype=bool)])
def test_what_are_no_flags_is_refused(flags: Any) -> None:
    with pytest.raises(ValueError, match=r"flags must be bools of shape \(d, r\), not empty, got"):
        effective_number(flags)
