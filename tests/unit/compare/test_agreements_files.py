"""Comparisons of many maps on disk: all comes back, and what was tampered with is refused."""

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
from toytoy.compare.agreements import Agreements, agreements
from toytoy.compare.ruling import statuses

from tests.small_maps import agreement, diagram

KINDS = ("ansatz", "optimum", "trained")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return agreements({kind: diagram(kind) for kind in KINDS}).save(tmp_path_factory.mktemp("saved") / "a.nc")


def same(found: Agreements, again: Agreements) -> None:
    assert (again.names, again.reference, again.agrees) == (found.names, found.reference, found.agrees)
    for name in ("pairs", "consensus", "votes", "data", "unanimous", "shares"):
        xr.testing.assert_identical(getattr(again, name), getattr(found, name))
    assert str(again) == str(found)
    assert repr(again.to_dict()) == repr(found.to_dict())
    assert repr(again.distances) == repr(found.distances)


def test_everything_comes_back(saved: Path) -> None:
    same(agreements({kind: diagram(kind) for kind in KINDS}), Agreements.load(saved))


def test_odd_names_one_cell_and_no_optimum_come_back(tmp_path: Path) -> None:
    lone = tt.phase_diagram(2, 1, density=[0.5], importance=[1.0], method="ansatz")
    found = agreements({"a/b": lone, "Δ, ü": lone})
    same(found, Agreements.load(found.save(tmp_path / "a.nc")))


CHANGES: dict[str, Any] = {
    "share": lambda v: v * 0.99,
    "confusion": lambda v: np.swapaxes(v, 2, 3),
    "votes": lambda v: v - 1,
    "maps/loss": lambda v: v * 1.001,
    "pairs/0-1/points/shift": lambda v: v * 2,
    "against/0/cells/excess": lambda v: v * 1.01,
    "against/2/cells/margin": lambda v: -v,
    "judged": lambda v: v * 0 + 1,
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_follow_is_refused(name: str, saved: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(saved, tmp_path / "changed.nc"))
    with h5py.File(changed, "r+") as file:
        entry: Any = file[name]
        values = entry[...]
        entry[...] = CHANGES[name](values)
        assert not np.array_equal(entry[...], values, equal_nan=True)
    with pytest.raises(ValueError, match=r"contradicts itself|that can be read") as caught:
        Agreements.load(changed)
    assert "\n" not in str(caught.value)


def test_files_of_another_kind_are_refused(tmp_path: Path, saved: Path) -> None:
    alone = agreement("ansatz").save(tmp_path / "alone.nc")
    with pytest.raises(ValueError, match="not saved by Agreements"):
        Agreements.load(alone)
    with pytest.raises(ValueError, match="not saved by Agreements"):
        Agreements.load(diagram("optimum").save(tmp_path / "diagram.nc"))
    with pytest.raises(ValueError, match="is not an agreement that can be read"):
        tt.Agreement.load(saved)
    with pytest.raises(FileNotFoundError):
        Agreements.load(tmp_path / "nothing.nc")
    with pytest.raises(IsADirectoryError):
        agreements([diagram("ansatz"), diagram("ansatz")]).save(tmp_path)


def test_a_loss_that_is_no_number_comes_back(tmp_path: Path) -> None:
    data = diagram("ansatz").data.copy(deep=True)
    data["loss"][1, 2] = np.nan
    found = agreements([diagram("optimum"), tt.PhaseDiagram(data)])
    assert found.agrees is False
    same(found, Agreements.load(found.save(tmp_path / "a.nc")))


@pytest.mark.parametrize("name", ["regime", "loss_error"])
def test_a_map_without_a_variable_is_refused_by_its_name(name: str, saved: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(saved, tmp_path / "changed.nc"))
    with h5py.File(changed, "r+") as file:
        del file[f"maps/{name}"]
    with pytest.raises(ValueError, match=f"it lacks {name}$"):
        Agreements.load(changed)


def test_which_maps_were_judged_must_be_said_of_each(saved: Path, tmp_path: Path) -> None:
    changed = Path(shutil.copy(saved, tmp_path / "changed.nc"))
    with h5py.File(changed, "r+") as file:
        del file["judged"]
    with pytest.raises(ValueError, match=r"not saved by Agreements\.save"):
        Agreements.load(changed)
    found = agreements({kind: diagram(kind) for kind in KINDS})
    for maps in (found.data.isel(map=slice(2)), found.data.transpose("density", "map", "importance")):
        path = replace(found, data=maps).save(tmp_path / "few.nc")
        with pytest.raises(ValueError, match=r"it lacks (maps that were judged|regime, loss, loss_error)$"):
            Agreements.load(path)


def test_a_map_judged_by_other_losses_is_refused_by_name(tmp_path: Path) -> None:
    """Each judgment follows from its own cells, which are not the maps': only a comparison of both tells."""
    found = agreements({kind: diagram(kind) for kind in KINDS})
    ansatz = found.against["ansatz"]
    cells = ansatz.data.assign(loss=2 * ansatz.data.loss)
    cells = cells.assign(excess=cells.loss - cells.optimum_loss)
    other = type(ansatz).of(cells.assign(status=(cells.status.dims, statuses(cells))), ansatz.boundary_distance)
    path = replace(found, against=found.against | {"ansatz": other}).save(tmp_path / "a.nc")
    with pytest.raises(ValueError, match="loss of ansatz, as it was judged, is not that of the map"):
        Agreements.load(path)
