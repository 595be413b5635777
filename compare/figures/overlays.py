"""Boundaries drawn over a map: a diagram's own curves, and beside them the closed form of the published ansatz."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from ...analytic.ansatz import CANDIDATES
from ...analytic.problem import Problem
from ...analytic.published import ansatz_boundary
from ...analytic.regime import Phase
from ..curves import BoundaryCurve
from .colors import INK

Array = NDArray[np.float64]
OWN, PUBLISHED = "boundary of this map", "ansatz, closed form"
POINTS = 400  # on a closed-form line: more than pixels across a printed figure
SEEN = 0.01  # relative errors above this are wider than the line, and get a bar
GAP = 0.5  # in ln r: points of neighboring densities further apart belong to two strands of a curve
_ON_OWN = (Phase.DEDICATED, Phase.ANTIPODAL_OTHERS)  # phases whose extra feature is dedicated


def check_boundaries(boundaries: object) -> tuple[BoundaryCurve, ...]:
    """Return curves as a tuple; None is none.

    Raises
    ------
    TypeError
        If there is anything else among them.
    """
    if boundaries is None:
        return ()
    curves: list[BoundaryCurve] = []
    for curve in boundaries if isinstance(boundaries, Iterable) else (boundaries,):
        if not isinstance(curve, BoundaryCurve):
            kind = type(curve).__name__
            raise TypeError(f"boundaries must be BoundaryCurves, got one of type {kind}; use diagram.boundaries()")
        curves.append(curve)
    return tuple(curves)


def draw_boundaries(ax: Axes, curves: Sequence[BoundaryCurve], template: Problem) -> None:
    """Draw the curves, with bars where their errors can be seen, and the published lines where they apply."""
    for curve in curves:
        wide = curve.error > SEEN * curve.importance
        if wide.any():
            bars = ax.errorbar(
                curve.importance[wide],
                curve.density[wide],
                xerr=curve.error[wide],
                fmt="none",
                ecolor=INK,
                elinewidth=0.9,
                zorder=3,
            )
            bars.set_label(OWN)
        for r, p in strands(curve):
            # known to a cell only, points are not joined: what lies between them is not known
            style = "." if wide.any() else ("." if len(r) == 1 else "-")
            ax.plot(r, p, style, color=INK, linewidth=1.8, markersize=4, label=OWN, zorder=3)
    if template.activation == "relu" and curves:
        for r, p in published_lines(template.n_features, ax.get_xlim(), ax.get_ylim()):
            (line,) = ax.plot(r, p, "--", color="white", linewidth=1.4, label=PUBLISHED, zorder=4)
            line.set_path_effects([Stroke(linewidth=2.4, foreground="#555555"), Normal()])


def strands(curve: BoundaryCurve) -> list[tuple[Array, Array]]:
    """Part a curve into lines (r, p) to be joined: one point a density each, each near the one before."""
    lines: list[list[tuple[float, float]]] = []
    densities = sorted(set(curve.density.tolist()))
    for p in densities:
        below = densities[max(densities.index(p) - 1, 0)]
        for r in curve.importance[curve.density == p].tolist():
            ends = [line for line in lines if line[-1][1] == below < p and abs(np.log(line[-1][0] / r)) < GAP]
            if ends:
                min(ends, key=lambda line: abs(np.log(line[-1][0] / r))).append((r, p))
            else:
                lines.append([(r, p)])
    return [(np.array([r for r, _ in line]), np.array([p for _, p in line])) for line in lines]


def published_lines(
    n_features: int, importances: tuple[float, float], densities: tuple[float, float]
) -> list[tuple[Array, Array]]:
    """Give the lines (r, p) on which the published candidates exchange the extra feature's regime, within a window."""
    lines = []
    p = np.geomspace(densities[0], min(densities[1], 1.0), POINTS)
    for pair in combinations(CANDIDATES[n_features], 2):
        if pair[0] in _ON_OWN and pair[1] in _ON_OWN:
            continue
        try:
            r = np.asarray(ansatz_boundary(n_features, pair, density=p))
        except ValueError:  # these two never meet
            continue
        inside = (r >= importances[0]) & (r <= importances[1])
        if inside.any():
            lines.append((r[inside], p[inside]))
    return lines
