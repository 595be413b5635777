"""Whether a diagram from a file can be shown: whole, and of no more cells than a browser draws."""

from __future__ import annotations

from ..contents import check_contents
from ..diagram import PhaseDiagram

MOST_CELLS = 40_000  # 200 by 200, as the published figure: 4 MB for a browser to draw, each time


def check_whole(diagram: PhaseDiagram) -> PhaseDiagram:
    """Return the diagram if the explorer can show it.

    Raises
    ------
    ValueError
        If it has too many cells, or is not what `toytoy.compare.contents.check_contents` wants.

    Examples
    --------
    >>> from toytoy.compare.explorer.shipped import shipped
    >>> from toytoy.compare.explorer.whole import check_whole
    >>> check_whole(shipped(2)["ansatz"]) is shipped(2)["ansatz"]
    True
    """
    grid = diagram.data.loss.shape
    if len(grid) == 2 and grid[0] * grid[1] > MOST_CELLS:
        raise ValueError(
            f"a diagram must have at most {MOST_CELLS} cells to be shown, got {grid[0]} by {grid[1]}; "
            "compute a coarser one"
        )
    check_contents(diagram.data, diagram.template.n_features)
    return diagram
