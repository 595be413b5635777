"""Computation in superposition: absolute values of 100 features in 40 neurons.

The figure computation-100-40 of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("computation-100-40")
    return chosen.draw(chosen.make(quick=True))
