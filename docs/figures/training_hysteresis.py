"""Hysteresis: density swept up and down.

The figure hysteresis of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("hysteresis")
    return chosen.draw(chosen.make(quick=True))
