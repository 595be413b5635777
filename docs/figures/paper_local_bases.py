"""Local almost-orthogonal bases: interference goes between sets of correlated features.

The paper's figure local-bases in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("local-bases")
    return chosen.draw(chosen.make(quick=True))
