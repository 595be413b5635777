"""Basins: which phase training reaches, two features in one dimension.

The figure basins-2-1 of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("basins-2-1")
    return chosen.draw(chosen.make(quick=True))
