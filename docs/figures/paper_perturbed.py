"""One feature is rarer: the pentagon gives way to pairs.

The paper's figure perturbed-feature in its quick version.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("perturbed-feature")
    return chosen.draw(chosen.make(quick=True))
