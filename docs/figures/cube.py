"""Where the vertex formula loses its digits, and the library does not."""

from __future__ import annotations

from math import factorial

import numpy as np
import toytoy as tt
from matplotlib.figure import Figure
from toytoy.analytic.fraction import hinge_moments

BIAS = -0.3


def by_vertices(entry: float) -> float:
    """Loss of output 0, z = x_0 + entry x_1 - 0.3, both active: the formula of the fractions, in floats."""

    def average(u: float, q: int) -> float:  # over x_1
        return (max(u + entry, 0.0) ** (q + 1) - max(u, 0.0) ** (q + 1)) / (entry * factorial(q + 1))

    _, square, product = hinge_moments(BIAS, 1.0, average)
    return float(1 / 3 - 2 * product + square)


def figure() -> Figure:
    """Draw the errors of both against exact fractions."""
    problem = tt.Problem(n_features=2, n_hidden=2, density=1, importance=(1, 0))
    entries = np.geomspace(1e-15, 1, 181)
    errors = []
    for entry in entries:
        model = ([[1.0, entry], [0.0, 1.0]], [BIAS, 0.0])
        exact = tt.loss(problem, *model, method="fraction")
        found = by_vertices(float(entry)), float(tt.loss(problem, *model))
        errors.append([max(abs(float(type(exact)(value) / exact - 1)), 1e-17) for value in found])
    fig = Figure(figsize=(6, 3.4), layout="constrained")
    ax = fig.subplots()
    for series, label in zip(np.array(errors).T, ("vertex formula", "toytoy.loss"), strict=True):
        ax.loglog(entries, series, ".", markersize=4, label=label)
    ax.set(xlabel="the small Gram entry", ylabel="relative error of the loss")
    ax.legend(frameon=False)
    return fig
