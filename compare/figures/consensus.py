"""What most of any number of maps say, cell by cell, and where not all agree."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes

from ...analytic.regime import Regime
from ..agreements import DIVIDED, Agreements, said_together
from .agreement_maps import TITLE_WIDTH
from .canvas import TITLE_FONT, axes_on, legend_below, mark_cells, paint_names, patches
from .colors import PURPLE, REGIME_COLORS, spoken
from .pair_matrix import check_agreements

COLORS: dict[str, str] = {**{str(regime): REGIME_COLORS[regime] for regime in Regime}, DIVIDED: PURPLE}
ALONE = "not all agree"


def consensus_map(found: Agreements, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the regime that most maps have in each cell; a dot marks cells in which not all agree.

    Parameters
    ----------
    found : Agreements
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional
        How many cells all have alike, if left out.

    Returns
    -------
    matplotlib Axes
        The legend counts the cells.

    Raises
    ------
    TypeError
        If an argument is of another type.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> from toytoy.compare.agreements import agreements
    >>> grid = dict(density=[0.1, 0.9], importance=[0.5, 2.0])
    >>> maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")]
    >>> ax = plot.consensus_map(agreements(maps))
    >>> print(ax.get_title())
    both maps have the same regime in 4 of 4
    cells
    """
    check_agreements(found)
    ax = axes_on(ax)
    paint_names(ax, found.consensus, COLORS)
    mark_cells(ax, ~found.unanimous, ".", ALONE)
    same, total = int(found.unanimous.sum()), found.unanimous.size
    text = said_together(len(found.names), same, total) if title is None else title
    ax.set_title(textwrap.fill(text, TITLE_WIDTH), fontsize=TITLE_FONT)
    counts = {name: int((found.consensus == name).sum()) for name in COLORS}
    met = {name: color for name, color in COLORS.items() if counts[name]}
    entries = patches(met, (f"{spoken(name)} ({counts[name]})" for name in met))
    handles, labels = ax.get_legend_handles_labels()
    for handle, label in zip(handles, labels, strict=True):
        handle.set_label(f"{label} ({total - same})")
    legend_below(ax, [*entries, *handles])
    return ax
