"""Seals: data come back as they were sealed, through a file too; whatever changes breaks the seal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.seal import CHECKSUM, checksum, sealed, unsealed

from tests.small_maps import agreement, diagram
from tests.unsealed import unsealed as file_without_checksum


def data() -> xr.Dataset:
    return xr.Dataset(
        {
            "number": (("x", "y"), [[1.0, np.nan], [-0.0, np.inf]], {"long_name": "a number"}),
            "word": ("x", np.array(["a", "bc"])),
            "count": ("y", [1, 2]),
            "none": ("z", np.array([], dtype=str)),
            "alone": ((), 3.0),
        },
        {"x": [0.1, 0.2]},
        {"kind": "optimum", "seed": 3, "tolerance": 1e-8},
    )


def test_sealed_data_are_the_same() -> None:
    before = data()
    assert unsealed(sealed(before)).identical(before)
    assert CHECKSUM not in before.attrs
    assert unsealed(before) is before  # without a seal


def test_a_seal_holds_through_a_file(tmp_path: Path) -> None:
    sealed(data()).to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as stored:
        assert CHECKSUM not in unsealed(stored.load()).attrs


def change(name: str) -> xr.Dataset:
    """Change a copy in one way."""
    changed: Any = data()
    if name == "sign of zero":
        changed["number"][1, 0] = 0.0
    elif name == "last bit":
        changed["x"] = [0.1, np.nextafter(0.2, 1)]
    elif name == "boundary of texts":
        changed["word"] = ("x", np.array(["ab", "c"]))
    elif name == "dims":
        changed["number"] = (("y", "x"), changed.number.values)
    elif name == "name":
        changed = changed.rename(count="counts")
    elif name == "variable less":
        changed = changed.drop_vars("alone")
    elif name == "variable's attribute":
        changed.number.attrs["long_name"] = "another"
    else:
        changed.attrs[name] = {"seed": 4, "kind": "ansatz", "more": 1}[name]
    return changed.assign_attrs({CHECKSUM: checksum(data())})


@pytest.mark.parametrize(
    "name",
    [
        *("sign of zero", "last bit", "boundary of texts", "dims", "name", "variable less", "variable's attribute"),
        *("seed", "kind", "more"),
    ],
)
def test_what_was_changed_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="checksum does not fit"):
        unsealed(change(name))


def test_a_flipped_bit_of_a_saved_diagram_is_seen(tmp_path: Path) -> None:
    saved = diagram("optimum").save(tmp_path / "a.nc")
    whole = saved.read_bytes()
    number = diagram("optimum").data.weights.values[2, 3, 0, 1].tobytes()
    at = whole.index(number)
    saved.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(ValueError, match=r"a\.nc .* its checksum does not fit"):
        tt.PhaseDiagram.load(saved)
    changed = tt.PhaseDiagram.load(file_without_checksum(saved))  # the way out that the error names
    assert not changed.data.identical(diagram("optimum").data)


def test_what_is_saved_loads_the_same(tmp_path: Path) -> None:
    for kind in ("optimum", "ansatz", "trained"):
        assert tt.PhaseDiagram.load(diagram(kind).save(tmp_path / "a.nc")).data.identical(diagram(kind).data)
    found = agreement("ansatz")
    assert tt.Agreement.load(found.save(tmp_path / "b.nc")).data.identical(found.data)
