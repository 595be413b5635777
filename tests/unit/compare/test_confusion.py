"""Confusion matrices and kappa: exact fractions, laws, and the coverage of the interval."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import xarray as xr
from numpy.typing import NDArray
from toytoy.analytic.regime import Regime
from toytoy.compare.confusion import Kappa, confusion, kappa, row_shares
from toytoy.compare.proportions import score_interval, wilson

EPS = float(np.finfo(float).eps)
TABLES = [[[20, 5, 0], [10, 15, 2], [1, 0, 9]], [[40, 0, 0], [1, 3, 0], [0, 2, 100]], [[0, 3, 1], [4, 0, 0], [0, 0, 2]]]


def matrix(table: Any) -> xr.DataArray:
    return xr.DataArray(np.array(table), dims=("optimum", "other"))


def exact_kappa(table: list[list[int]], agreed: Fraction | None = None) -> Fraction:
    """Cohen's kappa in fractions, from single cells: the chance that two cells, drawn apart, have the same name."""
    cells = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    same = Fraction(sum(i == j for i, j in cells), len(cells)) if agreed is None else agreed
    chance = Fraction(sum(a[0] == b[1] for a in cells for b in cells), len(cells) ** 2)
    return (same - chance) / (1 - chance)


@pytest.mark.equation("cohen-kappa")
@pytest.mark.parametrize("table", TABLES)
def test_kappa_in_fractions(table: list[list[int]]) -> None:
    assert kappa(matrix(table)).value == pytest.approx(float(exact_kappa(table)), abs=16 * EPS)


@pytest.mark.equation("kappa-interval")
@pytest.mark.parametrize("table", TABLES)
def test_its_interval_is_that_of_the_share(table: list[list[int]]) -> None:
    total = int(np.sum(table))
    ends = score_interval(int(np.trace(np.array(table))), total)
    wanted = [float(exact_kappa(table, Fraction(float(end)))) for end in ends]
    assert kappa(matrix(table))[1:] == pytest.approx(wanted, abs=32 * EPS)


@pytest.mark.equation("kappa-interval")
@pytest.mark.parametrize("agreement", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("frequencies", [(0.34, 0.33, 0.33), (0.1, 0.2, 0.7)])
@pytest.mark.parametrize("total", [144, 900])
def test_the_interval_covers(agreement: float, frequencies: tuple[float, ...], total: int) -> None:
    """Where the usual standard error covers 48 to 62 % (agreement 0.99, 144 cells), this one keeps its promise."""
    marginal = np.array(frequencies)
    law = agreement * np.diag(marginal) + (1 - agreement) * np.outer(marginal, marginal)
    drawn = np.random.default_rng(0).multinomial(total, law.ravel(), size=800).reshape(-1, 3, 3)
    found = [kappa(matrix(table)) for table in drawn]
    assert 0.91 < np.mean([each.low <= agreement <= each.high for each in found]) < 0.99


def test_ends_of_kappa() -> None:
    assert kappa(matrix([[5, 0], [0, 7]])).value == 1.0
    assert kappa(matrix([[5, 0], [0, 7]])).high == 1.0
    assert kappa(matrix([[5, 0], [0, 7]])).low < 1.0
    assert kappa(matrix([[4, 4], [4, 4]])).value == 0.0
    assert kappa(matrix([[0, 6], [6, 0]])).value == -1.0
    assert kappa(matrix([[0, 9], [0, 0]])).value == 0.0  # one regime here, another there: no better than chance
    assert all(np.isnan(kappa(matrix([[9, 0], [0, 0]]))))
    assert Kappa._fields == ("value", "low", "high")


def test_the_interval_stays_where_kappa_can_be() -> None:
    found = kappa(matrix([[7, 2], [0, 0]]))  # Wilson's lower end of 7 in 9 lies far below what chance gives
    assert found.value == pytest.approx(0.0, abs=4 * EPS)
    assert found.low == -1.0
    assert found.high > 0.5


def test_transposing_keeps_kappa_and_changes_rows() -> None:
    table = np.array(TABLES[0])
    assert kappa(matrix(table.T)) == pytest.approx(kappa(matrix(table)), abs=8 * EPS)
    assert not np.array_equal(row_shares(matrix(table.T)).share.values, row_shares(matrix(table)).share.values.T)


def test_rows_are_shares_of_the_reference() -> None:
    found = row_shares(matrix(TABLES[0]))
    for i, row in enumerate(TABLES[0]):
        for j, count in enumerate(row):
            entry = found.isel(optimum=i, other=j)
            assert entry.share.item() == pytest.approx(count / sum(row), abs=EPS)
            assert [entry.low.item(), entry.high.item()] == wilson(count, sum(row)).tolist()
    assert found.cells.values.tolist() == TABLES[0]


def test_an_empty_row_says_nothing() -> None:
    found = row_shares(matrix([[0, 0], [3, 1]])).isel(optimum=0)
    assert np.isnan(found.share.values).all()
    assert (found.low.values.tolist(), found.high.values.tolist()) == ([0.0, 0.0], [1.0, 1.0])


def labels(*names: str) -> NDArray[np.object_]:
    return np.array([[Regime(name) for name in names]], dtype=object)


def test_counts_by_plain_loops_reference_first() -> None:
    reference = labels("dedicated", "dedicated", "superposed")
    other = labels("dedicated", "not_represented", "superposed")
    found = confusion(reference, other, ("first", "second"))
    assert found.dims == ("first", "second")
    assert found.sel(first="dedicated", second="not_represented") == 1
    assert found.sel(first="not_represented", second="dedicated") == 0
    assert int(found.sum()) == 3


def test_labels_that_can_not_be_counted_are_refused() -> None:
    good = labels("dedicated", "superposed")
    for bad in (labels("dedicated"), np.array([["dedicated", "antipodal"]]), np.array([["dedicated", np.nan]])):
        with pytest.raises(ValueError, match="labels must be regimes of the same cells"):
            confusion(good, bad)


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[1, -1], [0, 2]], [[0.5, 1], [1, 1]], [[1, 2]], [[np.nan]], [1]])
def test_what_is_no_table_is_refused(table: Any) -> None:
    given = xr.DataArray(np.array(table))
    for function in (kappa, row_shares):
        with pytest.raises(ValueError, match="counts must be whole numbers of cells"):
            function(given)


@pytest.mark.filterwarnings("error")
def test_a_row_of_one_cell_is_that_cells() -> None:
    found = row_shares(matrix([[0, 1, 0], [0, 0, 0], [2, 0, 5]]))
    assert found.share.isel(optimum=0).values.tolist() == [0.0, 1.0, 0.0]
    ends = found.isel(optimum=0, other=1)
    assert [ends.low.item(), ends.high.item()] == wilson(1, 1).tolist()
