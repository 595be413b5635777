"""Diagrams on disk: netCDF files that are written whole or not at all, and checked when read."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import xarray as xr

from ..analytic.activation import ClippedReLU, LeakyReLU
from ..analytic.domain import nearest
from ..analytic.problem import Problem
from ..analytic.solution import Kind
from .outputs import writable, write_whole

REQUIRED = ("loss", "loss_error", "regime", "phase", "weights", "bias", "capacity")
OF_AN_OPTIMUM = ("margin", "margin_error")
ATTRIBUTES = ("kind", "method", "seed", "tolerance", "version", "problem")


def write_dataset(data: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Write beside the file, then move over it: a failure or a kill leaves the old file as it was."""
    return write_whole(writable(path), lambda beside: data.to_netcdf(beside, engine="h5netcdf"))


def read_dataset(path: str | os.PathLike[str]) -> xr.Dataset:
    """Read a diagram's data, and refuse anything else.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not netCDF, or lacks what a diagram has.
    """
    data = read_netcdf(path, "a phase diagram", "PhaseDiagram.save")
    required = (*REQUIRED, *OF_AN_OPTIMUM) if data.attrs.get("kind") == Kind.OPTIMUM else REQUIRED
    missing = [name for name in required if name not in data] + [name for name in ATTRIBUTES if name not in data.attrs]
    if missing:
        raise ValueError(f"{path} is not a phase diagram: it lacks {', '.join(missing)}")
    if data.attrs["kind"] not in list(Kind):
        raise ValueError(f"{path} is not a phase diagram: " + nearest("kind", data.attrs["kind"], map(str, Kind)))
    decode_problem(data.attrs["problem"])
    return data


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
    try:
        h5py.File(path, "r").close()  # h5netcdf complains a second time, as it is collected, of what is no HDF5
        with xr.open_dataset(path, engine="h5netcdf", group=group) as stored:
            data = stored.load()
    except (OSError, ValueError, LookupError, RuntimeError) as error:  # the last two of damaged HDF5
        raise ValueError(f"{path} is not {what} that can be read: {error}") from None
    for name in (*data.data_vars, *data.coords):
        if data[name].dtype.kind == "O":
            data[name] = data[name].astype(str)
    return data


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
