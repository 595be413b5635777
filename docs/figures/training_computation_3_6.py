"""Computation in superposition: absolute values of three features in six neurons.

The figure computation-3-6 of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("computation-3-6")
    return chosen.draw(chosen.make(quick=True))
