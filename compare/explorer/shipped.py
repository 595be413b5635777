"""The diagrams and traced lines that come with the explorer: read from the package, never computed on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..diagram import PhaseDiagram

FOLDER = Path(__file__).parent / "data"
SIZES = (2, 3)  # features of the toys
KINDS = ("ansatz", "optimum", "trained")
REMAKE = "python -m toytoy.compare.explorer.make_shipped"


def shipped(n_features: int) -> Mapping[str, PhaseDiagram]:
    """Return the shipped diagrams of a toy: "ansatz", "optimum" and "trained", in the paper's window.

    Density from 0.01 to 1 and importance from 0.1 to 10, both logarithmic; 60 by 60 cells for ansatz and optimum; 20
    by 20, each in the middle of three by three of these, for one model a cell trained as published (10 000 steps of
    Adam at a rate of 0.001, batches of 1024). The data are read once and shared: change a copy.

    Parameters
    ----------
    n_features : {2, 3}

    Returns
    -------
    mapping of name to PhaseDiagram

    Raises
    ------
    ValueError
        If there is no such toy.
    FileNotFoundError
        If the files are missing from the installation.

    Examples
    --------
    >>> from toytoy.compare.explorer.shipped import shipped
    >>> {name: diagram.data.loss.shape for name, diagram in shipped(2).items()}
    {'ansatz': (60, 60), 'optimum': (60, 60), 'trained': (20, 20)}
    """
    _check_size(n_features)
    return _maps(n_features)


def shipped_lines(n_features: int) -> dict[str, Any]:
    """Return the traced lines and special points of a toy, and the published ansatz' lines, as plain data.

    Parameters
    ----------
    n_features : {2, 3}

    Returns
    -------
    dict
        "lines" and "ansatz": lists of {between, order, status, shapes, narrow, density, importance, error,
        density_error}, numbers to nine digits; "beyond": the lines that leave the maps at a side, further on, as
        {between, order, status, density, importance, error}; "points": as `SpecialPoint.to_dict`; "window", "version".

    Raises
    ------
    ValueError, FileNotFoundError
        As `shipped` does.

    Examples
    --------
    >>> from toytoy.compare.explorer.shipped import shipped_lines
    >>> sorted({point["kind"] for point in shipped_lines(2)["points"]})
    ['border', 'tricritical', 'triple']
    """
    _check_size(n_features)
    return _lines(n_features)


def map_file(n_features: int, kind: str) -> Path:
    """Say where a shipped map lies."""
    return FOLDER / f"{kind}_{n_features}_{n_features - 1}.nc"


def lines_file(n_features: int) -> Path:
    """Say where the shipped lines of a toy lie."""
    return FOLDER / f"lines_{n_features}_{n_features - 1}.json"


@lru_cache
def _maps(n_features: int) -> dict[str, PhaseDiagram]:
    return {kind: PhaseDiagram.load(_there(map_file(n_features, kind))) for kind in KINDS}


@lru_cache
def _lines(n_features: int) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_there(lines_file(n_features)).read_text("utf8"))
    return read


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileNotFoundError(f"the explorer's data must be installed with it, {path} is missing; run {REMAKE}")
    return path


def _check_size(n_features: int) -> None:
    if n_features not in SIZES:
        raise ValueError(f"n_features must be one of {SIZES}, the toys (2,1) and (3,2), got n_features={n_features!r}")
