"""Grids of density and importance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import toytoy as tt
from toytoy.analytic.domain import DENSITY, IMPORTANCE
from toytoy.compare.grids import PAPER_DENSITY, PAPER_IMPORTANCE, density_grid, importance_grid, log_grid, toy_template

EPS = float(np.finfo(float).eps)


def test_log_grids_hold_their_ends_exactly_and_equal_ratios_between() -> None:
    for domain, (low, high) in ((DENSITY, PAPER_DENSITY), (IMPORTANCE, PAPER_IMPORTANCE)):
        grid = log_grid(domain, low, high, 60)
        assert (grid[0], grid[-1], len(grid)) == (low, high, 60)
        ratios = grid[1:] / grid[:-1]
        assert np.abs(ratios / (high / low) ** (1 / 59) - 1).max() <= 60 * EPS
    assert log_grid(DENSITY, 0.3, 0.3, 1).tolist() == [0.3]


@pytest.mark.parametrize(
    ("ends", "match"),
    [
        ((0.0, 1.0, 5), "density"),
        ((0.1, 1.2, 5), "did you pass a sparsity"),
        ((1.0, 0.1, 5), "from low to high"),
        ((0.5, 0.5, 2), "from low to high"),
        ((0.1, 1.0, 0), "count"),
        ((0.1, 1.0, 2.5), "count"),
        ((float("nan"), 1.0, 5), "density"),
    ],
)
def test_bad_log_grids(ends: tuple[Any, Any, Any], match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match):
        log_grid(DENSITY, *ends)


def test_an_importance_of_zero_has_no_logarithm() -> None:
    with pytest.raises(ValueError, match="importance on a log-spaced grid must be positive"):
        log_grid(IMPORTANCE, 0.0, 1.0, 5)
    with pytest.raises(ValueError, match="importance on a grid must be positive"):
        importance_grid([0.0, 1.0])


@pytest.mark.parametrize("given", [[0.1, 0.5], (0.1, 0.5), np.array([0.1, 0.5])])
def test_any_sequence_becomes_an_array(given: Any) -> None:
    assert density_grid(given).tolist() == [0.1, 0.5]
    assert density_grid(0.5).tolist() == [0.5]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ([], "one-dimensional"),
        ([[0.1, 0.5]], "one-dimensional"),
        ([0.5, 0.1], "must ascend"),
        ([0.5, 0.5], "must ascend"),
        ([0.5, 1.5], "must lie in"),
        ([0.5, np.nan], "must lie in"),
        (["a"], "density"),
        ([1j], "density"),
        ([None], "density"),
    ],
)
def test_bad_grids(given: Any, match: str) -> None:
    with pytest.raises((TypeError, ValueError), match=match) as refused:
        density_grid(given)
    assert "\n" not in str(refused.value)


def test_only_toys_have_diagrams() -> None:
    assert toy_template(3, 2, "abs") == tt.Problem.toy(3, density=1.0, activation="abs")
    sizes: list[tuple[Any, Any]] = [(2, 2), (3, 1), (4, 3), ("2", 1)]
    for size in sizes:
        with pytest.raises(ValueError, match="use minimize for other sizes"):
            toy_template(*size, "relu")
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        toy_template(2, 1, "rellu")
