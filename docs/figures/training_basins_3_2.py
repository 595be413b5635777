"""Basins: which phase training reaches, three features in two dimensions.

The figure basins-3-2 of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("basins-3-2")
    return chosen.draw(chosen.make(quick=True))
