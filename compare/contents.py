"""Whether data are a phase diagram's: every cell a model with a name, on axes that ascend in range."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ..analytic.domain import TOLERANCE, short
from ..analytic.regime import Phase, Regime
from .grids import density_grid, importance_grid

CELL = ("density", "importance")
NUMBERS = ("loss", "loss_error", "weights", "bias", "capacity")
MARGINS = ("margin", "margin_error")  # may be infinite, or unknown
LABELS: dict[str, frozenset[str]] = {"regime": frozenset(map(str, Regime)), "phase": frozenset(map(str, Phase))}


def check_contents(data: xr.Dataset, n_features: int) -> xr.Dataset:
    """Return a diagram's data if they are what `PhaseDiagram` says; a file may hold anything under the right names.

    Parameters
    ----------
    data : xarray.Dataset
        With all variables that a diagram needs; see `toytoy.compare.store`.
    n_features : int
        Of the toy.

    Raises
    ------
    TypeError, ValueError
        If axes do not ascend in range, arrays have other dims or shapes, numbers are not finite, labels are none
        that the library knows, or the tolerance is none.

    Examples
    --------
    >>> from toytoy.compare.contents import check_contents
    >>> from toytoy.compare.explorer.shipped import shipped
    >>> data = shipped(2)["ansatz"].data
    >>> check_contents(data, 2) is data
    True
    """
    if data.loss.dims != CELL:
        raise ValueError(f"a diagram's loss must have the dimensions density and importance, got {data.loss.dims}")
    axes = [axis for axis in CELL if axis not in data.coords or data[axis].dims != (axis,)]
    if axes:
        raise ValueError(f"a diagram must say where its cells are, got no axis {' and '.join(axes)}")
    grid = len(density_grid(data.density.values)), len(importance_grid(data.importance.values))
    shapes = {"weights": (*grid, n_features - 1, n_features), "bias": (*grid, n_features)}
    shapes["capacity"] = shapes["bias"]
    for name in (*NUMBERS, *LABELS, *(name for name in MARGINS if name in data)):
        wanted = shapes.get(name, grid)
        if data[name].dims[:2] != CELL:
            raise ValueError(f"a diagram's {name} must begin with density and importance, got {data[name].dims}")
        if data[name].shape != wanted:
            raise ValueError(f"a diagram's {name} must have the shape {wanted} here, got {data[name].shape}")
        if data[name].dims[2:] != ("hidden", "feature")[4 - len(wanted) :]:
            raise ValueError(f"a diagram's {name} must have its hidden and feature dimensions, got {data[name].dims}")
    _check_values(data)
    TOLERANCE.check(_plain(data.attrs.get("tolerance")))
    return data


def _check_values(data: xr.Dataset) -> None:
    """Refuse what is no number where one belongs, not finite, or no label."""
    for name in NUMBERS:
        values = data[name].values
        if values.dtype.kind != "f" or not np.isfinite(values).all():
            raise ValueError(f"a diagram's {name} must be finite numbers in every cell; compute it again")
    for name in MARGINS:
        if name in data and data[name].dtype.kind != "f":
            raise ValueError(f"a diagram's {name} must be numbers, got {data[name].dtype}; compute it again")
    for name, known in LABELS.items():
        if unknown := set(np.unique(data[name].values.astype(str)).tolist()) - known:
            told = short(min(unknown))
            raise ValueError(f"a diagram's {name} must be one of {', '.join(sorted(known))}, got {told}")


def _plain(value: object) -> object:
    """Give a number of numpy's as Python's."""
    return value.item() if isinstance(value, np.generic) else value
