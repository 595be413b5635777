"""Dimensions a feature: plateaus of eight features in three dimensions.

Dimensions a feature of 8 features in 3 dimensions: smaller than the paper's, and without training.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.figures.dimensions import dimensions
from toytoy.compare.paper.dimensionality import dimensionality


def figure() -> Figure:
    """Draw it from few starts."""
    return dimensions(dimensionality(8, 3, (1.0, 0.5, 0.3, 0.1, 0.03, 0.01), starts=2, trained=None))
