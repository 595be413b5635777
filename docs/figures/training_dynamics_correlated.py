"""Loss drops and capacities that jump: two correlated sets of three.

Two correlated sets of three learn three dimensions; trained quickly.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("dynamics-correlated")
    return chosen.draw(chosen.make(quick=True))
