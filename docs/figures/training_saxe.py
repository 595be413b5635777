"""Saxe's closed form beside the steps of gradient descent.

Saxe's closed form beside gradient descent, with five steps instead of seven.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("saxe")
    return chosen.draw(chosen.make(quick=True))
