"""Three correlated pairs collapse onto principal components as density falls.

The paper's figure collapse in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("collapse")
    return chosen.draw(chosen.make(quick=True))
