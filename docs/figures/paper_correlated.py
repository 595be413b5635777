"""Correlated features side by side, anticorrelated ones opposite.

The paper's figure correlated in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("correlated")
    return chosen.draw(chosen.make(quick=True))
