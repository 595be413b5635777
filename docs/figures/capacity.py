"""The marginal value of capacity: in a pair, in a plane of three, and for five features in two dimensions.

The marginal value of capacity: in a pair, where all three share a plane, and for five features in two dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import toytoy as tt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from toytoy.analytic.stability import threshold
from toytoy.compare.figures.marginal_value import marginal_value
from toytoy.numeric.marginal_value import MarginalValues, marginal_values

SOLVER = tt.Multistart(n_starts=24, seed=0)
DENSITIES = (0.5, 0.1)  # of five features: two pairs with the last one dropped, and a pentagon


def along(n: int, density: float, importances: Iterable[float]) -> list[MarginalValues]:
    """Solve a toy at each importance of its extra feature."""
    problems = (tt.Problem.toy(n, importance=float(r), density=density) for r in importances)
    return [marginal_values(tt.minimize(problem, SOLVER)) for problem in problems]


def toy(ax: Axes, n: int, density: float, importances: np.ndarray) -> None:
    """Draw marginal values over r, with the end of stability of the model without the extra."""
    marginal_value(along(n, density, importances), along=importances, ax=ax)
    ax.axvline(threshold(density), color="0.6", lw=0.8, ls="--")
    ax.annotate(
        "$r_s$", (threshold(density), ax.get_ylim()[1]), xytext=(3, -10), textcoords="offset points", color="0.4"
    )
    ax.set(xlabel="importance r of the last feature", title=f"({n}, {n - 1}), p = {density:g}")


def five(ax: Axes) -> None:
    """Draw marginal values against capacity for 5 features in 2 dimensions, importances 0.9^i."""
    importance = tuple(0.9**i for i in range(5))
    problems = (tt.Problem(n_features=5, n_hidden=2, density=p, importance=importance) for p in DENSITIES)
    found = [marginal_values(tt.minimize(problem, tt.Multistart(n_starts=64, seed=0))) for problem in problems]
    marginal_value(found, ax=ax)
    for p, model in zip(DENSITIES, found, strict=True):
        unit = p / 3 - p * p / 4
        at = float(model.capacity[0]), float(model.values[0]) / unit
        ax.annotate(f"p = {p:g}", at, xytext=(6, 4), textcoords="offset points", fontsize=8)
    if legend := ax.get_legend():
        legend.set_loc("center right")  # between both models: elsewhere it hides the dropped feature, or the pairs
        legend.set_bbox_to_anchor((1.0, 0.63), transform=ax.transAxes)
    ax.set(title="5 in 2, importances $0.9^i$", xlim=(-0.04, 0.7))


def figure() -> Figure:
    """Draw the three side by side."""
    fig = Figure(figsize=(13.5, 4.3), layout="constrained")
    left, middle, right = fig.subplots(1, 3)
    toy(left, 2, 0.7, np.linspace(0.6, 1.1, 21))
    toy(middle, 3, 0.6, np.linspace(0.5, 1.4, 31))
    five(right)
    return fig
