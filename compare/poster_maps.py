"""The maps that color a poster: ansatz and optimum over the lines' window, and the optimum over its zooms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .diagram import PhaseDiagram, phase_diagram
from .figures.zooms import Zoom, zooms_of
from .hands import Progress
from .lines import PhaseLines

Array = NDArray[np.float64]
DETAIL = 100  # cells along each side of a map: a hundredth of a panel, which a line hides


def poster_maps(lines: PhaseLines, detail: int = DETAIL, progress: Progress | None = None) -> tuple[PhaseDiagram, ...]:
    """Compute the maps on which `plot.poster` draws lines.

    Cells fill each window, with a model at the middle of each: none at density 1 itself, where the optimum has twins
    of another phase and the same loss.

    Parameters
    ----------
    lines : PhaseLines
    detail : int
        Cells along each side; zooms below the largest have 3/5 of that.
    progress : callable (done, total), optional
        Counts maps.

    Returns
    -------
    tuple of PhaseDiagram
        The ansatz', the optimum's, and one for each zoom, in the order in which they are drawn.

    Examples
    --------
    >>> from toytoy.compare.lines import PhaseLines
    >>> from toytoy.compare.poster_maps import poster_maps
    >>> lines = PhaseLines(2, 1, density=(0.1, 0.4), importance=(0.1, 1.0), lines=(), points=())
    >>> [str(diagram.kind) for diagram in poster_maps(lines, detail=4)]
    ['ansatz', 'optimum']
    """
    whole = Zoom(lines.importance, lines.density)
    zooms = zooms_of(lines)
    wanted = [("ansatz", whole, detail), ("optimum", whole, detail)]
    wanted += [("optimum", zoom, detail if k == 0 else max(3 * detail // 5, 1)) for k, zoom in enumerate(zooms)]
    found = []
    for done, (method, window, count) in enumerate(wanted):
        density, importance = (middles(*ends, count) for ends in (window.density, window.importance))
        size = (lines.n_features, lines.n_hidden)
        found.append(phase_diagram(*size, density=density, importance=importance, method=method))
        if progress:
            progress(done + 1, len(wanted))
    return tuple(found)


def middles(low: float, high: float, count: int) -> Array:
    """Return the geometric midpoints of cells that fill a range."""
    edges = np.geomspace(low, high, count + 1)
    return np.asarray(np.sqrt(edges[:-1] * edges[1:]))
