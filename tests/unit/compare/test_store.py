"""Diagrams on disk: written whole or not at all, identical when read, and anything else refused in one line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toytoy as tt
import xarray as xr
from toytoy.compare.store import ATTRIBUTES, OF_AN_OPTIMUM, REQUIRED, decode_problem, encode_problem

GRID: dict[str, Any] = {"density": [0.2, 0.7], "importance": [0.1, 1.0, 3.0]}


def diagram(method: Any = "optimum", **fields: Any) -> tt.PhaseDiagram:
    return tt.phase_diagram(2, 1, **GRID, method=method, **fields)


METHODS: list[Any] = ["ansatz", "optimum", tt.Multistart(n_starts=1), tt.Trained(steps=3, batch=8, n_instances=2)]


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_what_is_read_is_what_was_written(method: Any, tmp_path: Path) -> None:
    if isinstance(method, tt.Trained):
        pytest.importorskip("torch")
    one = diagram(method)
    other = tt.PhaseDiagram.load(one.save(tmp_path / "a.nc"))
    xr.testing.assert_identical(one.data, other.data)
    for name in one.data.variables:
        assert one.data[name].dtype.kind == other.data[name].dtype.kind, name
    assert (other.kind, other.tolerance, other.template) == (one.kind, one.tolerance, one.template)
    assert other.data.attrs["seed"] == one.data.attrs["seed"]
    assert len(other.boundaries()) == len(one.boundaries())
    assert os.listdir(tmp_path) == ["a.nc"]


@pytest.mark.parametrize("sigma", ["relu", "abs", "linear", tt.LeakyReLU(0.25), tt.ClippedReLU(0.5)], ids=str)
@pytest.mark.parametrize("n", [2, 3])
def test_the_problem_is_kept(sigma: Any, n: int) -> None:
    template = tt.Problem.toy(n, density=1.0, activation=sigma)
    assert decode_problem(encode_problem(template)) == template


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "null",
        "3",
        '{"n_features": 4, "n_hidden": 3, "activation": "relu"}',
        '{"n_features": 2, "n_hidden": 2, "activation": "relu"}',
        '{"n_features": 2, "n_hidden": 1, "activation": "rellu"}',
        '{"n_features": 2, "n_hidden": 1, "activation": {"Tanh": {}}}',
        '{"n_features": 2, "n_hidden": 1, "activation": {"LeakyReLU": {"alpha": 1}}}',
        '{"n_features": 2, "n_hidden": 1, "activation": {}}',
    ],
)
def test_what_is_no_problem(text: str) -> None:
    with pytest.raises(ValueError, match="does not describe a toy") as refused:
        decode_problem(text)
    assert "\n" not in str(refused.value)


def refused(path: Path, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match) as caught:
        tt.PhaseDiagram.load(path)
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    refused(tmp_path / "none.nc", FileNotFoundError, "no phase diagram at")
    refused(tmp_path, FileNotFoundError, "no phase diagram at")


@pytest.mark.parametrize("content", [b"", b"not netCDF", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(4096)])
def test_a_file_that_is_not_netcdf(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    path.write_bytes(content)
    refused(path, ValueError, "not a phase diagram that can be read")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file(share: float, tmp_path: Path) -> None:
    path = diagram("ansatz").save(tmp_path / "a.nc")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    refused(path, ValueError, "not a phase diagram that can be read")


@pytest.mark.parametrize("name", [*REQUIRED, *OF_AN_OPTIMUM, *ATTRIBUTES])
def test_whatever_is_missing_is_named(name: str, tmp_path: Path) -> None:
    data = diagram().data.copy()
    if name in data.attrs:
        del data.attrs[name]
    else:
        data = data.drop_vars(name)
    path = tt.PhaseDiagram(data).save(tmp_path / "a.nc")
    refused(path, ValueError, f"lacks {name}" if name != "kind" else "lacks kind")


def test_another_netcdf_file_and_an_unknown_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.nc"
    xr.Dataset({"loss": ("x", [1.0])}).to_netcdf(path, engine="h5netcdf")
    refused(path, ValueError, "not a phase diagram: it lacks loss_error")
    data = diagram("ansatz").data.assign_attrs(kind="ansats")
    refused(tt.PhaseDiagram(data).save(path), ValueError, "did you mean 'ansatz'")


def test_an_unwritable_place(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    for path in (tmp_path / "no" / "folder.nc", file / "below.nc"):
        with pytest.raises(OSError, match=r"folder\.nc|below\.nc"):
            diagram("ansatz").save(path)
    assert file.read_text() == "mine"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("step", ["to_netcdf", "replace"])
def test_a_failure_leaves_the_old_file(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = diagram("ansatz").save(tmp_path / "a.nc")
    before = path.read_bytes()
    write = xr.Dataset.to_netcdf

    def full(*args: Any, **kwargs: Any) -> None:
        if step == "to_netcdf":
            write(*args, **kwargs)  # half way: something is there already
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        target: Any = xr.Dataset if step == "to_netcdf" else os
        patched.setattr(target, step, full)
        with pytest.raises(OSError, match="no space left"):
            diagram("optimum").save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.nc"]


def test_saving_again_replaces(tmp_path: Path) -> None:
    path = diagram("ansatz").save(tmp_path / "a.nc")
    diagram("optimum").save(path)
    assert tt.PhaseDiagram.load(str(path)).kind == "optimum"
    assert np.array_equal(tt.PhaseDiagram.load(path).densities, GRID["density"])
