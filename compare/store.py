"""Diagrams on disk: netCDF files that are written whole or not at all, and checked when read."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xarray as xr

from ..analytic.activation import ClippedReLU, LeakyReLU
from ..analytic.domain import nearest
from ..analytic.problem import Problem
from ..analytic.solution import Kind
from .contents import check_contents
from .outputs import writable, write_whole
from .seal import check_seal, seal

REQUIRED = ("loss", "loss_error", "regime", "phase", "weights", "bias", "capacity")
OF_AN_OPTIMUM = ("margin", "margin_error")
# what reading damaged HDF5 raises, besides the first two: whatever comes of a name, size or type that is another one
DAMAGED = (OSError, ValueError, LookupError, RuntimeError, TypeError, AttributeError, MemoryError, NotImplementedError)
MOST_UNSTORED, MOST_PACKED = 2**20, 2000  # bytes of a variable; its bytes a byte in the file: deflate packs 1032 in one
ATTRIBUTES = ("kind", "method", "seed", "tolerance", "version", "problem")


def write_dataset(data: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Write beside the file, then move over it: a failure or a kill leaves the old file as it was."""
    return write_whole(writable(path), lambda beside: _write(data, beside))


def _write(data: xr.Dataset, path: Path) -> None:
    data.to_netcdf(path, engine="h5netcdf")
    seal(path)


def read_dataset(path: str | os.PathLike[str]) -> xr.Dataset:
    """Read a diagram's data as they were saved, and refuse anything else.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not netCDF, was damaged, or lacks what a diagram has.
    """
    with clearly(path, "a phase diagram"):
        return _read(path)


def _read(path: str | os.PathLike[str]) -> xr.Dataset:
    data = read_netcdf(path, "a phase diagram", "PhaseDiagram.save")
    required = (*REQUIRED, *OF_AN_OPTIMUM) if str(data.attrs.get("kind")) == Kind.OPTIMUM else REQUIRED
    missing = [name for name in required if name not in data] + [name for name in ATTRIBUTES if name not in data.attrs]
    if missing:
        raise ValueError(f"{path} is not a phase diagram: it lacks {', '.join(missing)}")
    if str(data.attrs["kind"]) not in list(Kind):
        raise ValueError(f"{path} is not a phase diagram: " + nearest("kind", data.attrs["kind"], map(str, Kind)))
    try:
        return check_contents(data, decode_problem(data.attrs["problem"]).n_features)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a phase diagram: {error}") from None


def read_netcdf(path: str | os.PathLike[str], what: str, saved_by: str, group: str | None = None) -> xr.Dataset:
    """Read a file, or one group of it, into memory, texts as numpy's; one error for whatever is wrong with it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not netCDF, or damaged.
    """
    import h5py

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no {what.split(' ', 1)[1]} at {path}; save one with {saved_by}")
    with clearly(path, what):
        check_seal(path)
        with h5py.File(path, "r") as file:  # of what it can't open h5netcdf complains twice, once as it is collected
            file.attrs.get("_nc3_strict")
            _refuse_hollow(file)
        with warnings.catch_warnings(action="ignore"), xr.open_dataset(path, engine="h5netcdf", group=group) as stored:
            return _with_words(stored.load())


@contextlib.contextmanager
def clearly(path: str | os.PathLike[str], what: str) -> Iterator[None]:
    """Turn whatever is wrong with a file's content into one line that names the file; a missing file is itself."""
    try:
        yield
    except FileNotFoundError:
        raise
    except DAMAGED as error:
        said = " ".join(str(error).split()) or type(error).__name__
        named = said if str(path) in said else f"{path} is not {what} that can be read: {said}"
        raise ValueError(named) from None


def _with_words(data: xr.Dataset) -> xr.Dataset:
    """Give texts numpy's own type."""
    for name in (*data.data_vars, *data.coords):
        if data[name].dtype.kind == "O":
            data[name] = data[name].astype(str)
    return data


def _refuse_hollow(file: Any) -> None:
    """Refuse what declares far more numbers than are stored: a damaged size, which would take all memory."""

    def check(name: str, thing: Any) -> None:
        size = getattr(thing, "nbytes", 0)
        if size > MOST_UNSTORED and size > MOST_PACKED * thing.id.get_storage_size():
            raise ValueError(f"{name} declares {size} bytes and stores {thing.id.get_storage_size()}")

    file.visititems(check)


def encode_problem(template: Problem) -> str:
    """Write a toy's size and activation as JSON."""
    sigma: Any = template.activation
    if hasattr(sigma, "name"):
        sigma = sigma.name
    if not isinstance(sigma, str):
        sigma = {type(sigma).__name__: {key: float(value) for key, value in dataclasses.asdict(sigma).items()}}
    return json.dumps({"n_features": template.n_features, "n_hidden": template.n_hidden, "activation": sigma})


def decode_problem(text: str) -> Problem:
    """Read what `encode_problem` wrote; density and importance are left at 1.

    Raises
    ------
    ValueError
        If it is something else.
    """
    try:
        given = json.loads(text)
        sigma = given["activation"]
        if isinstance(sigma, dict):
            ((name, parameters),) = sigma.items()
            sigma = {"LeakyReLU": LeakyReLU, "ClippedReLU": ClippedReLU}[name](**parameters)
        problem = Problem.toy(given["n_features"], density=1.0, activation=sigma)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"problem attribute {text!r} does not describe a toy: {error}") from None
    if problem.n_hidden != given.get("n_hidden"):
        raise ValueError(f"problem attribute {text!r} does not describe a toy: n_hidden must be n_features - 1")
    return problem
