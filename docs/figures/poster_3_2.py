"""All lines and special points of the (3,2) diagram, beside the published theory.

The poster of the (3,2) toy: all lines and special points of the optimum, over its map, beside the published one.
"""

from __future__ import annotations

from matplotlib.figure import Figure
from paper_lines import paper_lines
from toytoy.compare import plot
from toytoy.compare.poster_maps import poster_maps


def figure() -> Figure:
    """Trace the lines, compute the maps below them, and draw both."""
    lines = paper_lines(3)
    return plot.poster(lines, poster_maps(lines))
