"""Loss drops and capacities that jump: six features learn three dimensions.

Six independent features learn three dimensions; trained quickly.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("dynamics")
    return chosen.draw(chosen.make(quick=True))
