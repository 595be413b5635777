"""Lines and points as tracing would find them, made by hand, for tests of figures, tables and commands."""

from __future__ import annotations

from typing import Any

import numpy as np
from toytoy.analytic.estimate import Estimate
from toytoy.compare.lines import Line, Order, PhaseLines, SpecialPoint, Status


def line(*ends: Any, order: Any = Order.JUMP, status: Any = Status.CONVERGED, between: Any = None, n: int = 9) -> Line:
    """Draw a straight line, in the logarithms, between two places (r, p)."""
    r, p = (np.geomspace(ends[0][k], ends[1][k], n) for k in (0, 1))
    fill = np.full(n, 0.25)
    sides = between or ("not_represented", "antipodal")
    return Line(sides, order, status, p, r, 1e-12 * r, 1e-12 * p, fill, fill, fill, sides, np.zeros(n, dtype=bool))


def point(kind: str, r: float, p: float, status: Any = Status.CONVERGED, note: str = "") -> SpecialPoint:
    at = (Estimate(p, 1e-10, "rounding"), Estimate(r, 1e-9, "rounding"))
    return SpecialPoint(f"{kind}: at {r}", kind, *at, 1e-15, ("not_represented", "antipodal"), status, note)


def small_lines(n_features: int = 2, spinodals: bool = False) -> PhaseLines:
    """Two jumps, a continuous onset, an unresolved and a metastable piece, and four points, one on the border."""
    lines = (
        line((0.1, 0.18), (0.56, 0.51)),
        line((0.56, 0.51), (0.57, 0.52), status=Status.UNRESOLVED, n=2),
        line((0.57, 0.52), (0.9, 0.84), order=Order.CONTINUOUS),
        line((0.9, 0.84), (0.99, 1.0)),
        line((1.0, 0.5), (2.0, 0.6), status=Status.METASTABLE),
    )
    points = (
        point("border", 0.1, 0.18),
        point("triple", 0.56, 0.51),
        point("tricritical", 0.57, 0.52),
        point("tricritical", 0.9, 0.84, Status.UNRESOLVED, "a sliver"),
    )
    ansatz = (line((0.1, 0.16), (1.0, 0.57)),)
    ends = (line((0.1, 0.19), (1.0, 0.71), status=Status.METASTABLE),) if spinodals else ()
    return PhaseLines(n_features, n_features - 1, (0.01, 1.0), (0.1, 10.0), lines, points, ansatz, ends)
