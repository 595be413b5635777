"""How a linear model learns: Saxe's closed trajectories, and the flow step by step.

How a linear model learns: closed trajectories of the strengths g, and the gradient flow integrated step by step.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import toytoy as tt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.integrate import solve_ivp
from toytoy.analytic import linear

Array = Any
DOTS = 16
ALIGNED = tt.Problem(
    n_features=5, n_hidden=5, density=0.5, importance=tuple(0.7**i for i in range(5)), activation="linear"
)
GENERAL = tt.Problem(n_features=5, n_hidden=3, density=0.5, activation="linear")


def figure() -> Figure:
    """Draw an aligned start with unequal importances beside a general start with equal ones."""
    drawing = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = drawing.subplots(1, 2, sharey=True)
    _draw(left, ALIGNED, 0.1 * np.eye(5), 45.0, [f"{importance:.2f}" for importance in ALIGNED.importances])
    left.set(title="aligned start, unequal importances", ylabel="strength g")
    left.legend(title="importance", loc="lower right")
    directions = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0][:3]
    _draw(right, GENERAL, np.diag([0.3, 0.03, 0.003]) @ directions, 30.0, ["0.3", "0.03", "0.003", "0 (two modes)"])
    right.set(title="general start, equal importances")
    right.legend(title="size √g₀ at the start", loc="lower right", bbox_to_anchor=(1, 0.06))
    return drawing


def _draw(ax: Axes, problem: tt.Problem, weights: Array, end: float, labels: list[str]) -> None:
    """Draw the strength of each labelled mode: the closed form as a line, integration as dots."""
    times, dots = np.linspace(0, end, 300), np.linspace(0, end, DOTS)
    path = linear.trajectory(problem, weights, times)
    modes = path.modes.directions
    strengths = np.einsum("ik,tij,jk->tk", modes, _integrated(problem, weights, dots), modes)
    shades = mpl.colormaps["viridis"](np.linspace(0, 0.85, len(labels)))
    for k, (label, shade) in enumerate(zip(labels, shades, strict=True)):
        ax.plot(times, path.eigenvalues[:, k], color=shade, label=label)
        ax.plot(dots, strengths[:, k], "o", color=shade, markersize=3.5)
    ax.axhline(0.5, color="0.6", linewidth=0.8, linestyle=":")
    ax.plot(path.modes.half_times, np.full(5, 0.5), "|", color="black", markersize=12)
    ax.set(xlabel="time t", xlim=(0, end), ylim=(-0.03, 1.05))


def _integrated(problem: tt.Problem, weights: Array, times: Array) -> Array:
    """Follow the exact gradient numerically; give the Gram matrix at each time."""

    def slope(_: float, flat: Array) -> Array:
        moving = flat.reshape(weights.shape)
        return -tt.loss_and_grad(problem, moving, linear.best_bias(problem, moving))[1].ravel()

    path = solve_ivp(slope, (0.0, times[-1]), weights.ravel(), "DOP853", t_eval=times, rtol=1e-8, atol=1e-11)
    moving = path.y.T.reshape(len(times), *weights.shape)
    return np.swapaxes(moving, 1, 2) @ moving
