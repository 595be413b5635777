"""Models of many features: WᵀW and bias as a heat map, and ‖W_i‖ as bars colored by superposition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from ...analytic.gram import superposition
from .canvas import FONT, TITLE_FONT
from .colors import BLUE, KIND_TITLES, ORANGE, VERMILLION

if TYPE_CHECKING:
    from ...analytic.solution import Solution
    from ..paper.panels import Panels

PANEL = 1.9  # inches, each side
SHARED = LinearSegmentedColormap.from_list("superposition", [BLUE, ORANGE])  # of regimes: dedicated to superposed
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "#ffffff", VERMILLION])
GAP = 1  # columns between WᵀW and the bias


def feature_bars(panels: Panels) -> Figure:
    """Draw each model as WᵀW with its bias, and below as one bar a feature, the first on top.

    Bars are as long as ‖W_i‖, and colored by Σ_{j≠i} (Ŵ_i·W_j)², from 0, a direction of its own, to 1 and more. The
    heat map has the bias as its last column. Optima stand above trained models.

    Parameters
    ----------
    panels : Panels

    Returns
    -------
    matplotlib Figure
    """
    rows = [row for row in (panels.optimum, panels.trained) if row]
    count = len(panels.labels)
    figure = Figure(figsize=(max(PANEL * count + 1.4, 5.5), 2 * PANEL * len(rows) + 0.5), layout="constrained")
    axes = figure.subplots(2 * len(rows), count, squeeze=False)
    longest = 1.05 * max(float(np.sqrt((s.weights**2).sum(axis=0)).max()) for row in rows for s in row)
    for k, row in enumerate(rows):
        for map_ax, bar_ax, solution in zip(axes[2 * k], axes[2 * k + 1], row, strict=True):
            heat(map_ax, solution)
            bars(bar_ax, solution, longest)
        kind = str(KIND_TITLES[row[0].kind]).partition(":")[0]
        axes[2 * k, 0].set_ylabel(f"{kind}\nWᵀW  |  b", fontsize=FONT)
        axes[2 * k + 1, 0].set_ylabel("feature", fontsize=FONT)
        for ax in axes[2 * k + 1]:
            ax.set_xlabel(r"$\Vert W_i \Vert$", fontsize=FONT)
    for ax, label in zip(axes[0], panels.labels, strict=True):
        ax.set_title(label, fontsize=TITLE_FONT)
    figure.suptitle(panels.title, fontsize=TITLE_FONT + 1)
    _key(figure, axes[0], Normalize(-1, 1), SIGNED, "entries of WᵀW and b", "both")
    _key(figure, axes[1], Normalize(0, 1), SHARED, "superposition", "max")
    return figure


def heat(ax: Axes, solution: Solution) -> None:
    """Draw WᵀW, and beyond a gap the bias as a column."""
    n = solution.problem.n_features
    shown = np.full((n, n + GAP + max(n // 10, 1)), np.nan)
    shown[:, :n] = solution.weights.T @ solution.weights
    shown[:, n + GAP :] = solution.bias[:, None]
    ax.imshow(shown, cmap=SIGNED, vmin=-1, vmax=1, interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_xlabel(f"loss {float(solution.loss):.4g}", fontsize=FONT)


def bars(ax: Axes, solution: Solution, longest: float) -> None:
    """Draw one bar a feature, the first on top."""
    norms = np.sqrt((solution.weights**2).sum(axis=0))
    colors = SHARED(np.clip(superposition(solution.weights), 0, 1))
    ax.barh(np.arange(len(norms)), norms, height=0.9, color=colors)
    ax.set(xlim=(0, longest), ylim=(len(norms) - 0.4, -0.6))
    ax.tick_params(labelsize=FONT - 1)
    ax.set_yticks([0, len(norms) - 1])


def _key(figure: Figure, beside: Any, norm: Normalize, colors: Any, label: str, beyond: str) -> None:
    """Put a color bar beside a row of panels."""
    bar = figure.colorbar(ScalarMappable(norm, colors), ax=list(beside), aspect=14, extend=beyond)
    bar.set_label(label, fontsize=FONT)
    bar.ax.tick_params(labelsize=FONT)
