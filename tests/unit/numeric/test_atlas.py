"""Optima over a grid: none is missed that a long, independent multistart finds."""

from __future__ import annotations

import numpy as np
import pytest
import toytoy as tt
from numpy.typing import NDArray
from toytoy.numeric.atlas import all_starts, optimum_map, spread
from toytoy.numeric.cells import Cells
from toytoy.numeric.polish import GRADIENT_TOLERANCE

Array = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
MISSED = 1e-9  # times the null loss: far above what convergence leaves, below any gap between distinct minima seen
N_STARTS = 64  # one start hits with probability 0.16 in the worst cell known: 64 of them miss once in 70 000


def template(n: int) -> tt.Problem:
    return tt.Problem.toy(n, density=1.0)


def missed(n: int, densities: Array, importances: Array, some: NDArray[np.intp]) -> list[tuple[float, float, float]]:
    """List (density, importance, excess) of the given cells whose loss a long multistart beats."""
    atlas = optimum_map(template(n), densities, importances)
    found = []
    for cell in some:
        p, r = float(atlas.cells.densities[cell]), float(atlas.cells.importances[cell])
        problem = tt.Problem.toy(n, density=p, importance=r)
        solution = tt.minimize(problem, tt.Multistart(n_starts=N_STARTS, seed=int(cell)))
        excess = atlas.losses[cell] - solution.loss.value
        if excess > MISSED * problem.null_loss:
            found.append((p, r, excess))
        assert excess >= -MISSED * problem.null_loss, "the multistart is to be the longer search"
    return found


@pytest.mark.parametrize("n", [2, 3])
def test_none_of_forty_cells_is_missed(n: int) -> None:
    rng = np.random.default_rng(n)
    some = rng.choice(400, size=40, replace=False)
    assert missed(n, np.geomspace(0.01, 1.0, 20), np.geomspace(0.1, 10.0, 20), some) == []


@pytest.mark.parametrize("n", [2, 3])
def test_none_is_missed_where_the_phases_crowd(n: int) -> None:
    """Density near 1 and importance near 1, slivers of triangles among them; the row p = 1; low density."""
    rng = np.random.default_rng(10 + n)
    for low, high, count in ((0.9, 1.0, 6), (0.45, 0.75, 6), (0.001, 0.01, 3)):
        some = rng.choice(8 * count, size=8, replace=False)
        assert missed(n, np.linspace(low, high, count), np.geomspace(0.7, 1.5, 8), some) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("n", [2, 3])
def test_none_of_four_hundred_cells_of_the_published_range_is_missed(n: int) -> None:
    rng = np.random.default_rng(20 + n)
    some = rng.choice(3600, size=400, replace=False)
    assert missed(n, np.geomspace(0.01, 1.0, 60), np.geomspace(0.1, 10.0, 60), some) == []


@pytest.mark.parametrize("n", [2, 3])
def test_a_row_without_neighbors_in_density_is_solved_too(n: int) -> None:
    importances = np.geomspace(0.1, 10.0, 8)
    assert missed(n, np.array([1.0]), importances, np.arange(8)) == []


@pytest.mark.parametrize("n", [2, 3])
def test_what_it_returns_is_consistent(n: int) -> None:
    calls: list[tuple[int, int]] = []
    grid = np.geomspace(0.05, 1.0, 5), np.geomspace(0.2, 5.0, 4)
    atlas = optimum_map(template(n), *grid, lambda done, total: calls.append((done, total)))
    weights, bias = atlas.cells.split(atlas.thetas)
    assert atlas.cells.densities.tolist() == np.repeat(grid[0], 4).tolist()
    for i in range(20):
        problem = tt.Problem.toy(
            n, density=float(atlas.cells.densities[i]), importance=float(atlas.cells.importances[i])
        )
        loss = tt.loss(problem, weights[i], bias[i])
        assert abs(loss - atlas.losses[i]) <= 16 * EPS * problem.null_loss
        assert atlas.gradients[i] <= GRADIENT_TOLERANCE * problem.null_loss
    assert (atlas.losses <= atlas.pool_losses.min(axis=0) + 1e-10 * atlas.cells.null_loss).all()
    assert [done for done, _ in calls] == list(range(1, calls[-1][1] + 1))
    assert atlas.n_evaluations > atlas.pool_losses.size


def test_the_same_grid_gives_the_same_bits() -> None:
    grid = np.geomspace(0.1, 1.0, 4), np.geomspace(0.5, 2.0, 4)
    one, other = (optimum_map(template(3), *grid) for _ in range(2))
    assert np.array_equal(one.thetas, other.thetas)
    assert np.array_equal(one.losses, other.losses)


@pytest.mark.parametrize("n", [2, 3])
def test_neighbors_mend_a_cell_that_was_missed(n: int) -> None:
    """All cells but one are put at a bad minimum: the one spreads, and nothing gets worse."""
    densities, importances = np.array([0.1, 0.105, 0.11]), np.array([1.0, 1.02, 1.04, 1.06])
    atlas = optimum_map(template(n), densities, importances)
    dropped = np.zeros_like(atlas.thetas)
    dropped[:, : n * (n - 1)] = np.eye(n)[:-1].ravel()
    dropped[:, -1] = atlas.cells.densities / 2
    thetas, out = atlas.cells.descend(dropped)
    losses = out[:, 0].copy()
    assert (losses > atlas.losses + 1e-3 * atlas.cells.null_loss).all()
    thetas[5], losses[5] = atlas.thetas[5], atlas.losses[5]
    assert spread(atlas.cells, (3, 4), thetas, losses) > 0
    assert (losses <= atlas.losses + MISSED * atlas.cells.null_loss).all()


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("step", [1e-5, 5e-5, 1e-4])
def test_just_above_a_continuous_onset_the_saddle_is_not_taken_for_the_optimum(n: int, step: float) -> None:
    """p = 0.65, r_s = 0.72036…: the extra's column is about 20 (r - r_s) long, and gains a few 1e-12 or less."""
    atlas = optimum_map(template(n), np.array([0.65]), np.array([0.7203637969 + step]))
    length = np.linalg.norm(atlas.cells.split(atlas.thetas)[0][0, :, -1])
    assert 5 * step < length < 50 * step


def test_starts_are_those_of_each_density() -> None:
    cells = Cells.make(template(2), np.array([0.2, 0.6, 0.2]), np.array([1.0, 1.0, 3.0]))
    starts = all_starts(cells)
    assert np.array_equal(starts[:, 0], starts[:, 2])
    dropped = (starts[:, :, 1] == 0.0).all(axis=1)
    assert dropped.any()
    assert np.array_equal(starts[dropped][:, :, 3], np.broadcast_to([0.1, 0.3, 0.1], (dropped.sum(), 3)))
