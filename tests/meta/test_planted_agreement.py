"""Faults planted into every statistic of an agreement: a plain twin rejects each, and so does reading the file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.agreements import agreements
from toytoy.compare.cell_shares import cell_shares
from toytoy.compare.confusion import kappa, row_shares
from toytoy.compare.gaps import gap_quantiles
from toytoy.compare.proportions import score_interval, wilson

from tests.reference import plain_agreement as plain
from tests.small_maps import diagram

STATUSES = ("agrees", "not_reached", "disagreement")
Fault = Callable[[Any], Any]


@cache
def made() -> tt.Agreement:
    """A comparison with cells of every row, a boundary on either side, and one cell without a scale."""
    data = diagram("optimum").data.copy(deep=True)
    data["margin"][5, 3] = 0.0
    return tt.agreement(diagram("ansatz"), tt.PhaseDiagram(data))


def cells_of(found: tt.Agreement) -> list[dict[str, Any]]:
    names = [str(name) for name in found.data.data_vars]
    columns = [found.data[name].values.ravel().tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def faults(statistics: xr.Dataset, found: tt.Agreement) -> Iterator[str]:
    """Name every statistic that the plain twin does not find in the cells and points of an agreement."""
    cells = cells_of(found)
    yield from faults_of_shares(statistics, cells)
    yield from faults_of_confusion(statistics, cells)
    for name, scale, error in (
        ("loss_gap", "optimum_loss", "optimum_error"),
        ("margin_gap", "margin", "margin_error"),
    ):
        yield from faults_of_gaps(statistics, cells, name, scale, error)
    for k, each in enumerate(found.boundary_distance):
        at = statistics.isel(boundary=k)
        row = {str(name)[9:]: float(at[name]) for name in at.data_vars if str(name).startswith("boundary_")}
        yield from plain.faults_of_distance(row, each.shift, each.errors)


def faults_of_shares(statistics: xr.Dataset, cells: list[dict[str, Any]]) -> Iterator[str]:
    for status in STATUSES:
        row = statistics.sel(status=status)
        hits = sum(cell["status"] == status for cell in cells)
        if int(row.shares_cells) != hits or not plain.same(row.shares_share.item(), hits / len(cells)):
            yield f"share of {status}"
        if not plain.is_wilson(row.shares_low.item(), row.shares_high.item(), hits, len(cells)):
            yield f"interval of {status}"
        if not row.shares_inner <= row.shares_share <= row.shares_outer:
            yield f"inner and outer share of {status}"


def faults_of_confusion(statistics: xr.Dataset, cells: list[dict[str, Any]]) -> Iterator[str]:
    labels = [[str(cell[name]) for cell in cells] for name in ("optimum_regime", "regime")]
    table = plain.counted(*labels)
    for row in statistics.optimum.values:
        total = labels[0].count(str(row))
        for column in statistics.other.values:
            entry, hits = statistics.sel(optimum=row, other=column), table.get((str(row), str(column)), 0)
            ends = entry.confusion_low.item(), entry.confusion_high.item()
            right = int(entry.confusion_cells) == hits and plain.is_wilson(*ends, hits, total)
            if not right or (total and not plain.same(entry.confusion_share.item(), hits / total)):
                yield f"confusion of {row} and {column}"
    hits = sum(a == b for a, b in zip(*labels, strict=True))
    reference, other = labels
    low, high = (plain.kappa(reference, other, Fraction(float(end))) for end in wilson(hits, len(cells)))
    for name, wanted in (("kappa", plain.kappa(reference, other)), ("kappa_low", low), ("kappa_high", high)):
        if not plain.same(statistics[name].item(), wanted):
            yield name


def faults_of_gaps(
    statistics: xr.Dataset, cells: list[dict[str, Any]], name: str, scale: str, error: str
) -> Iterator[str]:
    for of in ("all", *STATUSES):
        some = [cell for cell in cells if of in ("all", cell["status"])]
        found = plain.ratios(some, scale, error)
        rows = statistics.sel({"of": of})
        if (int(rows[f"{name}_cells"]), int(rows[f"{name}_unscaled"])) != (len(found), len(some) - len(found)):
            yield f"cells of {name}, {of}"
        for column, values in zip(("value", "low", "high"), zip(*found, strict=True), strict=False):
            for q in statistics["quantile"].values:
                if not plain.same(rows[f"{name}_{column}"].sel(quantile=q).item(), plain.quantile(values, float(q))):
                    yield f"{name}_{column}, {of}"


def test_the_twin_finds_the_same() -> None:
    assert list(faults(made().statistics, made())) == []
    assert made().margin_gaps.unscaled.sel(of="all") == 1


def narrower(values: Any) -> Any:
    """The interval of another level."""
    share = made().shares.share.values
    return share + 0.8 * (values - share)


FAULTS: dict[str, tuple[str, Fault]] = {
    "a swapped confusion axis": ("confusion_cells", lambda v: v.T),
    "shares of columns": ("confusion_share", lambda v: v.T),
    "an interval of another row": ("confusion_low", lambda v: v[::-1]),
    "an interval of another level": ("shares_low", narrower),
    "a share of other cells": ("shares_share", lambda v: v * 0.99),
    "half the cells": ("shares_cells", lambda v: v // 2),
    "inner for outer": ("shares_inner", lambda v: 1 - v * 0),
    "a kappa without chance": ("kappa", lambda v: v * 0 + made().share("agrees")),
    "a kappa that is no number": ("kappa", lambda v: v * np.nan),
    "a kappa of the usual error": ("kappa_low", lambda v: v * 0 + made().kappa.value - 1e-3),
    "a share that is no number": ("shares_share", lambda v: v * np.nan),
    "the margin's sign": ("margin_gap_value", lambda v: -v),
    "gaps without errors": ("margin_gap_low", lambda v: v * 0 + made().margin_gaps.value.values),
    "a gap of no scale": ("margin_gap_unscaled", lambda v: v * 0),
    "gaps in percent": ("loss_gap_value", lambda v: 100 * v),
    "quantiles the other way": ("loss_gap_value", lambda v: v[:, ::-1]),
    "signed distances": ("boundary_median", lambda v: -v),
    "natural logarithms": ("boundary_largest", lambda v: v * np.log(10)),
    "distances without errors": ("boundary_largest_high", lambda v: v * 0 + made().boundaries.largest.values),
    "errors of another boundary": ("boundary_error", lambda v: v + 0.5),
    "half the densities within": ("boundary_within", lambda v: v + 1),
    "a share within of another level": ("boundary_within_high", lambda v: 0.9 * v),
}


def planted(fault: str) -> tuple[str, Any]:
    name, change = FAULTS[fault]
    before = made().statistics[name].values
    after = np.asarray(change(before.copy()), dtype=before.dtype)
    assert not np.array_equal(before, after, equal_nan=before.dtype.kind == "f"), fault
    return name, after


@pytest.mark.parametrize("fault", FAULTS)
def test_the_twin_rejects_a_planted_fault(fault: str) -> None:
    name, values = planted(fault)
    statistics = made().statistics
    assert list(faults(statistics.assign({name: (statistics[name].dims, values)}), made()))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made().save(tmp_path_factory.mktemp("agreement") / "a.nc")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_with_a_planted_fault_is_refused(fault: str, saved: Path, tmp_path: Path) -> None:
    name, values = planted(fault)
    copy = Path(shutil.copy(saved, tmp_path / "a.nc"))
    with h5py.File(copy, "r+") as file:
        entry: Any = file[name]
        entry[...] = values
    with pytest.raises(ValueError, match=f"contradicts itself: {name} does not follow"):
        tt.Agreement.load(copy)


def test_every_statistic_has_a_planted_fault() -> None:
    """One of a group stands for its fellows, which one function makes in one go."""
    groups = {"shares", "confusion", "kappa", "loss_gap", "margin_gap", "boundary"}
    assert {name for name, _ in FAULTS.values()} <= {*made().statistics.data_vars}
    for group in groups:
        assert any(name.startswith(group) for name, _ in FAULTS.values())
    assert all(str(name).startswith(tuple(groups)) for name in made().statistics.data_vars)


def test_a_margin_of_the_wrong_sign_is_contradicted_even_where_labels_agree() -> None:
    data = diagram("optimum").data.copy(deep=True)
    data["margin"] = -data.margin
    found = tt.agreement(tt.PhaseDiagram(data), diagram("ansatz"))
    assert found.count("disagreement") == found.cells.size
    assert not agreements([tt.PhaseDiagram(data), diagram("ansatz")]).agrees


@pytest.mark.parametrize("name", ["margin_error", "loss_error"])
def test_an_error_of_the_wrong_sign_is_contradicted(name: str) -> None:
    data = diagram("optimum").data.copy(deep=True)
    data[name] = -data[name] - 1e-3
    assert not tt.agreement(tt.PhaseDiagram(data), diagram("ansatz")).agrees


def test_nothing_to_compare_is_refused_by_every_statistic() -> None:
    none = np.empty((0, 3))
    for call in (
        lambda: wilson([0], 0),
        lambda: wilson([], []),
        lambda: row_shares(xr.DataArray(np.zeros((3, 3), dtype=int))),
        lambda: kappa(xr.DataArray(np.zeros((3, 3), dtype=int))),
        lambda: gap_quantiles(none, none, none, none, none.astype(str)),
        lambda: cell_shares(xr.DataArray(none.astype(str)), ["agrees"]),
        lambda: agreements([]),
    ):
        with pytest.raises(ValueError, match=r"must|not all 0"):
            call()


def test_an_interval_of_another_level_is_told_apart() -> None:
    for level in (0.9, 0.94, 0.95, 0.96, 0.99):
        low, high = score_interval(7, 40, level).tolist()
        assert plain.is_wilson(low, high, 7, 40) == (level == 0.95)
    assert not plain.is_wilson(0.1, 0.2, 7, 40)
    assert not plain.is_wilson(float("nan"), float("nan"), 7, 40)
