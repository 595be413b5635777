"""Colors of a difference: by how much of the optimum's loss a model lies above it, and where its regime is another."""

from __future__ import annotations

import numpy as np

from ..figures.colors import INK, spoken
from .differences import Difference
from .heat import HOVER, heat_cells
from .overlays import WHITE, Trace
from .theme import Theme, bar_above

LEAST, MOST = -4.0, 1.0  # powers of ten of the gap over the optimum's loss: 0.01 % and less, 1000 % and more
TICKS = {-4: "≤ 0.01 %", -3: "0.1 %", -2: "1 %", -1: "10 %", 0: "100 %", 1: "≥ 1000 %"}
OTHER = "another regime than the optimum's"
MARKER_AREA = 330.0  # pixels across which cells lie on a narrow screen: by it markers are sized


def difference_traces(gap: Difference, theme: Theme) -> list[Trace]:
    """Color the cells by the gap, on a logarithmic scale, and cross those with another regime."""
    with np.errstate(divide="ignore"):
        decades = np.clip(np.log10(gap.relative), LEAST, MOST)
    cells = heat_cells(
        gap.density,
        gap.importance,
        decades.round(4),
        gap.gap,
        zmin=LEAST,
        zmax=MOST,
        colorscale="Viridis",
        colorbar=bar_above(theme, "loss above the optimum's, as a share of it", TICKS),
        text=[[told(gap, i, j) for j in range(len(gap.importance))] for i in range(len(gap.density))],
        hovertemplate=HOVER + "<br>%{text}<extra></extra>",
    )
    row, column = np.nonzero(gap.differs)
    size = float(np.clip(0.6 * MARKER_AREA / max(gap.gap.shape), 5.0, 8.0))
    crosses = {
        "type": "scatter",
        "mode": "markers",
        "name": OTHER,
        "x": gap.importance[column].tolist(),
        "y": gap.density[row].tolist(),
        "hoverinfo": "skip",
        "marker": {"symbol": "x", "size": size, "color": WHITE, "line": {"color": INK, "width": 0.7}},
    }
    return [cells, crosses] if len(row) else [cells]


def told(gap: Difference, row: int, column: int) -> str:
    """Say in words what a cell's gap is, and what its regimes are."""
    at = row, column
    regime, other = spoken(str(gap.regime[at])), spoken(str(gap.optimum_regime[at]))
    regimes = f"{regime}; the optimum: {other}" if gap.differs[at] else f"both {regime}"
    if gap.below[at]:
        return f"below the optimum by {-gap.gap[at]:.3g}, more than the errors<br>{regimes}"
    share = gap.relative[at]
    above = f"{gap.gap[at]:.3g} above the optimum ({100 * share:.3g} %)" if share > 0 else "as good as the optimum"
    return f"{above}<br>{regimes}"
