"""Averages of trained models along a cut: of invariants, and of W itself; and what the best of k gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .canvas import FONT, TITLE_FONT, log_axis
from .colors import BLUE, INK, ORANGE, SKY, VERMILLION

if TYPE_CHECKING:
    from ..training.averages import Averages

SIZE = (12.4, 4.0)  # inches
IMPORTANCE = "relative importance of the extra feature, r"


def averaged(found: Averages) -> Figure:
    """Draw ‖W_e‖ and losses along the cut, averaged in both ways, and the best of k.

    Parameters
    ----------
    found : Averages

    Returns
    -------
    matplotlib Figure
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    norms, losses, best = figure.subplots(1, 3)
    draw_norms(norms, found)
    draw_losses(losses, found)
    draw_best(best, found)
    return figure


def draw_norms(ax: Axes, found: Averages) -> None:
    """Draw ‖W_e‖ of every model, of the optimum, and of the averages."""
    r = found.importance
    for column in found.norms.T:
        ax.plot(r, column, ".", color=SKY, ms=3)
    ax.plot([], [], ".", color=SKY, label="one trained model")
    ax.plot(r, found.best_norm, color=INK, lw=1.2, label="optimum")
    ax.plot(r, found.mean_norm, color=BLUE, lw=1.6, label=r"mean $\Vert W_e \Vert$, worst dropped")
    ax.plot(r, found.weights_norm, color=VERMILLION, lw=1.2, ls=(0, (4, 2)), label=r"$\Vert W_e \Vert$ of the mean W")
    log_axis(ax, "x", r[0], r[-1], IMPORTANCE)
    ax.set_ylabel(r"$\Vert W_e \Vert$ of the extra feature", fontsize=FONT)
    ax.tick_params(labelsize=FONT)
    n = found.n_features
    ax.set_ylim(-0.03, 1.35 * max(1.0, float(found.norms.max())))  # room for the legend
    ax.set_title(f"{n} features in {n - 1}, p = {found.density:g}", fontsize=TITLE_FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper left")


def draw_losses(ax: Axes, found: Averages) -> None:
    """Draw losses over the optimum's."""
    r, best = found.importance, found.best_loss
    for values, color, style, label in (
        (found.losses.min(axis=1), INK, "-", f"best of {found.losses.shape[1]}"),
        (found.mean_loss, BLUE, "-", "mean of losses, worst dropped"),
        (found.gram_loss, ORANGE, "-", "model of the mean WᵀW"),
        (found.weights_loss, VERMILLION, (0, (4, 2)), "model of the mean W"),
    ):
        ax.plot(r, values / best, color=color, ls=style, lw=1.4, label=label)
    log_axis(ax, "x", r[0], r[-1], IMPORTANCE)
    log_axis(ax, "y", 0.9, 6 * float((found.weights_loss / best).max()), "loss / loss of the optimum")
    ax.tick_params(labelsize=FONT)
    ax.set_title("averages as models", fontsize=TITLE_FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="upper left")


def draw_best(ax: Axes, found: Averages) -> None:
    """Draw the probability that the best of k is in the optimum's phase: in the mean, and in the worst cell."""
    k = np.arange(1, len(found.right) + 1)
    ends = np.array([found.chances(each) for each in k.tolist()])
    ax.fill_between(k, *ends.T, color=BLUE, alpha=0.15, lw=0, label="its 95 % interval")
    ax.plot(k, found.right.mean(axis=1), "o-", color=BLUE, ms=4, label="mean over the cut")
    ax.plot(k, found.right.min(axis=1), "s--", color=VERMILLION, ms=4, mfc="none", label="worst place on the cut")
    ax.set_ylim(-0.02, 1.05)
    ax.set_xticks(k)
    ax.set_xlabel("k, of which the model of least loss is kept", fontsize=FONT)
    ax.set_ylabel("probability of the optimum's phase", fontsize=FONT)
    ax.tick_params(labelsize=FONT)
    ax.set_title("best of k", fontsize=TITLE_FONT)
    ax.legend(frameon=False, fontsize=FONT - 1, loc="best")
