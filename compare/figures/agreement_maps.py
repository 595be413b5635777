"""Where a diagram agrees with the optimum, and how much loss it gives away."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from numpy.typing import NDArray

from ...analytic.solution import Kind
from ..agreement import Agreement
from ..diagram import PhaseDiagram
from ..statuses import DISAGREEMENT
from .canvas import FONT, TITLE_FONT, axes_on, check_diagram, frame, legend_below, mark_cells, paint_names, patches
from .colors import GREY, STATUS_COLORS, spoken

Array = NDArray[np.float64]
TITLE_WIDTH = 44  # characters a line
SMALLEST = 1e-6  # relative excess at the lower end of the color scale: nothing smaller could be seen in a figure
NO_MORE, BELOW = "within rounding of the optimum", "below the optimum"


def agreement_map(agreement: Agreement, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw which cells agree with the optimum, which are not reached, and which are a disagreement.

    Parameters
    ----------
    agreement : Agreement
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional
        The verdict if left out.

    Returns
    -------
    matplotlib Axes
        Disagreements are crossed as well as colored; the legend counts the cells.

    Raises
    ------
    TypeError
        If an argument is of another type.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> grid = dict(density=[0.1, 0.9], importance=[0.5, 2.0])
    >>> maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")]
    >>> ax = plot.agreement_map(tt.agreement(*maps))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['agrees (4)', 'not reached (0)', 'disagreement (0)']
    """
    check_agreement(agreement)
    ax = axes_on(ax)
    paint_names(ax, agreement.cells, STATUS_COLORS)
    mark_cells(ax, agreement.cells == DISAGREEMENT, "x", spoken(DISAGREEMENT))
    text = textwrap.fill(agreement.verdict, TITLE_WIDTH) if title is None else title
    ax.set_title(text, fontsize=TITLE_FONT)
    legend_below(ax, patches(STATUS_COLORS, (f"{spoken(name)} ({agreement.count(name)})" for name in STATUS_COLORS)))
    return ax


def check_agreement(agreement: object) -> Agreement:
    """Return a comparison of two maps as given.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if not isinstance(agreement, Agreement):
        kind = type(agreement).__name__
        raise TypeError(f"agreement must be an Agreement, got agreement of type {kind}; make one with agreement(a, b)")
    return agreement


def relative_excess(diagram: PhaseDiagram, optimum: PhaseDiagram) -> tuple[Array, Array]:
    """Compute the loss above the optimum's, relative to it, and both rounding errors on the same scale.

    Raises
    ------
    TypeError
        If either is not a `PhaseDiagram`.
    ValueError
        If toys or grids differ, or the second is not an optimum.
    """
    check_diagram(diagram)
    check_diagram(optimum, "optimum")
    if optimum.kind is not Kind.OPTIMUM:
        raise ValueError(f"optimum must be a diagram of kind optimum, got kind={optimum.kind}; swap the two")
    if diagram.template != optimum.template:
        raise ValueError(f"diagrams must be of the same toy, got {diagram.template} and {optimum.template}")
    for name in ("density", "importance"):
        if not np.array_equal(diagram.data[name].values, optimum.data[name].values):
            shapes = f"{diagram.data.sizes[name]} and {optimum.data.sizes[name]} values"
            raise ValueError(f"{name} grids must be equal, got {shapes}; compute both on one grid")
    least = optimum.data.loss.values
    error = diagram.data.loss_error.values + optimum.data.loss_error.values
    return (diagram.data.loss.values - least) / least, error / least


def excess_map(diagram: PhaseDiagram, optimum: PhaseDiagram, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the excess loss (L - L*) / L* of a diagram over the optimum's.

    Parameters
    ----------
    diagram : PhaseDiagram
    optimum : PhaseDiagram
        Of kind optimum, on the same grid.
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional

    Returns
    -------
    matplotlib Axes
        Logarithmic colors; grey within both rounding errors; crossed where the loss is below the optimum's.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another type, toys or grids differ, or the second diagram is not an optimum.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> grid = dict(density=[0.1, 0.9], importance=[0.5, 2.0])
    >>> maps = [tt.phase_diagram(2, 1, **grid, method=kind) for kind in ("ansatz", "optimum")]
    >>> ax = plot.excess_map(*maps)
    """
    excess, error = relative_excess(diagram, optimum)
    ax = axes_on(ax, (6.2, 4.6))
    above = np.where(excess > error, excess, np.nan)
    top = np.nanmax(above) if np.isfinite(above).any() else 1.0
    bottom = max(SMALLEST, np.nanmin(above)) if np.isfinite(above).any() else SMALLEST
    scale = LogNorm(bottom, max(top, 10 * bottom))
    x, y = frame(ax, diagram.data)
    ax.set_facecolor(GREY)
    palette = colormaps["cividis"].reversed()
    mesh = ax.pcolormesh(x, y, np.ma.masked_invalid(above), norm=scale, cmap=palette, rasterized=True)
    mesh.set_gid("excess")
    below = optimum.data.loss.copy(data=excess < -error)
    mark_cells(ax, below, "x", BELOW)
    bar = ax.figure.colorbar(mesh, ax=ax)
    bar.set_label("excess loss (L − L*) / L*", fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
    marks = [handle for handle, label in zip(*ax.get_legend_handles_labels(), strict=True) if label == BELOW]
    legend_below(ax, [*patches({NO_MORE: GREY}, [NO_MORE]), *marks])
    ax.set_title(f"excess loss of the {diagram.kind} over the optimum" if title is None else title, fontsize=TITLE_FONT)
    return ax
