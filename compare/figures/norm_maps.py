"""The paper's coloring: each cell by the extra feature's norm and by how much of the others lies along it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import make_axes
from matplotlib.colors import to_rgb
from numpy.typing import ArrayLike, NDArray

from ...analytic.gram import superposition
from ...analytic.regime import Regime
from ..diagram import PhaseDiagram
from .canvas import FONT, TITLE_FONT, axes_on, check_diagram, paint
from .colors import REGIME_COLORS
from .phase_maps import diagram_title

Array = NDArray[np.float64]
KEY_CELLS = 64  # along each side of the key


def norm_colors(norm: ArrayLike, shared: ArrayLike) -> Array:
    """Mix the colors of the regimes, shape (..., 3): grey to blue by the norm, blue to orange by what is shared.

    Both are cut at 1, where the pure colors stand.
    """
    size = np.clip(np.asarray(norm, dtype=float), 0, 1)[..., None]
    mixed = np.clip(np.asarray(shared, dtype=float), 0, 1)[..., None]
    nothing, alone, together = (
        np.array(to_rgb(REGIME_COLORS[regime]))
        for regime in (Regime.NOT_REPRESENTED, Regime.DEDICATED, Regime.SUPERPOSED)
    )
    return np.asarray((1 - size) * nothing + size * ((1 - mixed) * alone + mixed * together))


def norm_map(diagram: PhaseDiagram, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Color each cell by ‖W_e‖ and Σ_{j≠e} (Ŵ_e·W_j)² of the extra feature e, with a key beside the map.

    Unlike `phase_map` it leans on no tolerance: a small extra feature, or a slight overlap, looks like one.

    Parameters
    ----------
    diagram : PhaseDiagram
    ax : matplotlib Axes, optional
        Of a new Figure if left out; no pyplot state is touched.
    title : str, optional
        Names the kind and the toy if left out.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError
        If an argument is of another type.

    References
    ----------
    Elhage et al. 2022, "Toy Models of Superposition", arXiv 2209.10652, "Superposition as a phase change".

    Examples
    --------
    >>> import toytoy as tt
    >>> from toytoy.compare import plot
    >>> diagram = tt.phase_diagram(2, 1, density=[0.1, 0.9], importance=[0.5, 2.0], method="ansatz")
    >>> ax = plot.norm_map(diagram)
    """
    check_diagram(diagram)
    ax = axes_on(ax, (6.4, 4.6))
    weights = diagram.data.weights.values
    norm = np.sqrt((weights[..., -1] ** 2).sum(axis=-1))
    paint(ax, diagram.data, norm_colors(norm, superposition(weights)[..., -1]), "norm and superposition")
    ax.set_title(diagram_title(diagram) if title is None else title, fontsize=TITLE_FONT)
    _draw_key(ax)
    return ax


def _draw_key(ax: Axes) -> None:
    key, _ = make_axes(ax, fraction=0.28, shrink=0.32, aspect=1.0, pad=0.04)  # as a color bar's: beside the map
    steps = (np.arange(KEY_CELLS) + 0.5) / KEY_CELLS
    key.imshow(
        norm_colors(*np.meshgrid(steps, steps, indexing="ij")), origin="lower", extent=(0, 1, 0, 1), aspect="auto"
    )
    key.set_xticks([0, 1], ["0", "≥ 1"], fontsize=FONT)
    key.get_xticklabels()[-1].set_horizontalalignment("right")  # keeps within the key
    key.set_yticks([0, 1], ["0", "≥ 1"], fontsize=FONT)
    key.set_xlabel("superposition\n" + r"$\sum_{j \neq e} (\hat{W}_e \cdot W_j)^2$", fontsize=FONT)
    key.set_ylabel(r"norm $\Vert W_e \Vert$", fontsize=FONT)
    key.set_title("color of a cell", fontsize=FONT)
