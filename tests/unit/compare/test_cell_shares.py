"""Shares of cells: plain counting, and what their intervals promise."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from numpy.typing import NDArray
from toytoy.compare.cell_shares import cell_shares, spread
from toytoy.compare.proportions import wilson

EPS = float(np.finfo(float).eps)
DIMS = ("density", "importance")


def disc(shift: NDArray[np.float64], size: int = 20) -> xr.DataArray:
    """A disc of a quarter of the window, on a grid shifted by parts of a cell; the window wraps round."""
    axes = [(np.arange(size) + s) / size % 1.0 for s in shift]
    y, x = np.meshgrid(*axes, indexing="ij")
    held = (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.25 / np.pi
    return xr.DataArray(np.where(held, "agrees", "not_reached"), dims=DIMS)


def test_counts_and_intervals_by_name() -> None:
    names = xr.DataArray([["a", "b", "b"], ["a", "c", "b"]], dims=DIMS)
    found = cell_shares(names, ["b", "a", "z"])
    assert found.status.values.tolist() == ["b", "a", "z"]
    assert found.cells.values.tolist() == [3, 2, 0]
    assert found.share.values.tolist() == [3 / 6, 2 / 6, 0.0]
    assert found.low.values.tolist() == [float(wilson(k, 6)[0]) for k in (3, 2, 0)]
    assert found.high.values.tolist() == [float(wilson(k, 6)[1]) for k in (3, 2, 0)]
    assert np.isnan(found.effective.sel(status="z"))


def test_inner_and_outer_by_plain_loops() -> None:
    held = np.random.default_rng(3).random((5, 7)) < 0.5
    found = cell_shares(xr.DataArray(np.where(held, "a", "b"), dims=DIMS), ["a"])
    inner = outer = 0
    for i in range(5):
        for j in range(7):
            beside = [(i + a, j + b) for a, b in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
            around = [held[at] for at in beside if 0 <= at[0] < 5 and 0 <= at[1] < 7]
            inner += all(around)
            outer += any(around)
    assert found.inner.item() == pytest.approx(inner / 35, abs=2 * EPS)
    assert found.outer.item() == pytest.approx(outer / 35, abs=2 * EPS)
    assert np.array_equal(spread(held.T), spread(held).T)


def test_a_regular_grid_does_better_than_the_interval_of_random_cells() -> None:
    """What the docstring says: the share of a region holds far more often, and scatters a third as much or less."""
    rng = np.random.default_rng(0)
    found = [cell_shares(disc(rng.random(2)), ["agrees"]).isel(status=0) for _ in range(200)]
    covered = [float(each.low) <= 0.25 <= float(each.high) for each in found]
    between = [float(each.inner) <= 0.25 <= float(each.outer) for each in found]
    assert all(covered)
    assert all(between)
    random_scatter = np.sqrt(0.25 * 0.75 / 400)
    assert np.std([float(each.share) for each in found]) < random_scatter / 3


def test_one_draw_a_cell_does_about_as_well() -> None:
    """Chances that differ from cell to cell: the interval of the mean chance covers 95 % at least."""
    rng = np.random.default_rng(1)
    chances = np.linspace(0.0, 0.6, 20)[:, None] * np.ones(20)
    covered = []
    for _ in range(400):
        names = xr.DataArray(np.where(rng.random((20, 20)) < chances, "agrees", "other"), dims=DIMS)
        each = cell_shares(names, ["agrees"]).isel(status=0)
        covered.append(float(each.low) <= 0.3 <= float(each.high))
    assert np.mean(covered) > 0.95


def test_the_effective_interval_is_the_wider_one() -> None:
    found = cell_shares(disc(np.zeros(2)), ["agrees"]).isel(status=0)
    assert found.effective < 40
    assert found.effective_low < found.low < found.share < found.high < found.effective_high


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(ValueError, match="names must have cells to be counted"):
        cell_shares(xr.DataArray(np.empty((0, 3), dtype=str), dims=DIMS), ["agrees"])


def test_the_effective_interval_is_that_of_as_many_independent_cells() -> None:
    """It solves Wilson's condition for the effective number: |share - p| = z √(p (1 - p) / number)."""
    found = cell_shares(disc(np.zeros(2)), ["agrees"]).isel(status=0)
    share, number = float(found.share), float(found.effective)
    for end in (float(found.effective_low), float(found.effective_high)):
        assert abs(share - end) == pytest.approx(1.959963984540054 * np.sqrt(end * (1 - end) / number), rel=1e-12)
    assert found.effective_low < share < found.effective_high


def test_where_all_are_alike_there_is_no_effective_number() -> None:
    found = cell_shares(xr.DataArray([["a", "a", "a"]], dims=DIMS), ["a"]).isel(status=0)
    assert all(np.isnan(found[name]) for name in ("effective", "effective_low", "effective_high"))
    assert (found.share, found.inner, found.outer) == (1.0, 1.0, 1.0)
