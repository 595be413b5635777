"""Whether a diagram from a file can be shown: every cell a model with a name, on axes that can be drawn."""

from __future__ import annotations

import numpy as np

from ...analytic.regime import Phase, Regime
from ..diagram import PhaseDiagram
from ..grids import density_grid, importance_grid

MOST_CELLS = 40_000  # 200 by 200, as the published figure: 4 MB for a browser to draw, each time
NUMBERS = ("loss", "loss_error", "weights", "bias", "capacity")
CELL = ("density", "importance")
LABELS: dict[str, frozenset[str]] = {"regime": frozenset(map(str, Regime)), "phase": frozenset(map(str, Phase))}


def check_whole(diagram: PhaseDiagram) -> PhaseDiagram:
    """Return the diagram if the explorer can show it; a file may hold anything under the right names.

    Raises
    ------
    ValueError
        If it has too many cells, axes that do not ascend in range, arrays of other shapes, numbers that are not
        finite, or labels that the library does not know.

    Examples
    --------
    >>> from toytoy.compare.explorer.shipped import shipped
    >>> from toytoy.compare.explorer.whole import check_whole
    >>> check_whole(shipped(2)["ansatz"]) is shipped(2)["ansatz"]
    True
    """
    data, n = diagram.data, diagram.template.n_features
    if data.loss.dims != CELL:
        raise ValueError(f"a diagram's loss must have the dimensions density and importance, got {data.loss.dims}")
    grid = len(density_grid(data.density.values)), len(importance_grid(data.importance.values))
    if grid[0] * grid[1] > MOST_CELLS:
        raise ValueError(
            f"a diagram must have at most {MOST_CELLS} cells to be shown, got {grid[0]} by {grid[1]}; "
            "compute a coarser one"
        )
    shapes = {"weights": (*grid, n - 1, n), "bias": (*grid, n), "capacity": (*grid, n)}
    for name in (*NUMBERS, *LABELS):
        wanted = shapes.get(name, grid)
        if data[name].dims[:2] != CELL:
            raise ValueError(f"a diagram's {name} must begin with density and importance, got {data[name].dims}")
        if data[name].shape != wanted:
            raise ValueError(f"a diagram's {name} must have the shape {wanted} here, got {data[name].shape}")
    for name in NUMBERS:
        values = data[name].values
        if values.dtype.kind != "f" or not np.isfinite(values).all():
            raise ValueError(f"a diagram's {name} must be finite numbers in every cell; compute it again")
    for name, known in LABELS.items():
        if unknown := set(np.unique(data[name].values.astype(str)).tolist()) - known:
            raise ValueError(f"a diagram's {name} must be one of {', '.join(sorted(known))}, got {min(unknown)!r}")
    return diagram
