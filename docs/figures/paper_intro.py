"""Five features in two dimensions at three densities.

The paper's first figure, at its three densities; trained quickly.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("intro")
    return chosen.draw(chosen.make(quick=True))
