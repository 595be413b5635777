"""One artefact of training at a time, two features in one dimension.

The figure artefacts-2-1 in its quick version, and its table.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from toytoy.compare.named_figures import entry
from toytoy.compare.training.scores import HEAD

ENTRY = entry("artefacts-2-1")


def figure() -> Figure:
    """Draw the quick version."""
    return ENTRY.draw(ENTRY.make(quick=True))


def table() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give the quick version's counts, with Wilson's intervals of 95 %."""
    found = ENTRY.make(quick=True)
    return (*HEAD, "edge moved, decades"), found.rows()
