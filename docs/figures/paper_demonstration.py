"""The demonstration: a linear model drops features, a ReLU model stores them in superposition.

The paper's figure demonstration-20 in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("demonstration-20")
    return chosen.draw(chosen.make(quick=True))
