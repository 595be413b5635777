"""Adversarial attacks grow with superposition.

Attacks on models of eight features in three dimensions.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry


def figure() -> Figure:
    """Draw the quick version."""
    chosen = entry("adversarial")
    return chosen.draw(chosen.make(quick=True))
