"""The cells of a map as one plotly trace: their edges, and in each what a click or a hovering pointer is told."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...analytic.domain import DENSITY
from .overlays import Trace
from .places import cell_edges

Array = NDArray[np.float64]
HOVER = "p = %{customdata[0]:.3g}, r = %{customdata[1]:.3g}"


def heat_cells(densities: Array, importances: Array, values: ArrayLike, told: Array, **more: Any) -> Trace:
    """Make a heat map of values, shape (d, r); `customdata` holds p, r and the number told, shape (d, r)."""
    x, y = cell_edges(importances), cell_edges(densities, DENSITY.high)
    return {
        "type": "heatmap",
        "x": _digits(x, 9),
        "y": _digits(y, 9),
        "z": np.asarray(values).tolist(),
        "customdata": [
            [[p, r, number] for r, number in zip(importances.tolist(), row, strict=True)]
            for p, row in zip(densities.tolist(), (_digits(each, 6) for each in told), strict=True)
        ],
        "name": "cells",
        "xgap": 0,
        "ygap": 0,
        **more,
    }


def _digits(values: Array, digits: int) -> list[float]:
    return [float(f"{value:.{digits}g}") for value in values.tolist()]
