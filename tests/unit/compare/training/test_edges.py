"""Edges of planted counts, and the optimum's edge against the boundary that Newton's method finds."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from toytoy.compare.training.edges import Edge, edges, optimum_edges, shift

GRID = np.array([0.1, 0.2, 0.4, 0.8])


def test_a_clean_step_is_between_its_cells() -> None:
    (edge,) = edges(np.array([[0, 0, 10, 10]]), 10, GRID)
    assert edge.importance == pytest.approx(np.sqrt(0.2 * 0.4))
    assert (edge.low, edge.high) == (0.2, 0.4)


def test_where_counts_decide_nothing_the_interval_is_open() -> None:
    (edge,) = edges(np.array([[1, 1, 2, 3]]), 3, GRID)
    assert edge.low is None
    assert edge.high is None
    assert edge.importance is not None


def test_no_crossing_no_edge() -> None:
    assert edges(np.array([[0, 0, 0, 0], [9, 9, 9, 9]]), 9, GRID) == [Edge(None, None, None)] * 2


@pytest.mark.parametrize(("n", "density"), [(2, 0.2), (2, 0.4), (3, 0.3)])
def test_the_optimum_s_edge_is_the_boundary(n: int, density: float) -> None:
    line = tt.boundary(n, n - 1, between=("not_represented", "antipodal"), density=density)
    (found,) = optimum_edges(
        tt.Problem.toy(n, density=density), np.array([density]), np.array([0.01, 1.0]), np.array([[False, True]])
    )
    assert found == pytest.approx(line.importance.value, rel=2e-5)


def test_an_edge_outside_is_none() -> None:
    problem = tt.Problem.toy(2, density=0.5)
    flags = np.array([[True, True], [False, False]])
    assert np.isnan(optimum_edges(problem, np.array([0.2, 0.5]), np.array([0.1, 1.0]), flags)).all()


def test_shifts_are_medians_in_decades() -> None:
    found = (Edge(0.2, 0.1, 0.4), Edge(1.0, 0.5, None), Edge(None, None, None), Edge(3.0, None, 4.0))
    moved = shift(found, np.array([0.1, 0.1, 0.1, np.nan]))
    assert moved.n_densities == 2
    assert moved.median == pytest.approx((np.log10(2) + 1) / 2)
    assert moved.low == pytest.approx(np.log10(5) / 2)
    assert moved.high == np.inf
    assert str(shift((Edge(None, None, None),), np.array([0.1]))) == "no edge in the grid"


@pytest.mark.parametrize(
    ("hits", "grid"), [(np.array([[1, 2]]), GRID), (np.array([1, 2, 3, 3]), GRID), (np.empty((1, 0), int), GRID[:0])]
)
def test_counts_that_do_not_fit_the_grid_are_refused(hits: np.ndarray, grid: np.ndarray) -> None:
    with pytest.raises(ValueError, match="hits must have shape"):
        edges(hits, 3, grid)
