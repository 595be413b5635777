"""The five parts of the loss along a line through a diagram, stacked."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ...analytic.decomposition import decompose
from ...analytic.domain import DENSITY, IMPORTANCE, Domain
from ..diagram import PhaseDiagram
from .canvas import (
    DENSITY_LABEL,
    FONT,
    IMPORTANCE_LABEL,
    TITLE_FONT,
    axes_on,
    check_diagram,
    legend_below,
    log_axis,
    patches,
)
from .colors import PART_COLORS, REGIME_COLORS, spoken

Array = NDArray[np.float64]
SIZE = (6.4, 4.6)
STRIP = 0.94  # the regimes' strip begins here, as a share of the height
HEADROOM = 1.15  # above the highest loss, for the strip


def line_parts(diagram: PhaseDiagram, *, density: float | None = None, importance: float | None = None) -> Any:
    """Take apart the loss of every model on the grid line nearest to a density, or to an importance.

    Returns
    -------
    parts : dict of array, shape (k,)
        By part, summed over outputs: loss per input.
    null_loss : array, shape (k,)
        Of a model that always answers 0.
    line : xarray.Dataset
        The cells of the line, in the grid's order.

    Raises
    ------
    TypeError, ValueError
        If not exactly one is given, or it is out of range or off the grid.
    """
    check_diagram(diagram)
    if (density is None) == (importance is None):
        raise TypeError(f"give density or importance, and not both, got {density=}, {importance=}")
    line = (
        diagram.data.isel(density=_nearest_index(DENSITY, diagram.densities, density))
        if importance is None
        else diagram.data.isel(importance=_nearest_index(IMPORTANCE, diagram.importances, importance))
    )
    p, r = np.broadcast_arrays(np.atleast_1d(line.density.values), np.atleast_1d(line.importance.values))
    problems = [diagram.problem(*point) for point in zip(p, r, strict=True)]
    found = [
        decompose(problem, weights, bias).parts()
        for problem, weights, bias in zip(problems, line.weights.values, line.bias.values, strict=True)
    ]
    parts = {name: np.array([float(each[name].sum()) for each in found]) for name in PART_COLORS}
    return parts, np.array([problem.null_loss for problem in problems]), line


def loss_parts(
    diagram: PhaseDiagram,
    *,
    density: float | None = None,
    importance: float | None = None,
    relative: bool = True,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Stack the five parts of the exact loss along a line of constant density, or of constant importance.

    The nearest line of the grid is taken, and named in the title. A strip on top shows the extra feature's regime.

    Parameters
    ----------
    diagram : PhaseDiagram
        Of any kind: the models are those of its cells.
    density, importance : number
        Exactly one of them, inside the grid's range; the other runs along the axis.
    relative : bool
        Divide by Σ_i I_i p / 3, the loss of a model that always answers 0: losses of all densities then share a scale.
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional

    Returns
    -------
    matplotlib Axes
        The height of the stack is the loss.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another type, not exactly one line is named, or it is off the grid.

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> diagram = tt.phase_diagram(2, 1, density=[0.1, 0.5, 0.9], importance=[0.5, 2.0], method="optimum")
    >>> ax = plot.loss_parts(diagram, importance=0.5)
    """
    parts, null_loss, line = line_parts(diagram, density=density, importance=importance)
    ax = axes_on(ax, SIZE)
    along = "density" if density is None else "importance"
    scale = null_loss if relative else np.ones_like(null_loss)
    x = np.asarray(line[along].values, dtype=float)
    heights = np.array([part / scale for part in parts.values()])
    layers = ax.stackplot(x, heights, colors=list(PART_COLORS.values()), edgecolor="white", linewidth=0.8)
    for layer, name in zip(layers, parts, strict=True):
        layer.set_label(spoken(name))
    ax.set_ylim(0, HEADROOM * heights.sum(axis=0).max())
    _draw_strip(ax, x, line.regime.values)
    if len(x) > 1:
        log_axis(ax, "x", x[0], x[-1], DENSITY_LABEL if density is None else IMPORTANCE_LABEL)
    ax.set_ylabel(
        "loss / loss of always answering 0" if relative else "loss per input, summed over features", fontsize=FONT
    )
    ax.tick_params(labelsize=FONT)
    held = (
        f"density p = {float(line.density):.3g}"
        if importance is None
        else f"importance r = {float(line.importance):.3g}"
    )
    ax.set_title(f"parts of the loss, {diagram.kind}, at {held}" if title is None else title, fontsize=TITLE_FONT)
    _legend(ax, layers)
    return ax


def _legend(ax: Axes, layers: list[Any]) -> None:
    """Name the parts from the top of the stack down, then the strip's regimes."""
    regimes = patches(REGIME_COLORS, (f"extra: {spoken(regime)}" for regime in REGIME_COLORS))
    legend_below(ax, [*layers[::-1], *regimes])


def _draw_strip(ax: Axes, x: Array, regimes: NDArray[np.str_]) -> None:
    """Color the top of the axes by regime; where it changes between two cells, half way on the logarithmic axis."""
    colors = {str(regime): color for regime, color in REGIME_COLORS.items()}
    ends = np.concatenate([[x[0]], np.sqrt(x[:-1] * x[1:]), [x[-1]]])
    for left, right, regime in zip(ends[:-1], ends[1:], regimes, strict=True):
        ax.axvspan(left, right, STRIP, 1.0, color=colors[str(regime)], linewidth=0)


def _nearest_index(domain: Domain, grid: Array, value: Any) -> int:
    number = float(domain.check(value))
    if not grid[0] <= number <= grid[-1]:
        raise ValueError(
            f"{domain.name} must lie on the diagram's grid, from {grid[0]:.6g} to {grid[-1]:.6g}, "
            f"got {domain.name}={value!r}; compute a diagram that holds it"
        )
    return int(np.abs(np.log(grid / number)).argmin())
