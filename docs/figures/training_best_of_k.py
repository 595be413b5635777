"""Best of k trained models, two features in one dimension.

The figure best-of-k of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("best-of-k")
    return chosen.draw(chosen.make(quick=True))
