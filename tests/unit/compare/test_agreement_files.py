"""Agreements on disk: all that was saved comes back, and what was tampered with is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.agreement_files import (
    GROUPS,
    distances_of,
    gathered,
    points_of,
    read_agreement,
    read_cells,
    same_table,
    write_cells,
)

from tests.small_maps import agreement, diagram


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return agreement("trained").save(tmp_path_factory.mktemp("saved") / "agreement.nc")


@pytest.mark.parametrize(("kind", "n"), [("ansatz", 2), ("optimum", 3), ("trained", 3)])
def test_everything_comes_back(kind: str, n: int, tmp_path: Path) -> None:
    found = agreement(kind, n)
    again = tt.Agreement.load(found.save(tmp_path / "a.nc"))
    assert (again.agrees, again.verdict, again.tolerances, again.worst) == (
        *(found.agrees, found.verdict, found.tolerances, found.worst),
    )
    # NaN, of a boundary that only one has, is not equal to itself
    assert repr(again.boundary_distance) == repr(found.boundary_distance)
    for name in ("cells", "confusion", "loss_gap"):
        xr.testing.assert_identical(getattr(again, name), getattr(found, name))
    xr.testing.assert_identical(again.data, found.data)
    xr.testing.assert_identical(again.statistics, found.statistics)
    assert str(again) == str(found)
    assert repr(again.to_dict()) == repr(found.to_dict())


def test_the_file_holds_statistics_for_other_readers(saved: Path) -> None:
    with xr.open_dataset(saved, engine="h5netcdf") as stored:
        assert stored.attrs["verdict"] == agreement("trained").verdict
        assert stored.shares_share.sel(status="agrees") == agreement("trained").share("agrees")
    with h5py.File(saved) as file:
        assert {*GROUPS} <= {*file}


def test_no_boundary_and_one_cell(tmp_path: Path) -> None:
    grid: dict[str, Any] = {"density": [0.5], "importance": [1.0]}
    optimum = tt.phase_diagram(2, 1, **grid, method="optimum")
    found = tt.agreement(optimum, optimum)
    assert found.boundary_distance == ()
    again = tt.Agreement.load(found.save(tmp_path / "a.nc"))
    assert again.boundary_distance == ()
    assert str(again) == str(found)


def test_a_disagreement_comes_back(tmp_path: Path) -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][1, 2] = np.nan
    found = tt.agreement(tt.PhaseDiagram(data), diagram("optimum"))
    again = tt.Agreement.load(found.save(tmp_path / "a.nc"))
    assert not again.agrees
    assert again.count("disagreement") == 1
    assert str(again) == str(found)


CHANGES: dict[str, Any] = {
    "shares_low": lambda v: v * 0.9,
    "confusion_cells": lambda v: v.T,
    "confusion_share": lambda v: v.T,
    "kappa": lambda v: v * 0 + np.nan,
    "margin_gap_value": lambda v: -v,
    "boundary_median": lambda v: v + 1e-3,
    "cells/margin": lambda v: -v,
    "cells/excess": lambda v: v + 1e-3,
    "cells/optimum_error": lambda v: v * 1e6,
    "points/shift": lambda v: v * 2,
    "boundaries/unmatched": lambda v: v + 1,
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_follow_from_the_cells_is_refused(name: str, saved: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(saved, tmp_path / "changed.nc"))
    with h5py.File(changed, "r+") as file:
        entry: Any = file[name]
        values = entry[...]
        entry[...] = CHANGES[name](values)
        assert not np.array_equal(entry[...], values, equal_nan=True)
    with pytest.raises(ValueError, match=r"contradicts itself|is not an agreement that can be read") as caught:
        tt.Agreement.load(changed)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("attribute", ["verdict", "agrees"])
def test_another_verdict_is_refused(attribute: str, saved: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(saved, tmp_path / "changed.nc"))
    with h5py.File(changed, "r+") as file:
        file.attrs[attribute] = 7
    with pytest.raises(ValueError, match=f"contradicts itself: {attribute} is"):
        tt.Agreement.load(changed)


def test_what_is_no_agreement_is_refused(tmp_path: Path, saved: Path) -> None:
    for name, content in (("text.nc", b"no netCDF"), ("empty.nc", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="is not an agreement that can be read"):
            tt.Agreement.load(tmp_path / name)
    with pytest.raises(ValueError, match="is not an agreement that can be read"):
        tt.Agreement.load(diagram("optimum").save(tmp_path / "diagram.nc"))
    with pytest.raises(FileNotFoundError, match="no agreement at"):
        tt.Agreement.load(tmp_path / "nothing.nc")
    with pytest.raises(FileNotFoundError, match="no agreement at"):
        tt.Agreement.load(tmp_path)
    (tmp_path / "half.nc").write_bytes(saved.read_bytes()[:4000])
    with pytest.raises(ValueError, match="is not an agreement that can be read"):
        tt.Agreement.load(tmp_path / "half.nc")
    missing = Path(shutil.copy(saved, tmp_path / "missing.nc"))
    with h5py.File(missing, "r+") as file:
        del file["cells/margin"]
    with pytest.raises(ValueError, match="it lacks margin"):
        read_agreement(missing, tt.Agreement.of)


def test_places_that_can_not_be_written_are_refused(tmp_path: Path) -> None:
    found = agreement("ansatz")
    with pytest.raises(FileNotFoundError, match="make it first"):
        found.save(tmp_path / "no" / "a.nc")
    with pytest.raises(IsADirectoryError, match="name a file inside it"):
        found.save(tmp_path)


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: Path) -> None:
    path = Path(shutil.copy(saved, tmp_path / "a.nc"))
    before = path.read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fail)
    with pytest.raises(OSError, match="no space"):
        agreement("ansatz").save(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.nc"]


def test_all_statistics_have_a_name_of_their_own() -> None:
    found = gathered(agreement("ansatz"))
    assert {"shares_low", "confusion_high", "kappa_low", "loss_gap_high", "margin_gap_unscaled"} <= {*found.data_vars}
    assert found.margin_gap_value.dims == ("of", "quantile")


WRONG_CELLS: dict[str, tuple[Any, str]] = {
    "turned": (lambda d: d.transpose("importance", "density"), "must have dims .* and not be empty"),
    "one turned": (lambda d: d.assign(margin=d.margin.T), "must have dims .* and not be empty"),
    "no cells": (lambda d: d.isel(density=slice(0)), "must have dims .* and not be empty"),
    "no margin": (lambda d: d.drop_vars("margin"), "it lacks margin"),
    "no kind": (lambda d: d.assign_attrs(kind="magic"), "kind must be one of .*'magic'"),
    "words for numbers": (lambda d: d.assign(loss=d.loss.astype(str)), "must be numbers"),
    "another excess": (lambda d: d.assign(excess=d.excess + 1e-3), "excess is not loss - optimum_loss"),
    "another status": (
        lambda d: d.assign(status=d.status.where(d.status != "agrees", "not_reached")),
        "does not follow",
    ),
}


@pytest.mark.parametrize("name", WRONG_CELLS)
def test_wrong_cells_are_refused_each_for_its_reason(name: str, tmp_path: Path) -> None:
    change, reason = WRONG_CELLS[name]
    found = agreement("ansatz")
    write_cells(replace(found, data=change(found.data)), tmp_path / "a.nc", "odd")
    with pytest.raises(ValueError, match=reason):
        read_cells(tmp_path / "a.nc", "odd", tt.Agreement.of)


def test_cells_of_a_group_come_back(tmp_path: Path) -> None:
    found = agreement("ansatz")
    write_cells(found, tmp_path / "a.nc", "deep/odd")
    xr.testing.assert_identical(read_cells(tmp_path / "a.nc", "deep/odd", tt.Agreement.of).data, found.data)


def test_distances_come_back_and_none_are_none() -> None:
    found = agreement("ansatz").boundary_distance
    assert len(found) > 1
    parts = points_of(found)
    assert repr(tuple(distances_of(parts["boundaries"], parts["points"]))) == repr(found)
    assert parts["boundaries"].below.values.tolist() == [each.between[0] for each in found]
    assert parts["boundaries"].above.values.tolist() == [each.between[1] for each in found]
    none = points_of(())
    assert list(distances_of(none["boundaries"], none["points"])) == []


WANTED = xr.Dataset(
    {"a": (("x", "y"), [[1.0, np.nan], [3.0, 0.0]]), "b": ("x", [1, 2]), "c": ("x", ["p", "q"])}, {"x": ["u", "v"]}
)
TABLES: dict[str, tuple[Any, list[str]]] = {
    "the same": (lambda d: d, []),
    "some roundings": (lambda d: d.assign(a=d.a * (1 + 1e-12)), []),
    "more than roundings": (lambda d: d.assign(a=d.a * (1 + 1e-6)), ["a does not follow"]),
    "what should be 0": (lambda d: d.assign(a=d.a.where(d.a != 0, 1e-12)), ["a does not follow"]),
    "a number for NaN": (lambda d: d.assign(a=d.a.fillna(1.0)), ["a does not follow"]),
    "two missing": (lambda d: d.drop_vars(["a", "c"]), ["it lacks a", "it lacks c"]),
    "one missing, one wrong": (lambda d: d.drop_vars("a").assign(b=d.b + 1), ["it lacks a", "b does not follow"]),
    "other words": (lambda d: d.assign(c=("x", ["q", "p"])), ["c does not follow"]),
    "words for numbers": (lambda d: d.assign(b=("x", ["1", "2"])), ["b does not follow"]),
    "numbers for words": (lambda d: d.assign(c=("x", [1, 2])), ["c does not follow"]),
    "other dims": (lambda d: d.assign(b=("y", [1, 2])), ["b does not follow"]),
    "turned": (lambda d: d.assign(a=d.a.T.fillna(0.0)), ["a does not follow"]),
    "another shape": (
        lambda d: d.drop_dims("x").assign(b=("x", [1])),
        ["it lacks a", "b does", "it lacks c", "it lacks x"],
    ),
    "more is no fault": (lambda d: d.assign(more=1.0), []),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_same_up_to_some_roundings(name: str) -> None:
    change, faults = TABLES[name]
    found = list(same_table(change(WANTED), WANTED))
    assert len(found) == len(faults)
    assert all(any(said.startswith(fault) for said in found) for fault in faults)


@pytest.mark.parametrize(
    "name", ["points/density", "points/boundary", "boundaries/below", "boundary_extra", "loss_gap_high"]
)
@pytest.mark.parametrize("change", ["less", "group", "compound", "another shape"])
def test_what_lacks_anything_is_refused_by_name(name: str, change: str, saved: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(saved, tmp_path / "changed.nc"))
    with h5py.File(changed, "r+") as file:
        node: Any = file[name]
        shape = node.shape
        del file[name]
        if change == "group":
            file.create_group(name)
        elif change != "less":
            file[name] = np.zeros(shape, [("a", "f8")]) if change == "compound" else np.zeros((3, 1, 4))
    with pytest.raises(ValueError, match=r"changed\.nc (is not|contradicts)") as caught:
        tt.Agreement.load(changed)
    assert "\n" not in str(caught.value)
