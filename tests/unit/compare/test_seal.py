"""Seals: a file whose bytes were changed is refused; one that a program changed, or that has none, is not."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import h5py
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.seal import MAGIC, SIZE, check_seal, seal

from tests.small_maps import agreement, diagram

SIZES = (0, 1, SIZE - 1, SIZE, 2**20, 2**20 + 1)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_is_as_it_was_sealed(size: int, tmp_path: Path) -> None:
    content = Random(size).randbytes(size)
    path = tmp_path / "a"
    path.write_bytes(content)
    check_seal(path)  # without a seal
    check_seal(seal(path))
    whole = path.read_bytes()
    assert whole[:-SIZE] == content
    assert whole[-SIZE:].startswith(MAGIC)


@pytest.mark.parametrize("at", [0, 1000, 2**20, -SIZE - 1, -SIZE + len(MAGIC), -2, -1])
def test_a_changed_byte_is_refused(at: int, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(Random(0).randbytes(2**20 + 100))
    whole = bytearray(seal(path).read_bytes())
    whole[at] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ValueError, match="checksum does not fit"):
        check_seal(path)


def test_every_flipped_bit_of_a_saved_diagram_is_harmless_or_refused(tmp_path: Path) -> None:
    path = diagram("optimum").save(tmp_path / "a.nc")
    whole, rng = path.read_bytes(), Random(0)
    for _ in range(20):
        damaged = bytearray(whole)
        damaged[rng.randrange(len(whole) - SIZE)] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"a\.nc is not a phase diagram .* its checksum does not fit"):
            tt.PhaseDiagram.load(path)


def test_what_a_program_changes_is_no_damage(tmp_path: Path) -> None:
    path = diagram("optimum").save(tmp_path / "a.nc")
    with h5py.File(path, "r+") as file:
        margin: Any = file["margin"]
        margin[0, 0] = 7.0
        file.attrs["note"] = "changed by hand"
    loaded = tt.PhaseDiagram.load(path).data
    assert loaded.margin[0, 0] == 7.0
    assert loaded.attrs["note"] == "changed by hand"


def test_other_programs_read_a_sealed_file(tmp_path: Path) -> None:
    path = diagram("optimum").save(tmp_path / "a.nc")
    with xr.open_dataset(path, engine="h5netcdf") as stored:
        assert stored.load().loss.identical(diagram("optimum").data.loss)


def test_what_is_saved_loads_the_same(tmp_path: Path) -> None:
    for kind in ("optimum", "ansatz", "trained"):
        path = diagram(kind).save(tmp_path / "a.nc")
        assert path.read_bytes()[-SIZE:].startswith(MAGIC)
        assert tt.PhaseDiagram.load(path).data.identical(diagram(kind).data)
    found = agreement("ansatz")
    path = found.save(tmp_path / "b.nc")
    assert path.read_bytes()[-SIZE:].startswith(MAGIC)
    assert tt.Agreement.load(path).data.identical(found.data)
