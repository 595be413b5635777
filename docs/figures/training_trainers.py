"""The same start, five ways to train: two features in one dimension.

The figure trainers in its quick version, and its table.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry
from toytoy.compare.training.scores import table as table_of

ENTRY = entry("trainers")


def figure() -> Figure:
    """Draw the quick version."""
    return ENTRY.draw(ENTRY.make(quick=True))


def table() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give the quick version's counts, with Wilson's intervals of 95 %."""
    found = ENTRY.make(quick=True)
    return table_of(found.scores)
