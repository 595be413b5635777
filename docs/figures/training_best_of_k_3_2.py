"""Best of k trained models, three features in two dimensions.

The figure best-of-k-3-2 of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("best-of-k-3-2")
    return chosen.draw(chosen.make(quick=True))
