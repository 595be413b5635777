"""How the triangle is reached: lengths of columns, and parts of the loss.

How the triangle of (3,2) is reached, and what it costs and gains: lengths of columns, and parts of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import toytoy as tt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from toytoy.compare.figures.colors import PART_COLORS
from toytoy.numeric.boundaries.branch import Branch, State

Array = NDArray[np.float64]
DENSITY = 0.6  # of the path along r
PARTS = {
    "bias_cost": "bias, nothing active",
    "benefit": "feature alone",
    "interference": "written on a silent one",
    "distortion": "active, in company",
    "false_positive": "silent, two others active",
}
REACH = (0.6, 1.45)  # of r
TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)  # above them models are drawn
OTHERS, EXTRA = "#0072b2", "#d55e00"
SHOWN = (0.71, 0.98, 1.25)  # importances at which the model is drawn
DENSITIES = np.linspace(0.3, 1.0, 71)


def lengths(data: Array) -> Array:
    """Sort the two others' lengths, longer first; the extra's is last; shape (cells, 3)."""
    norms = np.linalg.norm(data, axis=-2)
    return np.column_stack([np.sort(norms[:, :2], axis=1)[:, ::-1], norms[:, 2]])


def along_importance(ax: Axes) -> None:
    """Draw the columns' lengths over r, broken at jumps, and the model in between."""
    r = np.geomspace(*REACH, 400)
    data = tt.phase_diagram(3, 2, density=[DENSITY], importance=r, method="optimum").data
    found = lengths(data.weights.values[0])
    jumps = np.abs(np.diff(found, axis=0)).max(axis=1) > 0.04
    onset = np.diff(data.phase.values[0] != "not_represented").nonzero()[0]
    jumps[onset] = False  # the extra grows from nothing, steeply
    broken = np.insert(found, np.flatnonzero(jumps) + 1, np.nan, axis=0)
    at = np.insert(r, np.flatnonzero(jumps) + 1, np.nan)
    ax.plot(at, broken[:, 0], color=OTHERS, label="the two others")
    ax.plot(at, broken[:, 1], color=OTHERS)
    ax.plot(at, broken[:, 2], color=EXTRA, label="the extra feature")
    ax.set(
        title=f"lengths of columns at p = {DENSITY}", xlabel="importance r", xlim=REACH, ylim=(0, 1.75), yticks=TICKS
    )
    for importance in SHOWN:
        k = int(np.argmin(np.abs(r - importance)))
        _model(ax.inset_axes((importance - 0.1, 1.12, 0.2, 0.58), transform=ax.transData), data.weights.values[0, k])
    ax.legend(frameon=False, loc="lower right")


def _model(ax: Axes, weights: Array) -> None:
    """Draw a model's columns, the extra one upwards."""
    x, y = weights[:, 2] / np.linalg.norm(weights[:, 2])
    turned = np.array([[y, -x], [x, y]]) @ weights
    for column, color in zip(turned.T, (OTHERS, OTHERS, EXTRA), strict=True):
        ax.annotate("", column, (0, 0), arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0})
    ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    ax.set_axis_off()


def equilateral(densities: Sequence[float]) -> list[State]:
    """Follow the equilateral triangle, a local minimum at r = 1, over densities."""
    angles = np.deg2rad([90.0, 210.0, 330.0])
    start = Branch.at(0.88 * np.array([np.cos(angles), np.sin(angles)]), np.full(3, 0.32), 1.0, 0.7)
    return [start.brought(1.0, float(p)) for p in densities]


def with_pair(density: float) -> tuple[Array, Array]:
    """Give the best model of a pair beside a dedicated feature, at r = 1."""
    pair = tt.minimize(tt.Problem.toy(2, density=density), tt.Multistart(n_starts=12, seed=0))
    weights = np.zeros((2, 3))
    weights[0, :2], weights[1, 2] = pair.weights[0], 1.0
    return weights, np.append(pair.bias, 0.0)


def parts(density: float, weights: Array, bias: Array) -> Array:
    """Divide a model's loss into the five parts, summed over features."""
    found = tt.decompose(tt.Problem.toy(3, density=density), weights, bias)
    return np.array([float(np.sum(getattr(found, name))) for name in PARTS])


def balance(densities: Array) -> Array:
    """Compute by part what the triangle costs more than a pair, as a share of the pair's loss; shape (densities, 5)."""
    rows = []
    for p, state in zip(densities, equilateral(list(densities)), strict=True):
        pair = parts(float(p), *with_pair(float(p)))
        rows.append((parts(float(p), *state.model) - pair) / pair.sum())
    return np.array(rows)


def by_parts(ax: Axes) -> None:
    """Draw the balance over the density."""
    found = balance(DENSITIES[:-1])  # at density 1 everything is in company
    for k, (name, words) in enumerate(PARTS.items()):
        ax.plot(DENSITIES[:-1], 100 * found[:, k], color=PART_COLORS[name], label=words)
    ax.plot(DENSITIES[:-1], 100 * found.sum(axis=1), color="0.35", lw=2.6, ls=(0, (4, 1.2)), label="in all")
    ax.axhline(0, color="0.7", lw=0.8)
    ax.set(title="triangle against pair, r = 1", xlabel="density p", ylabel="% of the pair's loss", xlim=(0.3, 1.0))
    ax.legend(frameon=False, fontsize=8)


def figure() -> Figure:
    """Draw the way along r, and the balance of the loss over p."""
    fig = Figure(figsize=(10.5, 4.4), layout="constrained")
    left, right = fig.subplots(1, 2)
    along_importance(left)
    by_parts(right)
    return fig
