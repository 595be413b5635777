"""Features as directions: what linear probes read, at five densities.

What linear probes read, at five densities.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("linear-probes")
    return chosen.draw(chosen.make(quick=True))
