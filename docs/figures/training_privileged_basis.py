"""A hidden ReLU makes a privileged basis.

The figure privileged-basis of what training does, in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("privileged-basis")
    return chosen.draw(chosen.make(quick=True))
